//! The GraphQL API through the real router, on SQLite and on PostgreSQL.

mod addresses;
mod bad_input;
mod counts;
mod coverage;
mod cursors;
mod execution;
mod filters;
mod gone;
mod introspection;
mod known_resources;
mod language;
mod limits;
mod mutation_inputs;
mod queries;
mod titles;
mod variables;
mod visibility;
