//! Timeouts and limits of HTTP connections.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::units::SizeLimit;
use super::{Section, Setting, SettingsReader};

const HEADER_TIMEOUT: Setting = Setting {
    name: "http.header-timeout",
    placeholder: Some("DURATION"),
    // Longer than the idle timeout of nginx and Varnish, 60 s.
    default: Some("75s"),
    help: "How long a client can take to send the headers of a request; a connection that is idle for as long is closed",
};

const BODY_TIMEOUT: Setting = Setting {
    name: "http.body-timeout",
    placeholder: Some("DURATION"),
    default: Some("30s"),
    help: "How long a client can take to send the body of a request",
};

const SEND_TIMEOUT: Setting = Setting {
    name: "http.send-timeout",
    placeholder: Some("DURATION"),
    default: Some("30s"),
    help: "How long a client can stop reading a response before its connection is closed",
};

const KEEP_ALIVE_INTERVAL: Setting = Setting {
    name: "http.keep-alive-interval",
    placeholder: Some("DURATION"),
    default: Some("20s"),
    help: "How often an HTTP/2 client is pinged",
};

const KEEP_ALIVE_TIMEOUT: Setting = Setting {
    name: "http.keep-alive-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "How long an HTTP/2 client can take to answer a ping before its connection is closed",
};

const MAX_HEADER_SIZE: Setting = Setting {
    name: "http.max-header-size",
    placeholder: Some("SIZE"),
    default: Some("64KiB"),
    help: "Maximum size of the headers of a request, from 8KiB to 1MiB; larger ones are rejected with 431",
};

const MAX_CONCURRENT_STREAMS: Setting = Setting {
    name: "http.max-concurrent-streams",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "Maximum number of requests that an HTTP/2 connection can have open at once",
};

const MAX_RESET_STREAMS: Setting = Setting {
    name: "http.max-reset-streams",
    placeholder: Some("COUNT"),
    default: Some("20"),
    help: "Maximum number of HTTP/2 streams that a client can reset before they are accepted, or break, before its connection is closed",
};

/// hyper requires this minimum; a larger maximum would not protect the server.
const HEADER_SIZES: RangeInclusive<u32> = 8_192..=1_048_576;

/// Limits of HTTP connections.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    pub header_timeout: Duration,
    pub body_timeout: Duration,
    pub send_timeout: Duration,
    pub keep_alive_interval: Duration,
    pub keep_alive_timeout: Duration,
    /// In bytes.
    pub max_header_size: u32,
    pub max_concurrent_streams: u32,
    pub max_reset_streams: usize,
}

impl Section for HttpSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![
            &HEADER_TIMEOUT,
            &BODY_TIMEOUT,
            &SEND_TIMEOUT,
            &KEEP_ALIVE_INTERVAL,
            &KEEP_ALIVE_TIMEOUT,
            &MAX_HEADER_SIZE,
            &MAX_CONCURRENT_STREAMS,
            &MAX_RESET_STREAMS,
        ]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let SizeLimit(max_header_size) = reader.get(&MAX_HEADER_SIZE);
        let max_header_size = u32::try_from(max_header_size).unwrap_or(u32::MAX);
        if !HEADER_SIZES.contains(&max_header_size) {
            reader.reject(&MAX_HEADER_SIZE, "must be from 8KiB to 1MiB");
        }
        Self {
            header_timeout: reader.get(&HEADER_TIMEOUT),
            body_timeout: reader.get(&BODY_TIMEOUT),
            send_timeout: reader.get(&SEND_TIMEOUT),
            keep_alive_interval: reader.get(&KEEP_ALIVE_INTERVAL),
            keep_alive_timeout: reader.get(&KEEP_ALIVE_TIMEOUT),
            max_header_size,
            max_concurrent_streams: reader.get(&MAX_CONCURRENT_STREAMS),
            max_reset_streams: reader.get(&MAX_RESET_STREAMS),
        }
    }
}
