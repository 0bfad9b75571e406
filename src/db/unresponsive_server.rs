//! Ends the statements of commands when their PostgreSQL server does not respond.
//!
//! If the network drops all packets, or the server's machine loses power, a waiting statement never ends. `serve` probes
//! more often, and looks for another [primary](super::primary).

use std::sync::Weak;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Row};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Pooler;
use super::pools::Readers;
use super::server_selection::{connect, opened};

/// The interval between probes, and how long each can take.
const PROBE_INTERVAL: Duration = Duration::from_secs(2);
/// How long the server can take to respond. A busy disk can delay its responses by seconds.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(20);

/// A process of PostgreSQL: the address of its machine and when it was started.
pub struct ServerProcess {
    address: String,
    started_at: String,
}

/// Returns the process that responds now; `None` behind a pooler, or if none responds in time.
pub async fn responding_process(target: &PgConnectOptions, pooler: Pooler) -> Option<ServerProcess> {
    timeout(PROBE_INTERVAL, probe(&mut None, target, pooler)).await.ok()?.ok()?
}

/// Probes a server for as long as its connections exist. If it does not respond for too long, or a process other than
/// `first` responds at its address, the waiting statements fail.
pub async fn fail_when_unresponsive(
    target: PgConnectOptions,
    pooler: Pooler,
    mut first: Option<ServerProcess>,
    readers: Weak<Readers>,
) {
    let mut connection = None;
    let mut last_response = Instant::now();
    let mut probes = interval(PROBE_INTERVAL);
    probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        probes.tick().await;
        let Some(readers) = readers.upgrade() else { return };
        let process = match timeout(PROBE_INTERVAL, probe(&mut connection, &target, pooler)).await {
            Ok(Ok(process)) => process,
            // An error is a response, too, for example `too many clients`.
            Ok(Err(sqlx::Error::Database(_))) => None,
            Ok(Err(_)) | Err(_) => {
                connection = None;
                if last_response.elapsed() < RESPONSE_TIMEOUT {
                    continue;
                }
                return readers.lost.cancel();
            }
        };
        last_response = Instant::now();
        let Some(process) = process else { continue };
        // A host name can stand for several machines, so only processes at the same address are compared. A restart ends
        // all connections, sometimes without a message.
        let is_restarted = first
            .as_ref()
            .is_some_and(|first| first.address == process.address && first.started_at != process.started_at);
        if is_restarted {
            return readers.lost.cancel();
        }
        first.get_or_insert(process);
    }
}

/// Returns the process that responds. A pooler delays statements while all its connections are in use, so the probe only
/// opens a connection to it. A PostgreSQL behind it that does not respond is not detected.
async fn probe(
    connection: &mut Option<PgConnection>,
    target: &PgConnectOptions,
    pooler: Pooler,
) -> Result<Option<ServerProcess>, sqlx::Error> {
    if pooler == Pooler::Transaction {
        connect(target).await?.close().await?;
        return Ok(None);
    }
    let text = "SELECT COALESCE(CAST(inet_server_addr() AS TEXT), ''), CAST(pg_postmaster_start_time() AS TEXT)";
    let row = sqlx::raw_sql(text).fetch_one(opened(connection, target).await?).await?;
    Ok(Some(ServerProcess { address: row.try_get(0)?, started_at: row.try_get(1)? }))
}
