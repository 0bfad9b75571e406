//! The version of the catalog: a client requires it of a server that may be behind.

use std::fmt;
use std::str::FromStr;

use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Database, Engine, Row, Sql, Transaction, rows};

/// A version of the catalog: a position of the change feed in an epoch.
///
/// Positions follow the order of commits, on the primary and on every replica. A new epoch begins when writes were lost
/// that clients may have seen: after a backup was restored, or by a failover to a server that did not have them. Positions
/// of different epochs cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogVersion {
    pub epoch: i64,
    pub position: i64,
}

impl fmt::Display for CatalogVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.epoch, self.position)
    }
}

impl FromStr for CatalogVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (epoch, position) = text.split_once(':').ok_or(())?;
        let is_plain = |part: &str, radix| part.chars().all(|c| c.is_digit(radix));
        if !is_plain(epoch, 16) || !is_plain(position, 10) {
            return Err(());
        }
        let epoch = i64::from_str_radix(epoch, 16).map_err(drop)?;
        Ok(Self { epoch, position: position.parse().map_err(drop)? })
    }
}

/// The last event of the feed that a commit of this server contained. After a failover, the event tells whether the new
/// primary has the commit: an event that was written instead has another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommittedEvent {
    pub version: CatalogVersion,
    /// The time of the event, in microseconds.
    pub at: i64,
}

/// The SQL expression of the end of the feed. The last event is never purged.
pub const FEED_END: &str = "COALESCE((SELECT id FROM change_event ORDER BY id DESC LIMIT 1), 0)";

/// The query of a [`CommittedEvent`].
const COMMITTED_EVENT: &str = "SELECT change_feed_watermark.epoch, COALESCE(last.id, 0), COALESCE(last.occurred_at, 0) \
     FROM change_feed_watermark LEFT JOIN (SELECT id, occurred_at FROM change_event ORDER BY id DESC LIMIT 1) AS last ON true";

/// Reads the end of the feed in a transaction, with its own events.
///
/// # Errors
/// Errors of the database.
pub async fn end_of_feed(transaction: &Transaction, engine: Engine) -> Result<Option<CommittedEvent>, DbErr> {
    read_event(&rows(transaction, Sql::new(engine, COMMITTED_EVENT)).await?)
}

fn read_event(rows: &[Row]) -> Result<Option<CommittedEvent>, DbErr> {
    let Some(row) = rows.first() else { return Ok(None) };
    let mut columns = row.columns();
    let version = CatalogVersion { epoch: columns.read_next()?, position: columns.read_next()? };
    Ok(Some(CommittedEvent { version, at: columns.read_next()? }))
}

impl Database {
    /// Reads the version of the catalog; `None` before the first migration.
    ///
    /// # Errors
    /// Errors of the database.
    pub(super) async fn read_version(&self) -> Result<Option<CatalogVersion>, DbErr> {
        let event = read_event(&self.rows(Sql::new(self.engine, COMMITTED_EVENT)).await?)?;
        Ok(event.map(|event| event.version))
    }

    /// Begins a new epoch if the catalog no longer contains `committed`, the last commit that this server has
    /// acknowledged.
    ///
    /// # Errors
    /// Errors of the database.
    pub(super) async fn check_acknowledged(&self, committed: CommittedEvent) -> Result<(), DbErr> {
        let mut sql = Sql::new(self.engine, "SELECT 1 FROM change_feed_watermark WHERE epoch <> ");
        sql.bind(committed.version.epoch)
            .push(" OR last_purged_id >= ")
            .bind(committed.version.position)
            .push(" OR EXISTS (SELECT 1 FROM change_event WHERE id = ")
            .bind(committed.version.position)
            .push(" AND occurred_at = ")
            .bind(committed.at)
            .push(")");
        let transaction = self.begin().await?;
        let is_contained = committed.at == 0 || !rows(&transaction, sql).await?.is_empty();
        transaction.rollback().await?;
        if is_contained {
            return Ok(());
        }
        tracing::error!("the database has lost acknowledged writes: a new epoch of the catalog begins");
        self.begin_epoch(committed.version.epoch).await
    }

    /// Begins a new epoch in place of `former`, unless another server has done so.
    async fn begin_epoch(&self, former: i64) -> Result<(), DbErr> {
        let transaction = self.begin().await?;
        let mut sql = Sql::new(self.engine, "UPDATE change_feed_watermark SET epoch = ");
        sql.bind(rand::rng().random_range(1..i64::MAX / 2)).push(" WHERE epoch = ").bind(former);
        transaction.execute_raw(sql.into()).await?;
        self.commit(transaction).await
    }
}

#[cfg(test)]
mod tests {
    use super::CatalogVersion;

    #[test]
    fn versions_are_read_as_they_are_written() {
        let version = CatalogVersion { epoch: 0x1f, position: 42 };
        assert_eq!(version.to_string(), "1f:42");
        assert_eq!("1f:42".parse(), Ok(version));
        for text in ["", ":", "1f", "1f:", "1f:-1", "-1:1", "+1:1", "1f:4 2", "xyz:1", "1:99999999999999999999"] {
            assert_eq!(text.parse::<CatalogVersion>(), Err(()), "{text}");
        }
    }
}
