//! Long-lived connections, WebSockets and server-sent events, on a real socket and on both engines.

mod catalog;
mod changes;
mod database_outage;
mod protocol;
mod several_servers;
mod shutdown;
mod site;
mod slow_subscribers;
mod sse;
mod sse_client;
mod tokens;
mod variables;
mod websocket_client;
