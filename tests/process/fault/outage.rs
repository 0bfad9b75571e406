//! PostgreSQL is stopped, restarted and disconnected under load several times: no response is wrong, no acknowledged
//! write is lost, and reads recover without intervention.
//!
//! `FAULTS=20 cargo test --test process fault:: -- --nocapture` repeats this more often, and prints the counts.

use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;

use crate::command::{run, syllabus};
use crate::common::{Cluster, postgres_is_missing};
use crate::fault::load::{Load, ReadOutcome};
use crate::serving::serving;

const FAULTS: usize = 6;
/// The number of concurrent clients.
const READERS: usize = 8;
const WRITERS: usize = 2;
/// The number of responses between two faults.
const CALM: usize = 100;
/// The time after which reads must succeed again. The goal is one second; the rest is a margin for a busy machine.
const BACK: Duration = Duration::from_secs(5);

/// The kind of outage.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Restart,
    Crash,
    Cut,
}

impl Fault {
    const ALL: [Self; 3] = [Self::Restart, Self::Crash, Self::Cut];

    async fn happen(self, cluster: &Arc<Cluster>, load: &Load) {
        let cluster = cluster.clone();
        match self {
            Self::Restart => blocking(move || cluster.restart()).await,
            Self::Crash => {
                let again = cluster.clone();
                blocking(move || again.stop()).await;
                // Until a client gets an error.
                load.until(ReadOutcome::Unavailable, 1).await;
                blocking(move || cluster.resume()).await;
            }
            Self::Cut => {
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'syllabus'";
                connection(&cluster).await.execute_unprepared(cut).await.expect("they can be cut");
            }
        }
    }
}

async fn blocking(work: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(work).await.expect("it is done");
}

async fn connection(cluster: &Cluster) -> DatabaseConnection {
    Database::connect(cluster.url("postgres")).await.expect("it can be reached")
}

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outages_cause_no_wrong_response_and_no_lost_write() {
    let Some(cluster) = Cluster::durable() else {
        if let Some(missing) = postgres_is_missing() {
            eprintln!("{missing}");
        }
        return;
    };
    let cluster = Arc::new(cluster);
    let url = cluster.url("postgres");
    let faults = std::env::var("FAULTS").ok().map_or(FAULTS, |faults| faults.parse().expect("FAULTS is a number"));
    run(&url, &["migrate", "up"]);
    let file = tempfile::NamedTempFile::new().expect("the disk has space");
    let books = (0..100).map(|n| json!({ "kind": "book", "slug": format!("book-{n}"), "title": format!("Book {n}") }));
    std::fs::write(file.path(), books.map(|book| format!("{book}\n")).collect::<String>()).expect("the disk has space");
    run(&url, &["import", &file.path().display().to_string()]);
    let token = run(&url, &["token", "create", "--name", "fault", "--role", "editor"]);
    let (child, address) = serving(&mut syllabus(&url, &["serve", "--listen", "127.0.0.1:0"]));
    let _server = Process(child);

    let load = Load::begin(&format!("http://{address}/graphql"), token.trim(), READERS, WRITERS).await;
    let mut back = Vec::new();
    for fault in Fault::ALL.into_iter().cycle().take(faults) {
        load.until(ReadOutcome::Right, CALM).await;
        fault.happen(&cluster, &load).await;
        let over = Instant::now();
        load.until_read_again().await;
        back.push(over.elapsed());
        println!("{fault:?}: a read was answered again after {} ms", over.elapsed().as_millis());
    }
    load.until(ReadOutcome::Right, CALM).await;
    let ended = load.end().await;
    println!("{ended:#?}");
    assert_eq!(ended.wrong, Vec::<String>::new(), "answers that were wrong");
    assert!(ended.acknowledged > 0 && ended.read > CALM * faults, "{ended:?}");
    assert!(ended.unavailable > 0 && ended.refused_writes > 0, "{ended:?}");
    assert_eq!(ended.lost, Vec::<String>::new(), "writes that were acknowledged");
    assert!(back.iter().all(|took| *took < BACK), "{back:?}");
}
