//! The PostgreSQL server of these tests, and databases on it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::common::{Cluster, postgres_is_missing};

/// The cluster that most tests use; `None`, with a message, if PostgreSQL is not installed.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    report_if_missing(CLUSTER.get_or_init(Cluster::start).as_ref())
}

/// A cluster for a test whose fault affects all databases of its cluster; `None`, with a message, if PostgreSQL is not
/// installed.
pub fn own_cluster() -> Option<Cluster> {
    report_if_missing(Cluster::start())
}

fn report_if_missing<C>(cluster: Option<C>) -> Option<C> {
    if cluster.is_none() {
        let missing = postgres_is_missing().unwrap_or("PostgreSQL was NOT tested: its own faults need an initdb.");
        eprintln!("{missing}");
    }
    cluster
}

/// Connects as the superuser.
pub async fn administrator(cluster: &Cluster, database: &str) -> DatabaseConnection {
    Database::connect(cluster.url(database)).await.expect("it can be reached")
}

/// Creates an empty database, with `options` of `CREATE DATABASE`, and returns its name.
pub async fn create_database(cluster: &Cluster, options: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("fault_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 {options}");
    administrator(cluster, "postgres").await.execute_unprepared(&create).await.expect("it can be made");
    name
}
