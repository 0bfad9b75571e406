//! The lease of the purger, and its cursor: a row of the table `edge_purger`.
//!
//! Two servers can purge at the same time for a moment, when the clocks differ or a statement takes long. That is
//! harmless: purges can be repeated, and only the holder moves the cursor.

use std::time::Duration;

use entity::timestamp::Timestamp;
use rand::RngExt;
use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{CatalogVersion, Database, Sql, rows};

/// How long a lease lasts. Another server takes over that long after a crash.
const DURATION: Duration = Duration::from_secs(15);
/// The interval at which the holder renews the lease.
pub const RENEW_INTERVAL: Duration = Duration::from_secs(5);

/// The claim of this server to the lease.
pub struct Lease {
    database: Database,
    /// Identifies this server.
    holder: String,
}

impl Lease {
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, holder: format!("{:032x}", rand::rng().random::<u128>()) }
    }

    /// Acquires the lease if no other server holds it, and returns the cursor.
    ///
    /// # Errors
    /// Database errors.
    pub async fn acquire(&self, now: Timestamp) -> Result<Option<CatalogVersion>, DbErr> {
        // A server that waits for the lease does not write.
        if !self.is_free(now).await? {
            return Ok(None);
        }
        let engine = self.database.engine();
        let transaction = self.database.begin().await?;
        let mut take = Sql::new(engine, "UPDATE edge_purger SET holder = ");
        take.bind(self.holder.as_str()).push(", expires_at = ").bind(end(now)).push(" WHERE ");
        self.write_is_free(&mut take, now);
        let is_taken = transaction.execute_raw(take.into()).await?.rows_affected() == 1;
        let mut cursor = None;
        for row in rows(&transaction, Sql::new(engine, "SELECT epoch, position FROM edge_purger")).await? {
            let mut columns = row.columns();
            cursor = Some(CatalogVersion { epoch: columns.read_next()?, position: columns.read_next()? });
        }
        transaction.commit().await?;
        Ok(cursor.filter(|_| is_taken))
    }

    /// Stores the cursor and renews the lease. Returns false if another server has it.
    ///
    /// # Errors
    /// Database errors.
    pub async fn renew(&self, cursor: CatalogVersion, now: Timestamp) -> Result<bool, DbErr> {
        self.store(cursor, end(now)).await
    }

    /// Stores the cursor and ends the lease, unless another server has it.
    ///
    /// # Errors
    /// Database errors.
    pub async fn release(&self, cursor: CatalogVersion) -> Result<(), DbErr> {
        self.store(cursor, 0).await.map(drop)
    }

    async fn store(&self, cursor: CatalogVersion, expires_at: i64) -> Result<bool, DbErr> {
        let transaction = self.database.begin().await?;
        let mut store = Sql::new(self.database.engine(), "UPDATE edge_purger SET epoch = ");
        store
            .bind(cursor.epoch)
            .push(", position = ")
            .bind(cursor.position)
            .push(", expires_at = ")
            .bind(expires_at)
            .push(" WHERE holder = ")
            .bind(self.holder.as_str());
        let stored = transaction.execute_raw(store.into()).await?.rows_affected();
        transaction.commit().await?;
        Ok(stored == 1)
    }

    async fn is_free(&self, now: Timestamp) -> Result<bool, DbErr> {
        let mut sql = Sql::new(self.database.engine(), "SELECT 1 FROM edge_purger WHERE ");
        self.write_is_free(&mut sql, now);
        Ok(!self.database.rows(sql).await?.is_empty())
    }

    /// Adds the condition that no other server holds the lease: this one holds it if the outcome of a commit is unknown.
    /// A lease that ends far in the future is one of a server whose clock was wrong.
    fn write_is_free(&self, sql: &mut Sql, now: Timestamp) {
        let latest = end(Timestamp(end(now)));
        sql.push("(expires_at <= ").bind(now.0).push(" OR expires_at > ").bind(latest);
        sql.push(" OR holder = ").bind(self.holder.as_str()).push(")");
    }
}

/// Returns the end of a lease that begins now, in microseconds since 1970.
fn end(now: Timestamp) -> i64 {
    now.0 + i64::try_from(DURATION.as_micros()).unwrap_or(i64::MAX)
}
