//! HTTP, through the real router on a real socket.

mod batch;
mod browsers;
mod caching;
mod operation;
mod persisted;
mod rates;
mod requests;
mod site;
mod tls;
