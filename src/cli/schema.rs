//! `syllabus schema`

use super::flags::Flags;
use super::{Error, output};
use crate::config::FederationSettings;
use crate::config::SchemaKind;
use crate::graphql;

const EXAMPLES: &str = "\
Examples:
  syllabus schema > schema.graphql
  syllabus schema --federation > catalog.subgraph.graphql     with the keys, for composition";

/// Print the GraphQL schema (SDL)
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    settings: Flags<FederationSettings>,
}

pub fn run(options: Options) -> Result<(), Error> {
    let settings = options.settings.load()?;
    super::set_type_prefix(&settings);
    output::print(&match settings.schema {
        SchemaKind::Standalone => graphql::sdl(),
        SchemaKind::Subgraph => graphql::subgraph_sdl().to_owned(),
    })
}
