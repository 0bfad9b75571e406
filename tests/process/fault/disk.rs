//! SQLite, on a disk that fails at the nth write, sync, truncation or lock.

use std::fmt;

use crate::fault::place::Place;
use crate::fault::shim::{CALLS, Mode, Shim};
use crate::fault::sweep::{Fault, Injected, every, sweep};
use crate::fault::writes::Write;

struct DiskFault<'a> {
    shim: &'a Shim,
    mode: Mode,
}

impl fmt::Display for DiskFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mode {
            Mode::Once => "one failing call",
            Mode::Torn => "torn write",
            Mode::Full => "full disk",
            Mode::Unsynced => "one failing sync",
            Mode::NeverSynced => "failing syncs",
        })
    }
}

impl Fault for DiskFault<'_> {
    fn arm(&self, nth: u64) {
        self.shim.arm(self.mode, nth);
    }

    fn disarm(&self) -> Injected {
        let failed = self.shim.disarm();
        let calls = CALLS.into_iter().zip(failed).filter(|(_, count)| *count > 0).map(|(call, _)| call).collect();
        Injected { calls, is_committed: false }
    }

    fn persists(&self) -> bool {
        matches!(self.mode, Mode::Full | Mode::NeverSynced)
    }

    /// A write has few syncs, and one of them is that of its commit.
    fn step(&self) -> u64 {
        if self.mode == Mode::Unsynced { 1 } else { every() }
    }
}

/// Modes with a sweep each, or with a common one if not every n is tried: both count writes.
fn sweeps() -> Vec<Vec<Mode>> {
    if every() == 1 {
        vec![vec![Mode::Unsynced], vec![Mode::Once], vec![Mode::Torn], vec![Mode::Full]]
    } else {
        vec![vec![Mode::Unsynced], vec![Mode::Once], vec![Mode::Torn, Mode::Full]]
    }
}

async fn survives(write: Write) {
    for modes in sweeps() {
        let directory = tempfile::tempdir().expect("the disk has space");
        let place = Place::sqlite(directory.path());
        sweep(&place, write, &faults(&place, modes)).await;
    }
}

fn faults(place: &Place, modes: Vec<Mode>) -> Vec<DiskFault<'_>> {
    modes.into_iter().map(|mode| DiskFault { shim: &place.shim, mode }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutations_survive_a_failing_disk() {
    survives(Write::Mutation).await;
}

/// SQLite checkpoints a long write-ahead log after a commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutations_with_a_checkpoint_survive_a_failing_disk() {
    for modes in sweeps() {
        let directory = tempfile::tempdir().expect("the disk has space");
        let mut place = Place::sqlite(directory.path());
        place.engine = "SQLite with a checkpoint";
        place.save_with_long_log().await;
        sweep(&place, Write::Mutation, &faults(&place, modes)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_by_mutation_survive_a_failing_disk() {
    survives(Write::ImportMutation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_made_by_mutation_survive_a_failing_disk() {
    survives(Write::TokenMutation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publications_survive_a_failing_disk() {
    survives(Write::Publication).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_survive_a_failing_disk() {
    survives(Write::Import).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_survive_a_failing_disk() {
    survives(Write::Token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purges_survive_a_failing_disk() {
    survives(Write::Purge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_survive_a_failing_disk() {
    survives(Write::Migration).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_survives_a_failing_disk() {
    survives(Write::Creation).await;
}
