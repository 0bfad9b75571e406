//! Syllabus: a GraphQL backend for catalogs of learning resources.

pub mod app;
pub mod db;
pub mod domain;
pub mod graphql;
pub mod loader;
pub mod model;
