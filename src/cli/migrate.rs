//! `syllabus migrate up|down|status`

use clap::Subcommand;
use migration::{Migrator, MigratorTrait};

use super::flags::Flags;
use super::{Error, output};
use crate::config::{DatabaseLocation, LogSettings};
use crate::db::{ConnectError, ConnectOptions, Database, SchemaState};
use crate::service::sort_keys;
use crate::telemetry;

/// Migrate the schema of the database
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Subcommand)]
enum Direction {
    /// Apply all pending migrations
    Up {
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, LogSettings)>,
    },
    /// Roll back the latest migrations; the contents of their tables are lost
    Down {
        /// The number of migrations to roll back
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        count: u32,
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, LogSettings)>,
    },
    /// List the migrations and whether they are applied or pending; changes nothing
    Status {
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, LogSettings)>,
    },
}

pub async fn run(options: Options) -> Result<(), Error> {
    match options.direction {
        Direction::Up { settings } => {
            let database = Database::connect_directly(&load_settings(settings)?).await?;
            let pending = pending(&database).await?;
            let done = async {
                database.migrate_up().await?;
                sort_keys::keep_current(&database, None).await
            };
            let done = done.await;
            database.close().await?;
            done?;
            eprintln!("{} applied; the schema is up to date.", migrations(pending));
        }
        Direction::Down { count, settings } => {
            let options = load_settings(settings)?;
            options.require_file()?;
            let all = Migrator::get_migration_files().len();
            if inspect(Database::inspect_directly(&options).await?).await?.pending.len() == all {
                // A connection that writes would create the table of migrations.
                eprintln!("{} rolled back; {} pending.", migrations(0), migrations(all));
                return Ok(());
            }
            let database = Database::connect_directly(&options).await?;
            let before = pending(&database).await?;
            let now = match database.migrate_down(count).await {
                Ok(()) => pending(&database).await,
                Err(error) => Err(error.into()),
            };
            database.close().await?;
            let now = now?;
            eprintln!("{} rolled back; {} pending.", migrations(now.saturating_sub(before)), migrations(now));
        }
        Direction::Status { settings } => {
            let options = load_settings(settings)?;
            status(&options).await?;
        }
    }
    Ok(())
}

/// The state of the migrations of a database.
struct MigrationState {
    /// The names of those that have not been run: all of them if the database does not exist.
    pending: Vec<String>,
    exists: bool,
}

/// Reads the state of the migrations, and closes the database; `None` if it does not exist.
async fn inspect(database: Option<Database>) -> Result<MigrationState, Error> {
    let Some(database) = database else {
        let all = Migrator::get_migration_files().iter().map(|migration| migration.name().to_owned()).collect();
        return Ok(MigrationState { pending: all, exists: false });
    };
    let pending = database.pending_migrations().await;
    database.close().await?;
    Ok(MigrationState { pending: pending?, exists: true })
}

/// Prints the state of the migrations, read through the pooler if there is no other URL.
async fn status(options: &ConnectOptions) -> Result<(), Error> {
    let database = match Database::inspect_directly(options).await {
        Err(ConnectError::NoDirectUrl { .. }) => Database::open_for_inspection(options).await?,
        database => database?,
    };
    let MigrationState { pending, exists } = inspect(database).await?;
    let line = |name: &str| {
        let state = if pending.iter().any(|other| other == name) { "pending" } else { "applied" };
        format!("{state}  {name}\n")
    };
    let lines: String = Migrator::get_migration_files().iter().map(|migration| line(migration.name())).collect();
    output::print(&lines)?;
    let missing = if exists { String::new() } else { format!("{} does not exist yet; ", options.url) };
    match pending.len() {
        0 => eprintln!("The schema is up to date."),
        count => {
            eprintln!("{missing}{} pending: run `syllabus migrate up` with the same settings.", migrations(count));
        }
    }
    Ok(())
}

/// Returns the location of the database. Unlike other commands, `migrate` does not require or change the state of its
/// schema.
fn load_settings(settings: Flags<(DatabaseLocation, LogSettings)>) -> Result<ConnectOptions, Error> {
    let (location, log) = settings.load()?;
    telemetry::start(&log);
    Ok(location.connect)
}

async fn pending(database: &Database) -> Result<usize, Error> {
    Ok(match database.schema_state().await? {
        SchemaState::Current => 0,
        SchemaState::PendingMigrations(count) => count,
    })
}

fn migrations(count: usize) -> String {
    match count {
        1 => "1 migration".to_owned(),
        _ => format!("{count} migrations"),
    }
}
