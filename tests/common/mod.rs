//! What the tests of more than one binary share: databases of both engines, and the real application over them.

#![allow(dead_code, unused_imports, reason = "no binary uses all of it")]

mod answer;
mod app;
mod catalog;
mod cluster;
mod polled;
mod store;

pub use answer::Answer;
pub use app::{NOW, TestApp, moment};
pub use catalog::{Lines, demo};
pub use cluster::{Certificate, Cluster};
pub use polled::polled;
pub use store::{Store, on_each_engine, postgres_is_missing};
