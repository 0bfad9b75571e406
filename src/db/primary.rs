//! The server that accepts writes, and its replacement after a failover.
//!
//! A watcher probes the server. If it no longer responds, or no longer accepts writes, or if a replica was promoted, the
//! watcher looks for another one among the hosts of the URL, and replaces the connection pools. Statements that wait for
//! the former server fail, so that a network that drops all packets delays them for seconds, not until the timeout of TCP.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rand::RngExt;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::pools::{Pools, lazy_pools};
use super::server_selection::{ServerState, opened, read_state, select_primary};
use super::url::{Kind, location};
use super::version::CommittedEvent;
use super::{ConnectOptions, Database, StatementCounter, error_message};

/// The interval between probes.
const PROBE_INTERVAL: Duration = Duration::from_millis(300);
/// How long the server can take to answer a probe before replicas serve the reads.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);
/// How long a new connection for probes, and the check after a failover, can take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The number of consecutive probes without an answer after which the connections are replaced. One may be slow.
const SILENT_PROBES: u32 = 2;
/// How long statements can wait for a server that did not answer several probes. It may be slow, or the network may drop
/// all packets.
const GRACE: Duration = Duration::from_secs(2);

/// The connections to the server that accepts writes, or to the SQLite file.
pub struct Primary {
    pools: RwLock<Arc<Pools>>,
    /// The host and port of PostgreSQL.
    address: RwLock<String>,
    options: ConnectOptions,
    counter: StatementCounter,
    is_available: AtomicBool,
    became_unavailable: Notify,
    /// Whether the last search found no server that accepts writes. After a failed probe alone, the server may be slow.
    is_down: AtomicBool,
    /// The greatest timeline seen, or 0 before the first probe.
    timeline: AtomicI64,
    /// The end of its write-ahead log, in bytes.
    log_position: AtomicI64,
    /// The task that probes the server. `serve` stops it when its watcher starts; a command needs it to the end.
    probe: Mutex<Option<AbortHandle>>,
}

impl Primary {
    pub fn new(pools: Pools, options: &ConnectOptions, counter: &StatementCounter) -> Self {
        let address = match &options.url.0 {
            Kind::Postgres(_) => location(&pools.write.get_postgres_connection_pool().connect_options()),
            Kind::SqliteFile(_) | Kind::SqliteMemory(_) => String::new(),
        };
        Self {
            pools: RwLock::new(Arc::new(pools)),
            address: RwLock::new(address),
            options: options.clone(),
            counter: counter.clone(),
            is_available: AtomicBool::new(true),
            became_unavailable: Notify::new(),
            is_down: AtomicBool::new(false),
            timeline: AtomicI64::default(),
            log_position: AtomicI64::default(),
            probe: Mutex::default(),
        }
    }

    /// Records the task that probes the server for a command.
    pub fn set_probe(&self, probe: AbortHandle) {
        *self.probe.lock().unwrap_or_else(PoisonError::into_inner) = Some(probe);
    }

    fn stop_probe(&self) {
        if let Some(probe) = self.probe.lock().unwrap_or_else(PoisonError::into_inner).take() {
            probe.abort();
        }
    }

