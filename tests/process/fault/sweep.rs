//! Injects one kind of fault into one kind of write, at the first call, the second, and so on.

use std::fmt;

use serde_json::json;

use crate::fault::place::Place;
use crate::fault::server::Server;
use crate::fault::state::State;
use crate::fault::writes::{Answer, Write};

/// The number of faults before the server is stopped and all writes are checked.
const FAULTS_PER_LOOK: u64 = 10;

/// A kind of fault.
pub trait Fault: fmt::Display {
    /// Lets the `nth` call from now on fail.
    fn arm(&self, nth: u64);

    /// Ends the fault.
    fn disarm(&self) -> Injected;

    /// Whether it lasts until it is ended, so that further writes fail as well.
    fn persists(&self) -> bool;

    /// The interval between the calls that fail.
    fn step(&self) -> u64 {
        every()
    }
}

/// The outcome of a fault.
#[derive(Clone, Debug)]
pub struct Injected {
    /// The calls that failed; empty if the write had fewer calls.
    pub calls: Vec<&'static str>,
    /// Whether a transaction was committed without an acknowledgment.
    pub is_committed: bool,
}

/// The counts.
#[derive(Default)]
struct Tally {
    faults: u64,
    calls: Vec<(&'static str, u64)>,
    acknowledged: u64,
    refused: u64,
}

/// The expected state of a write.
struct Expected {
    number: u64,
    nth: u64,
    answer: Answer,
    is_there: bool,
}

/// The interval between injected faults.
pub fn every() -> u64 {
    number("FAULT_EVERY", 10)
}

/// The first fault that is injected.
fn first() -> u64 {
    number("FAULT_FIRST", 1)
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |number| number.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Injects a fault at one n after the other, alternating between the given faults, and prints the counts. Returns the
/// number of rejected writes.
///
/// # Panics
/// If an acknowledged write is lost, a rejected one is stored, or the next one fails.
pub async fn sweep(place: &Place, write: Write, faults: &[impl Fault]) -> u64 {
    let mut sweep = Sweep { place, write, faults, tally: Tally::default(), next: 0 };
    let mut nth = first();
    while sweep.round(&mut nth).await {}
    let names: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let Tally { faults, calls, acknowledged, refused } = &sweep.tally;
    assert!(*faults > 0 || first() > 1, "{write}: no fault was injected");
    let calls: Vec<String> = calls.iter().map(|(call, count)| format!("{call} {count}")).collect();
    println!(
        "{}, {write}, {}: {faults} faults injected and survived ({}); under them {acknowledged} writes acknowledged, {refused} refused",
        place.engine,
        names.join(" or "),
        calls.join(", "),
    );
    *refused
}

struct Sweep<'a, F> {
    place: &'a Place,
    write: Write,
    faults: &'a [F],
    tally: Tally,
    /// The number of the next write.
    next: u64,
}

impl<F: Fault> Sweep<'_, F> {
    fn fault(&self, nth: u64) -> &F {
        let index = (nth / every() + first() - 1) % self.faults.len() as u64;
        &self.faults[usize::try_from(index).expect("there are few")]
    }

    fn describe(&self, nth: u64) -> String {
        format!("{}, {}: {} at {nth}", self.place.engine, self.write, self.fault(nth))
    }

    /// Writes under some faults, then stops the server and checks the catalog. Returns whether more faults follow.
    async fn round(&mut self, nth: &mut u64) -> bool {
        self.place.restore();
        let server = self.write.is_served().then(|| self.place.serve());
        if let Some(server) = &server {
            // Ensures that the fault hits the write.
            server.until_use_is_noted().await;
        }
        let mut expected = Vec::new();
        let mut goes_on = true;
        // The catalog is checked each time if the next write hides the result of the last one.
        let is_hidden = self.write.is_idempotent() && !self.write.is_served();
        let count = if is_hidden || self.place.is_saved() { 1 } else { FAULTS_PER_LOOK };
        for _ in 0..count {
            goes_on = self.inject(*nth, server.as_ref(), &mut expected).await;
            if !goes_on {
                break;
            }
            *nth += self.fault(*nth).step();
        }
        if let Some(server) = server {
            server.stop();
        }
        self.place.run(&["check"]);
        let state = State::read(self.place, self.write).await;
        for Expected { number, nth, answer, is_there } in expected {
            let found = state.has(self.write, number, self.place);
            let because = self.describe(nth);
            assert_eq!(found, is_there, "{because}: write {number} was {answer:?}, and whether it is there");
        }
        goes_on
    }

    /// Writes under the fault, and once more after it. Returns whether the write reached the fault.
    async fn inject(&mut self, nth: u64, server: Option<&Server>, expected: &mut Vec<Expected>) -> bool {
        let because = self.describe(nth);
        let (place, write, fault) = (self.place, self.write, self.fault(nth));
        let first = self.next;
        write.prepare(place, server, first).await;
        let before = if write == Write::Purge { write.left(place) } else { None };
        fault.arm(nth);
        let mut answers = vec![write.run(place, server, first).await];
        if fault.persists() {
            answers.push(write.run(place, server, first + 1).await);
            if let Some(server) = server {
                let known = server.send("{ book(by: { slug: \"known\" }) { title } }", json!({})).await;
                assert_eq!(known["data"]["book"]["title"], "Known", "{because}: reads go on: {known:#}");
            }
        }
        let injected = fault.disarm();
        self.compare(before, &answers, injected.is_committed, &because);

        let after = first + answers.len() as u64;
        self.next = after + 1;
        let answer = write.run(place, server, after).await;
        assert_eq!(answer, Answer::Acknowledged, "{because}: the next write works");
        if let Some(left) = write.left(place) {
            assert!(left.iter().all(|left| *left == 0), "{because}: the next one leaves {left:?} to do");
        }
        for (answer, number) in answers.iter().chain([&answer]).zip(first..) {
            // The next write completes it.
            let is_done = write.is_idempotent();
            if number == first || !is_done {
                let is_there = *answer == Answer::Acknowledged || injected.is_committed || is_done;
                expected.push(Expected { number, nth, answer: *answer, is_there });
            }
        }
        if injected.calls.is_empty() {
            return false;
        }
        self.count(&injected, &answers);
        true
    }

    /// Compares the remaining work with the response.
    fn compare(&self, before: Option<Vec<u64>>, answers: &[Answer], is_committed: bool, because: &str) {
        if answers.contains(&Answer::Acknowledged) {
            let left = self.write.left(self.place).unwrap_or_default();
            assert!(left.iter().all(|left| *left == 0), "{because}: acknowledged, and {left:?} of {before:?} is left");
        } else if let (Write::Purge, Some(before), false) = (self.write, before, is_committed) {
            let left = self.write.left(self.place).expect("a purge says so");
            // Revisions go first, in a transaction of their own.
            let parts = [before.clone(), vec![0, before[1]]];
            assert!(parts.contains(&left), "{because}: refused, and {left:?} of {before:?} is left");
        }
    }

    fn count(&mut self, injected: &Injected, answers: &[Answer]) {
        self.tally.faults += 1;
        for call in &injected.calls {
            match self.tally.calls.iter_mut().find(|(known, _)| known == call) {
                Some((_, count)) => *count += 1,
                None => self.tally.calls.push((call, 1)),
            }
        }
        let acknowledged = answers.iter().filter(|answer| **answer == Answer::Acknowledged).count() as u64;
        self.tally.acknowledged += acknowledged;
        self.tally.refused += answers.len() as u64 - acknowledged;
    }
}
