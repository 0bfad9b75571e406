//! `syllabus token create|list|revoke`

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use entity::timestamp::Timestamp;

use super::duration_arg::{self, HumanDuration};
use super::flags::Flags;
use super::{Error, output};
use crate::auth::{Administrator, Role};
use crate::clock::Clock;
use crate::config::{DatabaseLocation, DatabaseSettings, LogSettings};
use crate::db::Database;
use crate::model::ApiToken;
use crate::service::api_token::{self, NewToken};
use crate::telemetry;

const EXAMPLES: &str = "\
Examples:
  syllabus token create --name 'nightly import' --role editor --expires-in 90d
  TOKEN=$(syllabus token create --name ada --role admin)
  syllabus token list
  syllabus token revoke api_token_ci4tzd

Requests send the token in a header: Authorization: Bearer syl_…";

/// Create, list and revoke API tokens
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Create a token and print its secret once, to standard output
    Create {
        /// The name of the token's changes in the history of the catalog
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The role: reader sees drafts, editor also edits the catalog, admin also manages tokens
        #[arg(long, value_name = "ROLE", value_parser = PossibleValuesParser::new(["reader", "editor", "admin"]), ignore_case = true)]
        role: String,
        /// How long the token is valid: 30m, 12h, 90d, 52w; without this option it does not expire
        #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse)]
        expires_in: Option<HumanDuration>,
        #[command(flatten)]
        settings: Flags<(DatabaseSettings, LogSettings)>,
    },
    /// List all tokens, newest first, without their secrets
    List {
        #[command(flatten)]
        settings: Flags<(DatabaseLocation, LogSettings)>,
    },
    /// Revoke a token permanently
    Revoke {
        /// The id of the token, as shown by list
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        settings: Flags<(DatabaseSettings, LogSettings)>,
    },
}

pub async fn run(options: Options) -> Result<(), Error> {
    let right = Administrator::operator();
    let now = Clock::system().now();
    match options.action {
        Action::Create { name, role, expires_in, settings } => {
            let settings = load_settings(settings)?;
            let database = Database::open(&settings.connect, settings.auto_migrate).await?;
            let role = Role::from_text(&role.to_uppercase()).unwrap_or(Role::Reader);
            let expires_at = expires_in.map(|duration| duration.after(now));
            let wanted = NewToken { name, role, expires_at, violations: Vec::new() };
            let mut context = super::context(now, right.name());
            let created = api_token::create(&database, &right, wanted, &mut context).await;
            // Close the database after a failure, too: a commit whose sync failed stays in SQLite's log until the
            // database is closed, and the next process would find it there.
            database.close().await?;
            let created = created?;
            eprintln!("Created {}. Its secret is not shown again:", api_token::id(&created.token));
            output::print(&format!("{}\n", created.secret.expose()))
        }
        Action::List { settings } => {
            let (location, log) = settings.load()?;
            telemetry::start(&log);
            let database = Database::open_read_only(&location.connect).await?;
            let tokens = api_token::list(&database, &right).await;
            database.close().await?;
            let tokens = tokens?;
            output::print(&table(&tokens, now))
        }
        Action::Revoke { id, settings } => {
            let settings = load_settings(settings)?;
            settings.connect.require_file()?;
            let database = Database::open(&settings.connect, settings.auto_migrate).await?;
            let revoked = api_token::revoke(&database, &right, &id, now).await;
            database.close().await?;
            let revoked = revoked?;
            eprintln!("Revoked {id} ({}).", revoked.name);
            Ok(())
        }
    }
}

fn load_settings(settings: Flags<(DatabaseSettings, LogSettings)>) -> Result<DatabaseSettings, Error> {
    let (settings, log) = settings.load()?;
    telemetry::start(&log);
    Ok(settings)
}

/// Formats the tokens as a table.
fn table(tokens: &[ApiToken], now: Timestamp) -> String {
    let head = ["ID", "ROLE", "SECRET", "CREATED", "EXPIRES", "LAST USED", "STATE", "NAME"].map(str::to_owned);
    let rows: Vec<[String; 8]> = std::iter::once(head).chain(tokens.iter().map(|token| row(token, now))).collect();
    let widths: Vec<usize> =
        (0..8).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &[String; 8]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn row(token: &ApiToken, now: Timestamp) -> [String; 8] {
    let moment = |moment: Option<Timestamp>| moment.map_or("never".to_owned(), to_minute);
    let state = if token.revoked_at.is_some() {
        "revoked"
    } else if token.expires_at.is_some_and(|expires| expires <= now) {
        "expired"
    } else {
        "active"
    };
    [
        api_token::id(token),
        token.role.as_str().to_lowercase(),
        format!("{}…", token.prefix),
        to_minute(token.created_at),
        moment(token.expires_at),
        moment(token.last_used_at),
        state.to_owned(),
        token.name.clone(),
    ]
}

/// Formats a time to the minute: `2026-01-15T12:00Z`.
fn to_minute(moment: Timestamp) -> String {
    format!("{}Z", moment.to_rfc3339().chars().take("2026-01-15T12:00".len()).collect::<String>())
}
