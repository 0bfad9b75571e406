//! How much one client may ask in the course of time.

use super::{Key, Reader, Section};

const ON: Key = Key {
    name: "rate-limit.enabled",
    placeholder: None,
    default: Some("true"),
    help: "Limit what each client may ask in the course of time, by token or address; programs on this machine are not limited",
};

const COST: Key = Key {
    name: "rate-limit.cost-per-second",
    placeholder: Some("COUNT"),
    default: Some("20000"),
    help: "What a client's operations may cost in a second, on the average",
};

pub(super) const BURST: Key = Key {
    name: "rate-limit.burst",
    placeholder: Some("COUNT"),
    default: Some("200000"),
    help: "What they may cost at once, after a while of rest; no less than limits.cost",
};

/// How much one client may ask in the course of time.
#[derive(Clone, Debug)]
pub struct Rate {
    pub is_on: bool,
    pub cost: u32,
    pub burst: u32,
}

impl Section for Rate {
    fn keys() -> Vec<&'static Key> {
        vec![&ON, &COST, &BURST]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { is_on: reader.get(&ON), cost: reader.get(&COST), burst: reader.get(&BURST) }
    }
}
