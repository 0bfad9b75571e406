//! Connecting to PostgreSQL: the choice of a server, and the requirements for a database.

use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use syllabus::db::{Database, DatabaseUrl, Engine, Sql};

use crate::common::{Cluster, Store, on_each_engine};

fn url(text: &str) -> DatabaseUrl {
    text.parse().unwrap_or_else(|reason| panic!("{text}: {reason}"))
}

async fn refused(text: &str) -> String {
    match Database::connect(url(text)).await {
        Ok(_) => panic!("{text} is refused"),
        Err(error) => error.to_string(),
    }
}

/// Returns the URL of another database of the same server.
fn beside(store: &Store, name: &str) -> String {
    let own = store.url();
    let (start, query) = own.split_once('?').unwrap_or((&own, ""));
    let (server, _) = start.rsplit_once('/').expect("it names a database");
    format!("{server}/{name}?{query}")
}

#[test]
fn unreachable_servers_are_reported_with_the_reason() {
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let said = refused("postgres://u:hunter2@no-such-host.invalid/catalog").await;
        let expected = "cannot open postgres://no-such-host.invalid:5432/catalog: ";
        let reason = said.strip_prefix(expected).unwrap_or_else(|| panic!("{said}"));
        // A machine without a name server reports another error.
        let remedy = ": start the server, or correct its address in database.url";
        let reason = reason.strip_suffix(remedy).unwrap_or_else(|| panic!("{said}"));
        assert!(reason == "no such host" || reason.starts_with("cannot resolve the host name: "), "{said}");

        let said = refused("postgres://u:hunter2@255.255.255.255/catalog").await;
        let reason = "cannot open postgres://255.255.255.255:5432/catalog: network is unreachable";
        assert_eq!(said, format!("{reason}{remedy}"));

        let said = refused("postgres://u:hunter2@127.0.0.1:1,[::1]:2/catalog?target_session_attrs=read-write").await;
        let places = "cannot open postgres://127.0.0.1:1,[::1]:2/catalog: 127.0.0.1:1: connection refused; [::1]:2: ";
        assert!(said.starts_with(places), "{said}");

        let said = refused("postgres://u:hunter2@/catalog?host=/no/such/directory").await;
        let expected = "cannot open postgres:///catalog?host=/no/such/directory: no such file or directory";
        assert_eq!(said, format!("{expected}{remedy}"));
    });
}

#[test]
fn servers_are_tried_in_the_order_of_the_url() {
    let Some(cluster) = Cluster::start() else { return };
    let own = cluster.url("postgres");
    let (_, directory) = own.split_once("host=").expect("it is reached over a socket");
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        for text in [
            format!("postgres://syllabus:pw@/postgres?host={directory}"),
            format!("postgres://syllabus@{}/postgres", directory.replace('/', "%2F")),
            format!(
                "postgres://syllabus@/postgres?host=127.0.0.1,{directory}&port=1,5432&target_session_attrs=primary"
            ),
            format!(
                "postgres://syllabus@127.0.0.1:1,{}/postgres?target_session_attrs=read-write",
                directory.replace('/', "%2F")
            ),
        ] {
            let database = Database::connect(url(&text)).await.unwrap_or_else(|error| panic!("{text}: {error}"));
            database.rows(Sql::new(Engine::Postgres, "SELECT CAST(1 AS bigint)")).await.expect("it answers");
            database.close().await.expect("it can be left");
        }
        // A server that responds and rejects the connection ends the search.
        let both = format!(
            "postgres://syllabus@/nothing?host={directory},127.0.0.1&port=5432,1&target_session_attrs=read-write"
        );
        let said = refused(&both).await;
        let reason = "database \"nothing\" does not exist: create it, or correct its name in the URL";
        assert!(said.ends_with(&format!(":5432: the server says: {reason}")), "{said}");
    });
}

#[test]
fn non_utf8_databases_are_rejected_with_a_remedy() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        for encoding in ["LATIN1", "SQL_ASCII"] {
            let name = format!("in_{}_{}", encoding.to_lowercase(), std::process::id());
            let create =
                format!("CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
            store.database.writer().execute_unprepared(&create).await.expect("it can be created");
            let text = beside(store, &name);
            let said = refused(&text).await;
            assert!(said.contains(&format!("its encoding is {encoding}, but a catalog needs UTF8")), "{said}");
            let command = format!("--template=template0 --encoding=UTF8 --locale=C {name}_utf8`");
            assert!(said.contains("`createdb --host=") && said.ends_with(&command), "{said}");
            let looked = Database::open_for_inspection(url(&text)).await.map(drop).expect_err("it holds no catalog");
            assert_eq!(looked.to_string(), said);

            // A catalog that an earlier version created there can be read, to export it.
            let direct = sea_orm::Database::connect(&text).await.expect("it can be reached");
            Migrator::up(&direct, None).await.expect("it can be migrated");
            direct.close().await.expect("it can be left");
            assert_eq!(refused(&text).await, said);
            let database = Database::open_read_only(url(&text)).await.expect("it can be read");
            database.close().await.expect("it can be left");
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            store.database.writer().execute_unprepared(&drop).await.expect("it can be dropped");
        }
    });
}

#[test]
fn reads_do_not_modify_foreign_databases() {
    on_each_engine(async |store| {
        if store.database.engine() == Engine::Sqlite {
            return;
        }
        let name = format!("shared_{}", std::process::id());
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
        store.database.writer().execute_unprepared(&sql).await.expect("it can be created");
        let address = url(&beside(store, &name));
        let tables = Sql::new(Engine::Postgres, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");

        let database = Database::connect(&address).await.expect("it can be reached");
        database.writer().execute_unprepared("CREATE TABLE orders (id bigint)").await.expect("it is theirs");
        let said = Database::open_read_only(&address).await.map(drop).expect_err("it has no catalog").to_string();
        assert!(said.ends_with("pending migration(s): run `syllabus migrate up` with the same settings"), "{said}");
        let looked = Database::open_for_inspection(&address).await.expect("it can be reached").expect("it is there");
        let refused = looked.writer().execute_unprepared("CREATE TABLE more (id bigint)").await;
        assert!(refused.is_err(), "nothing can be written");
        looked.close().await.expect("it can be left");
        assert_eq!(database.rows(tables).await.expect("it answers").len(), 1);

        // Other programs can use the same schema.
        database.migrate_up().await.expect("the names are free");
        let read = Database::open_read_only(&address).await.expect("it has a catalog");
        read.close().await.expect("it can be left");
        database.close().await.expect("it can be left");
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        store.database.writer().execute_unprepared(&drop).await.expect("it can be dropped");
    });
}
