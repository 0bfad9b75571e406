//! Read replicas: which of them have reached a position of the change feed.
//!
//! The position of a replica is read from its own tables, so it is exact: positions follow the order of commits, and a
//! replica applies commits in this order. A replica serves a request only if it has reached the position that the
//! request requires; otherwise another replica or the primary does (ADR 45).

use std::convert::Infallible;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::future::join_all;
use rand::RngExt;
use sea_orm::{DbErr, RuntimeErr};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Row as _};
use tokio::time::{Instant, sleep, timeout};

use super::pools::{Readers, lazy_readers, server_lost};
use super::primary::Primary;
use super::server_selection::{LOG_POSITION, TIMELINE, opened};
use super::url::{Kind, location};
use super::version::FEED_END;
use super::{
    CatalogVersion, ChangeNotifier, ConnectOptions, DatabaseUrl, Row, StatementCounter, Value, error_class,
    error_message,
};

/// The interval between probes of a replica.
const PROBE_INTERVAL: Duration = Duration::from_millis(300);
/// The first pause between probes while the replica has not yet reached what this server has shown. It increases.
const CATCH_UP_INTERVAL: Duration = Duration::from_millis(2);
/// How long the replica is probed at these pauses after a commit.
const CATCH_UP_TIME: Duration = Duration::from_millis(500);
/// How long a replica can take to answer a probe before requests go elsewhere.
const PROBE_TIMEOUT: Duration = Duration::from_millis(400);
/// How long a new connection for probes can take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The interval between checks whether the replicas have the history of the primary. It is longer than a failover, or a
/// new epoch, takes to be known everywhere.
const HISTORY_INTERVAL: Duration = Duration::from_secs(5);
/// The setting with the URLs.
const READ_URLS: &str = "database.read-urls";
/// The reason for [`lacks_catalog`].
const LACKS_CATALOG: &str = "it has no catalog that its role can read: a URL in database.read-urls must lead to a \
                             replica of the database in database.url, with a role that has the same rights";
/// The position of a replica that does not respond.
const UNAVAILABLE: i64 = -1;

/// One replica.
pub struct Replica {
    /// Its place in the setting.
    index: usize,
    location: String,
    target: PgConnectOptions,
    options: ConnectOptions,
    counter: StatementCounter,
    readers: RwLock<Arc<Readers>>,
    /// The position of the change feed that it has reached, or [`UNAVAILABLE`].
    position: AtomicI64,
    epoch: AtomicI64,
    /// The number of its timeline if it accepts writes, or 0 for a standby.
    timeline: AtomicI64,
    /// The position of the write-ahead log that it has applied, in bytes.
    log_position: AtomicI64,
    statements: AtomicU64,
}

impl Replica {
    fn new(index: usize, target: PgConnectOptions, options: &ConnectOptions, counter: &StatementCounter) -> Self {
        let readers = RwLock::new(Arc::new(lazy_readers(&target, options, counter)));
        Self {
            index,
            location: location(&target),
            target,
            options: options.clone(),
            counter: counter.clone(),
            readers,
            position: AtomicI64::new(UNAVAILABLE),
            epoch: AtomicI64::default(),
            timeline: AtomicI64::default(),
            log_position: AtomicI64::default(),
            statements: AtomicU64::default(),
        }
    }

