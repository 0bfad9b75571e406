//! Shared by both test binaries: databases of both engines, and the application on top of them.

mod answer;
mod app;
mod catalog;
pub mod cluster;
pub mod daemon;
pub mod pgbouncer;
mod polled;
pub mod recipe;
pub mod store;
pub mod varnish;

pub use answer::Answer;
pub use app::{NOW, TestApp, moment};
pub use catalog::{Lines, demo};
pub use cluster::{Certificate, Cluster};
pub use polled::polled;
pub use store::{Store, on_each_engine, postgres_is_missing};
