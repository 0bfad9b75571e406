//! Connections that stay open, WebSockets and streams of events, on a real socket and on both engines.

#[path = "../common/mod.rs"]
mod common;
mod protocol;
mod site;
mod socket;
mod sse;
mod stop;