    /// Runs a statement, and returns its rows and the end of the feed that they show. A replica whose connections fail
    /// is left out until it responds to a probe.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn rows(&self, text: &str, values: Vec<Value>) -> Result<(Vec<Row>, i64), DbErr> {
        if self.position() == UNAVAILABLE {
            return Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(server_lost()))));
        }
        self.statements.fetch_add(1, Ordering::Relaxed);
        let readers = self.readers.read().unwrap_or_else(PoisonError::into_inner).clone();
        let rows = readers.rows(&with_position(text), values).await;
        if rows.as_ref().is_err_and(error_class::is_connection_lost) {
            self.position.store(UNAVAILABLE, Ordering::SeqCst);
        }
        split_position(rows?)
    }

    /// Probes the replica for as long as the future is polled, and more often while it catches up with a commit.
    async fn watch_forever(&self, notifier: &ChangeNotifier) -> Infallible {
        let mut commits = notifier.subscribe();
        let mut connection = None;
        let (mut was_available, mut has_responded) = (true, false);
        loop {
            let patience = if connection.is_some() { PROBE_TIMEOUT } else { CONNECT_TIMEOUT };
            let is_available = self.probe_in_time(&mut connection, patience, was_available).await;
            if is_available && !(was_available && has_responded) {
                tracing::info!(replica = self.location, "a read replica is available");
            }
            has_responded |= is_available;
            was_available = is_available;
            // Not in step with other servers.
            let pause = PROBE_INTERVAL.mul_f64(rand::rng().random_range(0.8..1.2));
            let has_commit = timeout(pause, commits.changed()).await.is_ok();
            if has_commit && was_available {
                was_available = self.catch_up(&mut connection, notifier).await;
            }
        }
    }

    /// Probes at short, increasing intervals until the replica has reached what this server has shown. Returns whether it is
    /// available.
    async fn catch_up(&self, connection: &mut Option<PgConnection>, notifier: &ChangeNotifier) -> bool {
        let end = Instant::now() + CATCH_UP_TIME;
        let mut pause = CATCH_UP_INTERVAL;
        while Instant::now() < end && self.position() < notifier.read_position() {
            if !self.probe_in_time(connection, PROBE_TIMEOUT, true).await {
                return false;
            }
            sleep(pause).await;
            pause = pause.mul_f64(1.5);
        }
        true
    }

    /// Probes the replica, and leaves it out if it does not respond in time. Returns whether it is available.
    async fn probe_in_time(
        &self,
        connection: &mut Option<PgConnection>,
        patience: Duration,
        was_available: bool,
    ) -> bool {
        let reason = match timeout(patience, self.probe(connection)).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) if lacks_catalog(&error) => LACKS_CATALOG.to_owned(),
            Ok(Err(error)) => self.options.pooler.describe(&error, READ_URLS),
            Err(_) => "no response in time".to_owned(),
        };
        *connection = None;
        self.position.store(UNAVAILABLE, Ordering::SeqCst);
        if was_available {
            tracing::warn!(replica = self.location, reason, "a read replica is unavailable");
            let fresh = Arc::new(lazy_readers(&self.target, &self.options, &self.counter));
            let former = std::mem::replace(&mut *self.readers.write().unwrap_or_else(PoisonError::into_inner), fresh);
            former.abandon();
        }
        false
    }

    async fn probe(&self, connection: &mut Option<PgConnection>) -> Result<(), sqlx::Error> {
        let open = opened(connection, &self.target).await?;
        let sql = format!("SELECT {FEED_END}, {LOG_POSITION}, epoch, {TIMELINE} FROM change_feed_watermark");
        let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(open).await?;
        self.epoch.store(row.try_get(2)?, Ordering::SeqCst);
        self.timeline.store(row.try_get(3)?, Ordering::SeqCst);
        self.log_position.store(row.try_get::<Option<i64>, _>(1)?.unwrap_or_default(), Ordering::Relaxed);
        self.position.store(row.try_get(0)?, Ordering::SeqCst);
        Ok(())
    }

    /// Returns its place in the setting.
    pub fn index(&self) -> usize {
        self.index
    }

    fn position(&self) -> i64 {
        self.position.load(Ordering::SeqCst)
    }

    /// Returns the epoch of its catalog.
    pub fn epoch(&self) -> i64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// Returns the version of the catalog at a position of its feed.
    pub fn version(&self, position: i64) -> CatalogVersion {
        CatalogVersion { epoch: self.epoch(), position }
    }

    /// Returns why its history differs from that of the primary, whose address and version are given; `None` if it does
    /// not.
    fn other_history(&self, primary: &str, version: Option<CatalogVersion>) -> Option<&'static str> {
        if self.timeline.load(Ordering::SeqCst) > 0 && primary != self.location {
            Some("it accepts writes, but database.url has another server, or the same server with another name")
        } else if version.is_some_and(|version| version.epoch != self.epoch()) {
            Some("its catalog differs from that of database.url, or is an earlier state of it")
        } else {
            None
        }
    }

    /// Returns whether it can serve a request that requires a position. A server with another history cannot, although
    /// its feed may be longer: a former primary, or a standby that has received writes that were lost. `primary` is the
    /// address of the primary, and the version that was last read from it; without it, the history is not known to be
    /// another one.
    fn can_serve(&self, position: i64, primary: Option<(&str, CatalogVersion)>) -> bool {
        let own = self.position();
        // An empty feed ends at 0.
        own >= position.max(0)
            && primary.is_none_or(|(address, version)| {
                let is_former_primary = self.timeline.load(Ordering::SeqCst) > 0 && address != self.location;
                !is_former_primary && own <= version.position && self.epoch() == version.epoch
            })
    }
}

