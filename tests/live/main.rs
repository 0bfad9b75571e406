//! Connections that stay open, WebSockets and streams of events, on a real socket and on both engines.

mod catalog;
#[path = "../common/certificate.rs"]
mod certificate;
mod changes;
#[path = "../common/mod.rs"]
mod common;
mod events;
mod lost;
mod protocol;
mod replicas;
mod site;
mod slow;
mod socket;
mod sse;
mod stop;
mod tokens;
mod variables;
