//! A full file system under SQLite, and a full tablespace of PostgreSQL.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::os::unix::fs::{MetadataExt, chown};

use sea_orm::ConnectionTrait;

use crate::fault::place::Place;
use crate::fault::postgres::{administrator, create_database, own_cluster};
use crate::fault::state::expect;
use crate::fault::sweep::{Fault, Injected, sweep};
use crate::fault::tmpfs::{Filling, Tmpfs};
use crate::fault::writes::{Answer, Write};

const SQLITE_MEBIBYTES: u32 = 8;
/// An empty database takes about 8 MiB, and its write-ahead log is elsewhere.
const POSTGRES_MEBIBYTES: u32 = 32;
/// How often the disk becomes full.
const TIMES: u64 = 2;
/// A command runs once with each multiple of `LEVEL`, from zero on, as the bytes of free space: it fails at its first
/// write, or at a later one.
const LEVEL: u64 = 40 * 1024;
const LEVELS: u64 = 8;
/// How many writes can fit into previously allocated space before the first one fails.
const ENOUGH: u64 = 5_000;
const WRITES: [Write; 6] =
    [Write::Mutation, Write::ImportMutation, Write::TokenMutation, Write::Publication, Write::Import, Write::Token];
/// Writes that need a catalog without a server.
const COMMAND_WRITES: [Write; 3] = [Write::Purge, Write::Migration, Write::Creation];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_survives_a_full_file_system() {
    let Some(disk) = Tmpfs::mount(SQLITE_MEBIBYTES) else { return };
    survives(&disk, &Place::sqlite(disk.path())).await;
    for write in COMMAND_WRITES {
        let Some(disk) = Tmpfs::mount(SQLITE_MEBIBYTES) else { return };
        command_survives(&disk, &Place::sqlite(disk.path()), write).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_survives_a_full_tablespace() {
    let Some(disk) = Tmpfs::mount(POSTGRES_MEBIBYTES) else { return };
    // A backend writes pages of any database when it needs memory, so other tests would fail in the same cluster.
    let Some(cluster) = own_cluster() else { return };
    let owner = std::fs::metadata(cluster.directory()).expect("it is there");
    chown(disk.path(), Some(owner.uid()), Some(owner.gid())).expect("root may give it away");
    let server = administrator(&cluster, "postgres").await;
    let create = format!("CREATE TABLESPACE small LOCATION '{}'", disk.path().display());
    server.execute_unprepared(&create).await.expect("it can be made");
    let drop_database = async |database| {
        server.execute_unprepared(&format!("DROP DATABASE {database} WITH (FORCE)")).await.expect("it can be dropped");
    };
    let database = create_database(&cluster, "TABLESPACE small").await;
    survives(&disk, &Place::postgres(cluster.url(&database))).await;
    drop_database(database).await;
    for write in COMMAND_WRITES {
        let database = create_database(&cluster, "TABLESPACE small").await;
        command_survives(&disk, &Place::postgres(cluster.url(&database)), write).await;
        drop_database(database).await;
    }
    server.execute_unprepared("DROP TABLESPACE small").await.expect("it is empty");
}

/// Executes every kind of write that is possible while a server runs, on a full disk and again once it has space.
async fn survives(disk: &Tmpfs, place: &Place) {
    for time in 0..TIMES {
        let first = time * 2 * ENOUGH;
        let server = place.serve();
        let mut answers = Vec::new();
        for (write, number) in WRITES.into_iter().zip(first..) {
            write.prepare(place, Some(&server), number).await;
        }
        let filling = disk.fill();
        for number in first + 100..first + ENOUGH {
            let answer = Write::Mutation.run(place, Some(&server), number).await;
            answers.push((Write::Mutation, number, answer));
            if answer == Answer::Refused {
                break;
            }
        }
        assert!(matches!(answers.last(), Some((.., Answer::Refused))), "{}: the disk never is full", place.engine);
        for (write, number) in WRITES.into_iter().zip(first..) {
            answers.push((write, number, write.run(place, Some(&server), number).await));
        }
        let refused = answers.iter().filter(|(.., answer)| *answer == Answer::Refused).count();
        println!("{}, full disk: {} writes acknowledged, {refused} refused", place.engine, answers.len() - refused);
        drop(filling);

        for (write, number) in WRITES.into_iter().zip(first + 50..) {
            let answer = write.run(place, Some(&server), number).await;
            assert_eq!(answer, Answer::Acknowledged, "{}: {write} works when the disk has space again", place.engine);
            if !write.is_idempotent() {
                answers.push((write, number, answer));
            }
        }
        server.stop();
        place.run(&["check"]);
        expect(place, &answers).await;
    }
}

async fn command_survives(disk: &Tmpfs, place: &Place, write: Write) {
    let full = FullDisk { disk, filling: RefCell::default(), times: Cell::default() };
    let refused = sweep(place, write, &[full]).await;
    // PostgreSQL needs no space for a deletion.
    let needs_space = write != Write::Purge || place.engine == "SQLite";
    assert!(refused > 0 || !needs_space, "{}: {write} has space on a full disk", place.engine);
}

struct FullDisk<'a> {
    disk: &'a Tmpfs,
    filling: RefCell<Option<Filling>>,
    /// How often it was full.
    times: Cell<u64>,
}

impl fmt::Display for FullDisk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("full disk")
    }
}

impl Fault for FullDisk<'_> {
    fn arm(&self, _nth: u64) {
        let times = self.times.get();
        if times < LEVELS {
            self.times.set(times + 1);
            self.filling.replace(Some(self.disk.fill_except(times * LEVEL)));
        }
    }

    fn disarm(&self) -> Injected {
        let calls = self.filling.take().map(|_| "write");
        Injected { calls: calls.into_iter().collect(), is_committed: false }
    }

    fn persists(&self) -> bool {
        true
    }

    fn step(&self) -> u64 {
        1
    }
}