/// Returns whether a table of the catalog does not exist, or cannot be read.
fn lacks_catalog(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["42P01", "42501"].contains(&code.as_ref()))
}

/// Adds two columns to a query: whether the row is one of the query, and the end of the feed in the same snapshot. Without
/// rows of the query there is one other row, since the absence of rows shows a state of the catalog, too.
///
/// The rows keep the order of the query: a join without a condition to one row can only go through them one by one.
fn with_position(query: &str) -> String {
    format!(
        "SELECT found.*, feed.position FROM (SELECT {FEED_END} AS position) AS feed \
         LEFT JOIN (SELECT query.*, TRUE FROM ({query}) AS query) AS found ON TRUE"
    )
}

/// Returns the rows of a query, and the end of the feed, from a result of [`with_position`].
fn split_position(mut rows: Vec<Row>) -> Result<(Vec<Row>, i64), DbErr> {
    let first = rows.first().ok_or_else(|| DbErr::Query(RuntimeErr::SqlxError(Arc::new(server_lost()))))?;
    let mut added = first.last_columns(2);
    let (is_found, position): (Option<bool>, i64) = (added.read_next()?, added.read_next()?);
    if is_found.is_none() {
        rows.clear();
    }
    Ok((rows, position))
}

/// All replicas of a database.
#[derive(Default)]
pub struct Replicas {
    all: Vec<Arc<Replica>>,
    next: AtomicUsize,
}

impl Replicas {
    /// Creates the replicas without connecting to them.
    ///
    /// # Errors
    /// When a URL cannot be used.
    pub fn new(options: &ConnectOptions, counter: &StatementCounter) -> Result<Self, (DatabaseUrl, String)> {
        let mut all = Vec::new();
        for (index, url) in options.read_urls.iter().enumerate() {
            let Kind::Postgres(parsed) = &url.0 else { continue };
            let targets = parsed.targets().map_err(|error| (url.clone(), error_message::describe_sqlx(&error)))?;
            let target = targets.into_iter().next().unwrap_or_default();
            all.push(Arc::new(Replica::new(index, options.pooler.target(target), options, counter)));
        }
        Ok(Self { all, next: AtomicUsize::default() })
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns a replica that has reached a position of the feed, for reads while the primary is available. Each is the next
    /// one after the last.
    pub fn at(&self, position: i64, primary: Option<(&str, CatalogVersion)>) -> Option<Arc<Replica>> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        (0..self.all.len())
            .map(|step| &self.all[(start.wrapping_add(step)) % self.all.len()])
            .find(|replica| replica.can_serve(position, primary))
            .cloned()
    }

