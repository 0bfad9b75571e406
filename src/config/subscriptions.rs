//! The settings of subscriptions and WebSockets.

use std::time::Duration;

use super::{Section, Setting, SettingsReader};

const INIT_TIMEOUT: Setting = Setting {
    name: "websocket.init-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "How long a WebSocket client can take to send connection_init",
};

const SEND_TIMEOUT: Setting = Setting {
    name: "websocket.send-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "How long a WebSocket client can take to read a message before the connection is closed",
};

const MAX_OPERATIONS: Setting = Setting {
    name: "websocket.max-operations",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "Maximum number of open operations per WebSocket",
};

const BUFFER: Setting = Setting {
    name: "subscriptions.buffer",
    placeholder: Some("COUNT"),
    default: Some("256"),
    help: "How many commits a subscriber can fall behind before it is disconnected, up to 65536; a large commit counts once for every 500 changes",
};

const MAX_CONNECTIONS: Setting = Setting {
    name: "subscriptions.max-connections",
    placeholder: Some("COUNT"),
    default: Some("10000"),
    help: "Maximum number of open WebSockets and event streams",
};

/// The memory of the buffer is allocated at once.
const MAX_BUFFER: usize = 65_536;

/// The settings of subscriptions and WebSockets.
#[derive(Clone, Debug)]
pub struct SubscriptionSettings {
    pub init_timeout: Duration,
    pub send_timeout: Duration,
    pub max_operations: usize,
    pub buffer: usize,
    pub max_connections: usize,
}

impl Section for SubscriptionSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&INIT_TIMEOUT, &SEND_TIMEOUT, &MAX_OPERATIONS, &BUFFER, &MAX_CONNECTIONS]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let buffer = reader.get(&BUFFER);
        if buffer > MAX_BUFFER {
            reader.reject(&BUFFER, format!("must be at most {MAX_BUFFER}"));
        }
        Self {
            init_timeout: reader.get(&INIT_TIMEOUT),
            send_timeout: reader.get(&SEND_TIMEOUT),
            max_operations: reader.get(&MAX_OPERATIONS),
            buffer,
            max_connections: reader.get(&MAX_CONNECTIONS),
        }
    }
}
