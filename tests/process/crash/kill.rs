//! Two hundred writes, in rounds that each end with a kill of all processes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;

use crate::command::run;
use crate::common::{Store, on_each_engine};
use crate::crash::server::{Process, Server};
use crate::crash::writes::{Write, catalog};

const WRITES: usize = 200;
const ROUNDS: usize = 10;
/// The number of concurrent clients.
const CLIENTS: usize = 6;

/// The common state of the clients of one round.
struct Round<'a> {
    server: Server,
    url: &'a str,
    processes: Mutex<Vec<Arc<Process>>>,
    next: AtomicUsize,
    end: usize,
    /// The attempted writes, each with whether it was acknowledged.
    begun: Mutex<Vec<(Write, bool)>>,
    /// The number of acknowledgments after which all processes are killed.
    enough: usize,
}

impl Round<'_> {
    /// Writes until the round's writes are used up, or the server is gone. The client that gets the last acknowledgment
    /// kills all processes.
    async fn client(&self) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.end {
                return;
            }
            let write = Write::number(number);
            let acknowledged = write.run(&self.server, self.url, &self.processes).await;
            let mut begun = self.begun.lock().expect("nobody panics with it");
            begun.push((write, acknowledged));
            if begun.iter().filter(|(_, acknowledged)| *acknowledged).count() == self.enough {
                self.server.kill();
                self.processes.lock().expect("nobody panics with it").iter().for_each(|process| process.kill());
                // The remaining writes of this round fail.
                self.next.store(self.end, Ordering::Relaxed);
            }
        }
    }
}

#[test]
fn killed_servers_keep_acknowledged_writes_and_no_partial_ones() {
    on_each_engine(async |store| {
        let url = released(store).await;
        let file = tempfile::NamedTempFile::new().expect("the disk has space");
        std::fs::write(file.path(), catalog(WRITES)).expect("the disk has space");
        run(&url, &["import", &file.path().display().to_string()]);
        let token = run(&url, &["token", "create", "--name", "crash", "--role", "editor"]);
        let mut begun = Vec::new();
        for round in 0..ROUNDS {
            let per_round = WRITES / ROUNDS;
            let round = Round {
                server: Server::start(&url, token.trim()),
                url: &url,
                processes: Mutex::new(Vec::new()),
                next: AtomicUsize::new(round * per_round),
                end: (round + 1) * per_round,
                begun: Mutex::new(Vec::new()),
                enough: per_round - CLIENTS + round % CLIENTS,
            };
            join_all((0..CLIENTS).map(|_| round.client())).await;
            begun.extend(round.begun.into_inner().expect("nobody panics with it"));
            drop(round.server);
            drop(round.processes);
            run(&url, &["check"]);
        }
        let server = Server::start(&url, token.trim());
        let acknowledged = begun.iter().filter(|(_, acknowledged)| *acknowledged).count();
        assert!(acknowledged >= WRITES / 2, "only {acknowledged} writes were acknowledged");
        assert!(acknowledged < begun.len(), "nothing was in flight when everything was killed");
        for (write, acknowledged) in begun {
            let (found, all) = write.found(&server).await;
            assert!(found == all || found == 0 && !acknowledged, "{write:?}: {found} of {all}, {acknowledged}");
        }
    });
}

/// Returns the URL of the test's database after closing its own connections.
async fn released(store: &Store) -> String {
    store.database.clone().close().await.expect("it can be left");
    store.url()
}