    /// Returns the replica that is least ahead of a position of the feed in an epoch, for reads while the primary is not
    /// available. One that is further ahead can have commits that were not acknowledged, and that the next primary lacks.
    /// `None` stands for any epoch. A former primary, on an earlier timeline than `timeline`, is not used; one that was
    /// just promoted is.
    pub fn least_ahead(&self, position: i64, epoch: Option<i64>, timeline: i64) -> Option<Arc<Replica>> {
        let is_usable = |replica: &&Arc<Replica>| {
            replica.can_serve(position, None)
                && epoch.is_none_or(|epoch| epoch == replica.epoch())
                && !(1..timeline).contains(&replica.timeline.load(Ordering::SeqCst))
        };
        self.all.iter().filter(is_usable).min_by_key(|replica| replica.position()).cloned()
    }

    /// Probes all replicas for as long as the future is polled.
    pub async fn watch_forever(&self, notifier: &ChangeNotifier) -> Infallible {
        join_all(self.all.iter().map(|replica| replica.watch_forever(notifier))).await;
        // There are none.
        pending().await
    }

    /// Returns the latest timeline on which a replica accepts writes; 0 if all of them are standbys.
    pub fn latest_timeline(&self) -> i64 {
        let available = self.all.iter().filter(|replica| replica.position() != UNAVAILABLE);
        available.map(|replica| replica.timeline.load(Ordering::SeqCst)).max().unwrap_or_default()
    }

    /// Logs which replicas respond, but are not used because of another history, for as long as the future is polled.
    pub async fn check_histories_forever(&self, primary: &Primary, notifier: &ChangeNotifier) -> Infallible {
        let mut last = vec![None; self.all.len()];
        let mut reported = vec![None; self.all.len()];
        loop {
            sleep(HISTORY_INTERVAL).await;
            let responding = self.all.iter().zip(last.iter_mut().zip(&mut reported));
            for (replica, (last, reported)) in responding.filter(|(replica, _)| replica.position() != UNAVAILABLE) {
                let reason = replica.other_history(&primary.address(), notifier.primary_version());
                // During a failover, the servers disagree for a moment.
                if std::mem::replace(last, reason) == reason && std::mem::replace(reported, reason) != reason {
                    match reason {
                        Some(reason) => {
                            tracing::warn!(replica = replica.location, reason, "a read replica is not used");
                        }
                        None => {
                            tracing::info!(replica = replica.location, "a read replica follows the primary again");
                        }
                    }
                }
            }
        }
    }

    /// Closes all connections in the background.
    pub fn close(&self) {
        for replica in &self.all {
            replica.readers.read().unwrap_or_else(PoisonError::into_inner).clone().abandon();
        }
    }

    /// Returns the state of each replica for the metrics.
    pub fn states(&self) -> Vec<ReplicaState> {
        self.all
            .iter()
            .map(|replica| ReplicaState {
                location: replica.location.clone(),
                is_available: replica.position() != UNAVAILABLE,
                log_position: replica.log_position.load(Ordering::Relaxed),
                statements: replica.statements.load(Ordering::Relaxed),
            })
            .collect()
    }
}

/// The state of a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaState {
    /// Its host and port.
    pub location: String,
    pub is_available: bool,
    /// The position of the write-ahead log that it has applied, in bytes.
    pub log_position: i64,
    /// Statements sent to it.
    pub statements: u64,
}

/// The replica of one request. All statements go there until it fails.
pub struct Pinned {
    replica: Arc<Replica>,
    has_left: AtomicBool,
}

impl Pinned {
    pub fn new(replica: Arc<Replica>) -> Self {
        Self { replica, has_left: AtomicBool::new(false) }
    }

    /// Makes further statements go to the primary.
    pub fn leave(&self) {
        self.has_left.store(true, Ordering::SeqCst);
    }

    /// Returns the replica, unless it was left.
    pub fn replica(&self) -> Option<&Arc<Replica>> {
        (!self.has_left.load(Ordering::SeqCst)).then_some(&self.replica)
    }
}
