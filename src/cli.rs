//! The command line: a file per subcommand, with its `Options` and a function that runs it.
//!
//! Data goes to standard output, everything else to standard error. The exit code is 0 for success, 1 for a failure and
//! 2 for incorrect usage.

mod backup;
mod check;
mod completions;
mod demo;
mod duration_arg;
mod error;
mod export;
mod flags;
mod import;
mod migrate;
mod output;
mod progress;
mod purge;
mod restore;
mod schema;
mod search;
mod serve;
mod token;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use entity::timestamp::Timestamp;
use rand::rngs::StdRng;
use sea_orm::DbErr;

use crate::config;
use crate::db::{self, Database};
use crate::graphql;
use crate::service::sort_keys;
use crate::service::write::Context;

pub use demo::CATALOG as DEMO_CATALOG;
pub use error::Error;

const ABOUT: &str = "A GraphQL backend for catalogs of learning resources";

const EXAMPLES: &str = "\
Examples:
  syllabus serve --demo                      serve the demo catalog from memory
  syllabus import catalog.jsonl              import a file into ./syllabus.db
  syllabus serve                             serve ./syllabus.db at http://127.0.0.1:4000/graphql
  syllabus export > catalog.jsonl            export the whole catalog
  syllabus token create --name ada --role admin
                                             create an API token
  syllabus check                             check the catalog for damage
  syllabus backup /backup/catalog.db         back up a SQLite catalog while it is served
  syllabus schema > schema.graphql           print the schema

Settings come from flags, else the environment (SYLLABUS_…), else a TOML file (--config), else the defaults.
`syllabus COMMAND --help` lists the settings of a command.";

#[derive(Parser)]
#[command(name = "syllabus", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Options),
    Migrate(migrate::Options),
    Import(import::Options),
    Export(export::Options),
    Check(check::Options),
    Backup(backup::Options),
    Restore(restore::Options),
    Purge(purge::Options),
    Search(search::Options),
    Token(token::Options),
    Schema(schema::Options),
    Completions(completions::Options),
}

/// Runs the command line of this process and returns its exit code.
///
/// The runtime is started here rather than in the binary: the compiler generates the code of a future where it is
/// polled, so the binary would contain, and compile again, the code of every command.
///
/// # Panics
/// Panics if the runtime cannot start its threads.
#[must_use]
#[tokio::main]
pub async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is not a failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error_chain(&error));
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Serve(options) => serve::run(options).await,
        Command::Migrate(options) => migrate::run(options).await,
        Command::Import(options) => import::run(options).await,
        Command::Export(options) => export::run(options).await,
        Command::Check(options) => check::run(options).await,
        Command::Backup(options) => backup::run(options).await,
        Command::Restore(options) => restore::run(options).await,
        Command::Purge(options) => purge::run(options).await,
        Command::Search(options) => search::run(options).await,
        Command::Token(options) => token::run(options).await,
        Command::Schema(options) => schema::run(options),
        Command::Completions(options) => completions::run(&options),
    }
}

/// Formats an error and its causes, without repetitions. Logs the message of a database driver instead of showing it.
fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let database = error.downcast_ref::<DbErr>();
        if let Some(error) = database {
            tracing::debug!(%error, "database error");
        }
        let words = match (database, error.downcast_ref::<io::Error>()) {
            (Some(error), _) => db::describe_error(error),
            // An error of a library has a message of its own.
            (None, Some(error)) if error.raw_os_error().is_some() => db::describe_io_error(error),
            (None, _) => error.to_string(),
        };
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source().filter(|_| database.is_none());
    }
    text
}

/// Sets the configured prefix of type names. Must precede the first use of the schema.
fn set_type_prefix(settings: &config::FederationSettings) {
    if let Some(prefix) = &settings.prefix {
        graphql::prefix_parties(prefix);
    }
}

/// Opens a catalog for a command that reads it in order or writes to it. Rebuilds the sort keys if they are missing or
/// from another version.
async fn open(settings: &config::DatabaseSettings) -> Result<Database, Error> {
    let database = Database::open(&settings.connect, settings.auto_migrate).await?;
    rebuild_sort_keys(&database, None).await?;
    Ok(database)
}

/// Rebuilds the sort keys if they are from another version, or for another language than `language`, if one is given.
async fn rebuild_sort_keys(database: &Database, language: Option<&str>) -> Result<(), Error> {
    if let Some(keys) = sort_keys::keep_current(database, language).await?
        && keys > 0
    {
        tracing::info!(keys, "rebuilt sort keys");
    }
    Ok(())
}

/// Creates the context of a write by `actor`.
fn context(now: Timestamp, actor: &str) -> Context {
    Context { now, actor: actor.to_owned(), rng: Box::new(rand::make_rng::<StdRng>()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_valid() {
        super::Cli::command().debug_assert();
    }
}
