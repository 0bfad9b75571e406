//! SQLite, on a disk that does not confirm a commit.

use serde_json::json;

use crate::fault::load::UNKNOWN_OUTCOME;
use crate::fault::place::Place;
use crate::fault::shim::Mode;
use crate::fault::state::expect;
use crate::fault::writes::{Answer, Write};

const WRITES: [Write; 3] = [Write::Mutation, Write::ImportMutation, Write::TokenMutation];
/// More than one write has.
const SYNCS: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejected_writes_are_absent_after_a_crash() {
    for write in WRITES {
        let directory = tempfile::tempdir().expect("the disk has space");
        let place = Place::sqlite(directory.path());
        let mut answers = Vec::new();
        for nth in 1..=SYNCS {
            let server = place.serve();
            // The first write to a write-ahead log also syncs its header. This test covers later syncs.
            let before = write.run(&place, Some(&server), 2 * nth).await;
            assert_eq!(before, Answer::Acknowledged, "there is no fault yet");
            answers.push((write, 2 * nth, before));
            server.until_use_is_noted().await;
            place.shim.arm(Mode::Unsynced, nth);
            let answer = write.run(&place, Some(&server), 2 * nth + 1).await;
            // Killed, before it writes anything else.
            drop(server);
            let [_, failed, ..] = place.shim.disarm();
            answers.push((write, 2 * nth + 1, answer));
            place.run(&["check"]);
            expect(&place, &answers).await;
            if failed == 0 {
                break;
            }
        }
        let refused = answers.iter().filter(|(.., answer)| *answer == Answer::Refused).count();
        println!("SQLite, {write}, one failing sync, then a crash: {refused} of {} writes refused", answers.len());
        assert!(refused > 0 && (answers.len() as u64) < 2 * SYNCS, "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_write_outcomes_are_reported() {
    let directory = tempfile::tempdir().expect("the disk has space");
    let place = Place::sqlite(directory.path());
    let server = place.serve();
    assert_eq!(Write::Mutation.run(&place, Some(&server), 1).await, Answer::Acknowledged);
    let query = "mutation ($input: TopicCreateInput!) { topicCreate(input: $input) { topic { id } } }";
    place.shim.arm(Mode::NeverSynced, 1);
    let response = server.send(query, json!({ "input": { "title": "Unknown" } })).await;
    place.shim.disarm();
    let error = &response["errors"][0];
    assert_eq!(error["message"], UNKNOWN_OUTCOME, "{response:#}");
    assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR", "{response:#}");
    assert_eq!(Write::Mutation.run(&place, Some(&server), 2).await, Answer::Acknowledged);
    server.stop();
    place.run(&["check"]);
}

#[test]
fn imports_with_an_unknown_outcome_say_so() {
    let directory = tempfile::tempdir().expect("the disk has space");
    let place = Place::sqlite(directory.path());
    let file = directory.path().join("topic.jsonl");
    let mut unknown = 0;
    for nth in 1..=SYNCS {
        let slug = format!("topic-{nth}");
        let topic = json!({ "kind": "topic", "slug": slug, "title": "Unknown" });
        std::fs::write(&file, topic.to_string()).expect("the disk has space");
        place.shim.arm(Mode::NeverSynced, nth);
        let error = place.error(&["import", &file.display().to_string()]);
        let [_, failed, ..] = place.shim.disarm();
        place.run(&["check"]);
        let is_stored = place.export().iter().any(|record| record["slug"] == slug);
        match error {
            None => assert!(is_stored, "sync {nth}"),
            Some(error) if error.contains("the import may have been committed") => unknown += 1,
            Some(error) => assert!(!is_stored, "sync {nth}: {error}"),
        }
        if failed == 0 {
            break;
        }
    }
    assert!(unknown > 0);
}
