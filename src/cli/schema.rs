//! `syllabus schema`

use super::{Error, output};
use crate::graphql;

/// Print the GraphQL schema (SDL)
#[derive(clap::Args)]
pub struct Options {}

pub fn run(Options {}: &Options) -> Result<(), Error> {
    output::print(&graphql::sdl())
}
