//! Authentication and authorization, through the real router, on SQLite and on PostgreSQL.

mod bearer;
mod command_line;
mod jwks;
mod jwt;
mod keys;
mod mutations;
mod roles;
mod site;
mod tokens;
