//! Connections that stay open, WebSockets and streams of events, on a real socket and on both engines.

mod catalog;
mod changes;
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
