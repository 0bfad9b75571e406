//! Syllabus: a GraphQL backend for catalogs of learning resources.
//!
//! A request arrives at [`http`], is planned and executed by [`graphql`], reads through [`loader`] (in batches) or
//! writes through [`service`], and ends in [`db`]. [`catalog`] describes the kinds of records, [`model`] holds the rows
//! that are read, [`domain`] the rules that need no database, [`auth`] authenticates callers, [`config`] and [`cli`]
//! are the settings and the command line, [`app`] assembles a server, [`embed`] serves the catalog from another
//! application, [`edge`] purges CDNs, [`clock`] and [`rng`] inject time and randomness, [`request_context`] holds the context of the current
//! request, and [`telemetry`] provides the log, the metrics and the traces. `tests/api/architecture.rs` enforces which
//! module can use which.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod edge;
pub mod embed;
pub mod graphql;
pub mod http;
mod http_client;
pub mod loader;
pub mod model;
pub mod request_context;
pub mod rng;
pub mod service;
pub mod telemetry;
