//! Syllabus: a GraphQL backend for catalogs of learning resources.
//!
//! This is the map of the house. A request comes in through [`http`], is given its shape by [`graphql`], read by
//! [`loader`] (in batches) or written by [`service`] (by the rules), and ends in [`db`]. [`catalog`] describes the kinds of records, [`model`]
//! holds the rows that are read, [`domain`] the rules that need no database, [`auth`] who is asking and what they may do, [`config`] and [`cli`]
//! what an operator sets and calls, [`app`] puts a server together, [`embed`]
//! serves it from another application, [`clock`] tells the time, [`rng`] draws lots,
//! [`request_context`] knows which request is at hand, and [`telemetry`] tells how it all is. `tests/api/architecture.rs` holds who may enter which room.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod embed;
pub mod graphql;
pub mod http;
pub mod loader;
pub mod model;
pub mod request_context;
pub mod rng;
pub mod service;
pub mod telemetry;
