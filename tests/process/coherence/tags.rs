//! Cache tags: a change purges every response that it changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use entity::timestamp::Timestamp;
use serde_json::{Value, json};
use syllabus::clock::Clock;

use super::server::Server;
use super::walk::Walk;
use super::{STEP, figure};
use crate::common::on_each_engine;

/// A response that the edge stores.
struct Stored {
    body: Value,
    tags: BTreeSet<String>,
    /// The number of changes before it.
    step: usize,
}

#[test]
fn changed_responses_have_a_tag_that_the_change_purges() {
    let (steps, seed) = (figure("COHERENCE_STEPS", 60), figure("COHERENCE_SEED", 1));
    on_each_engine(async |store| {
        let now = Arc::new(AtomicI64::new(Clock::system().now().0 + 3_600_000_000));
        let time = now.clone();
        let clock = Clock::from_fn(move || Timestamp(time.load(Ordering::SeqCst)));
        let server = Server::with_clock(store.options(), &clock).await;
        let token = server.fill(0.0005).await;
        let mut walk = Walk::begin(&server, &token, seed, clock.clone()).await;
        let mut position = server.purged_tags(0, clock.now()).await.1;
        let mut history: Vec<BTreeSet<String>> = Vec::new();
        let mut edge: HashMap<String, Stored> = HashMap::new();
        let (mut changed, mut spared) = (0, 0);
        for step in 0..steps {
            now.fetch_add(STEP, Ordering::SeqCst);
            let done = walk.write(&server, &token).await;
            let (purged, end) = server.purged_tags(position, clock.now()).await;
            history.push(purged);
            position = end;
            for question in walk.some_questions() {
                let (body, tags) = server.tagged(&question).await;
                if let Some(stored) = edge.get(&question.to_string()) {
                    let is_purged = history[stored.step..].iter().any(|purged| !purged.is_disjoint(&stored.tags));
                    assert!(
                        is_purged || stored.body == body,
                        "step {step} of seed {seed}, after {done}: {question} with the tags {:?}",
                        stored.tags
                    );
                    changed += usize::from(stored.body != body);
                    spared += usize::from(!is_purged);
                }
                edge.insert(question.to_string(), Stored { body, tags, step: history.len() });
            }
        }
        assert!(changed > 0 && spared > 0, "{changed} responses changed, {spared} were not purged");
    });
}

#[test]
fn a_deletion_is_purged_even_if_the_code_was_reused() {
    on_each_engine(async |store| {
        let clock = Clock::system();
        let server = Server::with_clock(store.options(), &clock).await;
        let token = server.fill(0.0005).await;
        let id = server.things("videos").await.swap_remove(0);
        let question = json!({ "query": format!("{{ video(by: {{ id: \"{id}\" }}) {{ title }} }}") });
        let (before, tags) = server.tagged(&question).await;
        let position = server.purged_tags(0, clock.now()).await.1;
        server.write(&token, "videoDelete", json!({ "id": id, "force": true })).await.expect("it is deleted");
        let code = id.trim_start_matches("video_");
        let reused = json!({ "kind": "video", "code": code, "slug": "reused", "title": "Reused" });
        server.import(reused.to_string().as_bytes()).await;
        assert_ne!(server.tagged(&question).await.0, before, "the response cache is invalidated");
        let (purged, _) = server.purged_tags(position, clock.now()).await;
        assert!(!purged.is_disjoint(&tags), "{purged:?}, {tags:?}");
    });
}
