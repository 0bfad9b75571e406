//! HTTP, through the real router on a real socket.

mod batch;
mod browsers;
mod cache_tags;
mod caching;
mod embedding;
mod federation;
mod host;
mod log;
mod metrics;
mod operation;
mod persisted;
mod rate_limits;
mod requests;
mod site;
mod tls;
mod traces;
mod variables;
