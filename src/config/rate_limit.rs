//! The settings of the rate limit.

use super::{RateLimitFactors, Section, Setting, SettingsReader};

const ENABLED: Setting = Setting {
    name: "rate-limit.enabled",
    placeholder: None,
    default: Some("true"),
    help: "Limit the rate of each client, by token or address; programs on this machine are not limited",
};

const COST_PER_SECOND: Setting = Setting {
    name: "rate-limit.cost-per-second",
    placeholder: Some("COUNT"),
    default: Some("20000"),
    help: "Cost of a client's operations per second, on average",
};

pub(super) const BURST: Setting = Setting {
    name: "rate-limit.burst",
    placeholder: Some("COUNT"),
    default: Some("200000"),
    help: "Cost of a client's operations at once, after a pause; at least limits.cost",
};

pub(super) const FACTORS: Setting = Setting {
    name: "rate-limit.factors",
    placeholder: Some("FACTORS"),
    default: Some(""),
    help: "Factors by which the limit of single clients is higher: addresses or networks, ids of API tokens, and \
           subjects of JWTs, separated by commas: 203.0.113.0/24=10, api_token_ci4tzd=5, subject:NAME=3",
};

/// The settings of the rate limit.
#[derive(Clone, Debug)]
pub struct RateLimitSettings {
    pub is_enabled: bool,
    pub cost_per_second: u32,
    pub burst: u32,
    pub factors: RateLimitFactors,
}

impl Section for RateLimitSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&ENABLED, &COST_PER_SECOND, &BURST, &FACTORS]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        Self {
            is_enabled: reader.get(&ENABLED),
            cost_per_second: reader.get(&COST_PER_SECOND),
            burst: reader.get(&BURST),
            factors: reader.get(&FACTORS),
        }
    }
}
