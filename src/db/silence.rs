//! Gives up a server of PostgreSQL that does not respond, for commands.
//!
//! If the network drops all packets, or the machine of the server loses its power, nothing ends a statement that waits. A
//! server of the catalog probes more often, and looks for another [primary](super::primary).

use std::sync::Weak;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::{sleep, timeout};

use super::pools::Readers;
use super::server_selection::opened;

/// The interval between probes, and how long each can take.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long the server may be silent. A busy disk can delay its responses by seconds.
const MAX_SILENCE: Duration = Duration::from_secs(20);

/// Probes a server for as long as its connections exist. If it is silent for too long, or was restarted, the statements
/// fail that wait for it.
pub async fn give_up_when_silent(target: PgConnectOptions, readers: Weak<Readers>) {
    let (mut connection, mut first_start) = (None, None);
    let mut last_response = Instant::now();
    loop {
        sleep(INTERVAL).await;
        let Some(readers) = readers.upgrade() else { return };
        let start = match timeout(INTERVAL, read_start(&mut connection, &target)).await {
            Ok(Ok(start)) => Some(start),
            // It responds, for example that all its connections are in use.
            Ok(Err(sqlx::Error::Database(_))) => None,
            Ok(Err(_)) | Err(_) => {
                connection = None;
                if last_response.elapsed() < MAX_SILENCE {
                    continue;
                }
                return readers.lost.cancel();
            }
        };
        last_response = Instant::now();
        if let Some(start) = start
            && *first_start.get_or_insert_with(|| start.clone()) != start
        {
            // Its former connections have ended, perhaps without a message.
            return readers.lost.cancel();
        }
    }
}

/// Reads when the server was started.
async fn read_start(connection: &mut Option<PgConnection>, target: &PgConnectOptions) -> Result<String, sqlx::Error> {
    let text = "SELECT CAST(pg_postmaster_start_time() AS TEXT)";
    let row = sqlx::raw_sql(text).fetch_one(opened(connection, target).await?).await?;
    sqlx::Row::try_get(&row, 0)
}
