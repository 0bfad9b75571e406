//! What connections may ask that stay open: WebSockets and streams of events.

use std::time::Duration;

use super::{Key, Reader, Section};

const INIT_TIMEOUT: Key = Key {
    name: "websocket.init-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "How long a WebSocket may take until it has said who it is (connection_init)",
};

const SEND_TIMEOUT: Key = Key {
    name: "websocket.send-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "How long a WebSocket may take to read a message before it is closed",
};

const OPERATIONS: Key = Key {
    name: "websocket.max-operations",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "How many operations one WebSocket may have open at once",
};

const BACKLOG: Key = Key {
    name: "subscriptions.buffer",
    placeholder: Some("COUNT"),
    default: Some("256"),
    help: "How many commits a subscriber may be behind before it is dropped; a large one counts once for every 500 changes",
};

const CONNECTIONS: Key = Key {
    name: "subscriptions.max-connections",
    placeholder: Some("COUNT"),
    default: Some("10000"),
    help: "How many WebSockets and streams of events may be open at once",
};

/// What connections may ask that stay open.
#[derive(Clone, Debug)]
pub struct Live {
    pub init_timeout: Duration,
    pub send_timeout: Duration,
    pub operations: usize,
    pub backlog: usize,
    pub connections: usize,
}

impl Section for Live {
    fn keys() -> Vec<&'static Key> {
        vec![&INIT_TIMEOUT, &SEND_TIMEOUT, &OPERATIONS, &BACKLOG, &CONNECTIONS]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            init_timeout: reader.get(&INIT_TIMEOUT),
            send_timeout: reader.get(&SEND_TIMEOUT),
            operations: reader.get(&OPERATIONS),
            backlog: reader.get(&BACKLOG),
            connections: reader.get(&CONNECTIONS),
        }
    }
}
