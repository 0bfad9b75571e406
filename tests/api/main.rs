//! Tests of the API in this process: the router, the services and the SQL statements, on SQLite and on PostgreSQL.
//!
//! `cargo test --test api graphql::` runs the tests of one area.

#[path = "../common/certificate.rs"]
mod certificate;
#[expect(dead_code, reason = "the tests of the program use the rest")]
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/serving.rs"]
mod serving;

mod architecture;
mod auth;
mod editor;
mod feed;
mod graphql;
mod http;
mod import;
mod kinds;
mod language;
mod maintenance;
mod mutations;
mod reference;
mod relevance;
mod search;
mod site;
mod sql;
mod subscriptions;