    /// Returns the present connection pools.
    pub fn pools(&self) -> Arc<Pools> {
        self.pools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the host and port of PostgreSQL.
    pub fn address(&self) -> String {
        self.address.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns whether the last probe succeeded.
    pub fn is_available(&self) -> bool {
        self.is_available.load(Ordering::SeqCst)
    }

    /// Returns whether the last search found no server that accepts writes.
    pub fn is_down(&self) -> bool {
        self.is_down.load(Ordering::SeqCst)
    }

    /// Waits until a probe fails.
    pub async fn until_unavailable(&self) {
        let failed = self.became_unavailable.notified();
        if self.is_available() {
            failed.await;
        }
    }

    /// Returns the greatest timeline seen, or 0 before the first probe. A server on an earlier one is a former primary.
    pub fn timeline(&self) -> i64 {
        self.timeline.load(Ordering::SeqCst)
    }

    /// Returns the end of its write-ahead log, in bytes.
    pub fn log_position(&self) -> i64 {
        self.log_position.load(Ordering::Relaxed)
    }

    /// Replaces the connections by those to a server, which are opened when they are needed. Statements that wait for
    /// the former ones fail after `grace`.
    fn reconnect(&self, target: &PgConnectOptions, grace: Duration) {
        let pools = lazy_pools(target.clone(), &self.options, &self.counter);
        let former =
            std::mem::replace(&mut *self.pools.write().unwrap_or_else(PoisonError::into_inner), Arc::new(pools));
        tokio::spawn(async move {
            sleep(grace).await;
            former.abandon();
        });
    }
}

/// The state of the watcher.
struct Watch {
    target: PgConnectOptions,
    connection: Option<PgConnection>,
    /// The greatest timeline seen. A server on an earlier one was replaced, whatever it says.
    timeline: i64,
    /// The number of probes in succession that got no answer.
    silent_probes: u32,
    /// The last write that was acknowledged before a failover, until it was looked for. Later writes prove nothing.
    unchecked: Option<CommittedEvent>,
}

impl Watch {
    /// Returns whether a server was promoted since the last probe.
    fn is_failover(&self, state: ServerState) -> bool {
        self.timeline != 0 && state.timeline > self.timeline
    }
}

impl Database {
    /// Probes the servers of PostgreSQL for as long as the future is polled, and replaces the primary after a failover.
    pub async fn watch_servers_forever(&self) -> Infallible {
        let Kind::Postgres(url) = &self.primary.options.url.0 else { return std::future::pending().await };
        self.primary.stop_probe();
        tracing::info!(server = self.primary.address(), "connected to the database server");
        let target = (*self.primary.pools().write.get_postgres_connection_pool().connect_options()).clone();
        let mut watch = Watch { target, connection: None, timeline: 0, silent_probes: 0, unchecked: None };
        let watch_primary = async {
            loop {
                self.probe_primary(url.is_writable_wanted, &mut watch).await;
                // Not in step with other servers.
                let pause = PROBE_INTERVAL.mul_f64(rand::rng().random_range(0.8..1.2));
                sleep(pause).await;
            }
        };
        let histories = self.replicas.check_histories_forever(&self.primary, &self.notifier);
        tokio::join!(watch_primary, self.replicas.watch_forever(&self.notifier), histories).0
    }

    async fn probe_primary(&self, is_writable_wanted: bool, watch: &mut Watch) {
        let patience = if watch.connection.is_some() { PROBE_TIMEOUT } else { CONNECT_TIMEOUT };
        let reason = match timeout(patience, probe(watch)).await {
            Ok(Ok(state)) if is_writable_wanted && (state.is_read_only || state.timeline < watch.timeline) => {
                "it does not accept writes".to_owned()
            }
            Ok(Ok(state)) => {
                // The address may stand for several servers.
                if watch.is_failover(state) {
                    self.leave_server(&watch.target.clone(), watch);
                }
                if is_writable_wanted && self.replicas.latest_timeline() > state.timeline {
                    // A standby was promoted, and nothing has fenced off this server.
                    self.find_primary("another server was promoted".to_owned(), watch).await;
                } else {
                    self.use_server(state, watch).await;
                }
                return;
            }
            Ok(Err(error)) => error_message::describe_sqlx(&error),
            Err(_) => {
                watch.silent_probes += 1;
                "no response in time".to_owned()
            }
        };
        watch.connection = None;
        // Until a server is found, replicas serve the reads.
        self.primary.is_available.store(false, Ordering::SeqCst);
        self.primary.became_unavailable.notify_waiters();
        self.find_primary(reason, watch).await;
    }

    /// Looks for a server that accepts writes, after the present one failed.
    async fn find_primary(&self, reason: String, watch: &mut Watch) {
        let primary = &self.primary;
        let Kind::Postgres(url) = &primary.options.url.0 else { return };
        let Some((target, state)) = select_primary(url, primary.options.pooler, watch.timeline).await else {
            if !primary.is_down.swap(true, Ordering::SeqCst) {
                tracing::error!(server = location(&watch.target), reason, "the database server is unavailable");
            }
            // It may come back. Meanwhile nothing waits longer than for the grace.
            if watch.silent_probes >= SILENT_PROBES {
                primary.reconnect(&watch.target, GRACE);
            }
            return;
        };
        let is_other = location(&target) != location(&watch.target);
        // The address may stand for several servers.
        if is_other || watch.is_failover(state) {
            self.leave_server(&target, watch);
        }
        if is_other {
            *primary.address.write().unwrap_or_else(PoisonError::into_inner) = location(&target);
            tracing::warn!(
                from = location(&watch.target),
                to = location(&target),
                reason,
                "the database server changed"
            );
            watch.target = target;
            watch.silent_probes = 0;
        }
        self.use_server(state, watch).await;
    }

    /// Replaces the connections by those to another server. The last acknowledged write is looked for there: noted first,
    /// because writes that wait go on at once.
    fn leave_server(&self, target: &PgConnectOptions, watch: &mut Watch) {
        watch.unchecked = watch.unchecked.or_else(|| self.notifier.committed());
        self.primary.reconnect(target, Duration::ZERO);
    }

    /// Records that the server accepts writes. After a failover, the acknowledged writes are looked for, until that
    /// succeeds.
    async fn use_server(&self, state: ServerState, watch: &mut Watch) {
        if watch.silent_probes >= SILENT_PROBES {
            // The network may have dropped the connections silently.
            self.primary.reconnect(&watch.target, GRACE);
        }
        watch.silent_probes = 0;
        let is_failover = watch.is_failover(state);
        watch.timeline = watch.timeline.max(state.timeline);
        self.primary.timeline.store(watch.timeline, Ordering::SeqCst);
        let was_available = self.primary.is_available();
        self.record_available(state.log_position);
        if is_failover {
            self.notifier.record_failover();
        } else if !was_available {
            // The changes during the outage are unknown.
            self.notifier.notify();
        }
        if let Some(committed) = watch.unchecked {
            match timeout(CONNECT_TIMEOUT, self.check_acknowledged(committed)).await {
                Ok(Ok(())) => watch.unchecked = None,
                Ok(Err(error)) => {
                    let reason = error_message::describe(&error);
                    tracing::warn!(reason, "the check for acknowledged writes failed");
                }
                Err(_) => tracing::warn!("the check for acknowledged writes timed out"),
            }
        }
    }

    fn record_available(&self, log_position: i64) {
        self.primary.log_position.store(log_position, Ordering::Relaxed);
        self.primary.is_available.store(true, Ordering::SeqCst);
        if self.primary.is_down.swap(false, Ordering::SeqCst) {
            tracing::info!("the database server is available");
        }
    }
}

async fn probe(watch: &mut Watch) -> Result<ServerState, sqlx::Error> {
    read_state(opened(&mut watch.connection, &watch.target).await?).await
}
