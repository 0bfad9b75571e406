//! Syllabus: a GraphQL backend for catalogs of learning resources.

pub mod db;
