//! Compares the results of reads with the order of all writes in the change feed, at the end of a history.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// A topic in the result of a read: its revision, and the number of the write in its title.
#[derive(Clone, Copy)]
pub struct Shown {
    pub revision: i32,
    pub number: u64,
}

/// The version that a read required, and what it showed.
pub struct ReadResult {
    pub server: usize,
    /// The position in the feed of the version that the read required.
    pub required: Option<i64>,
    /// The greatest revision of each topic that this server had shown before the read began.
    pub before: Vec<i32>,
    /// Each topic, as the read showed it.
    pub shown: Vec<Shown>,
}

/// The changes of one topic, in the order of commits.
pub struct Changes {
    /// The server that the writer of the topic uses.
    writer: usize,
    /// The position in the feed and the revision of each.
    order: Vec<(i64, i32)>,
}

impl Changes {
    /// Reads the changes of the topic with a code from the database with a URL.
    pub async fn of(code: &str, writer: usize, url: &str) -> Self {
        let connection = sea_orm::Database::connect(url).await.expect("it can be reached");
        let query =
            format!("SELECT id, revision FROM change_event WHERE kind = 'topic' AND code = '{code}' ORDER BY id");
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, query)).await;
        let rows = rows.expect("the feed can be read");
        let order: Vec<(i64, i32)> =
            rows.iter().map(|row| row.try_get_many_by_index().expect("it is a position and a revision")).collect();
        connection.close().await.expect("it is idle");
        assert!(order.is_sorted_by_key(|(_, revision)| revision), "{code}: {order:?}");
        Self { writer, order }
    }

    /// Returns the last revision up to a position.
    fn revision_at(&self, position: i64) -> i32 {
        let index = self.order.partition_point(|(other, _)| *other <= position);
        self.order[..index].last().map_or(0, |(_, revision)| *revision)
    }

    /// Returns the position of a revision.
    fn position_of(&self, revision: i32) -> i64 {
        let index = self.order.binary_search_by_key(&revision, |(_, revision)| *revision);
        self.order[index.unwrap_or_else(|_| panic!("revision {revision} was shown, and is not in the feed"))].0
    }
}

impl ReadResult {
    /// Checks that the read shows every change up to the version that it required, in all topics. If reads are monotonic,
    /// it must also show every change up to the last one that its server had shown, in the topics that this server writes,
    /// and only changes that the feed still has, with one title for each. Adds the titles to `numbers`, one map for each
    /// topic.
    pub fn assert_consistent_with(&self, topics: &[Changes], numbers: &mut [BTreeMap<i32, u64>], is_monotonic: bool) {
        let required = self.required.unwrap_or_default();
        let before = topics.iter().zip(&self.before).map(|(changes, revision)| changes.position_of(*revision));
        let before = if is_monotonic { before.max().unwrap_or_default() } else { 0 };
        for (topic, (changes, Shown { revision, number })) in topics.iter().zip(&self.shown).enumerate() {
            let position = if changes.writer == self.server { required.max(before) } else { required };
            let least = changes.revision_at(position);
            let Self { server, required, .. } = self;
            assert!(
                *revision >= least,
                "topic {topic} on server {server}: revision {revision} was read, but {least} is at the position \
                 {position} (required: {required:?}, shown before: {before})"
            );
            if is_monotonic {
                changes.position_of(*revision);
                let known = *numbers[topic].entry(*revision).or_insert(*number);
                assert_eq!(known, *number, "topic {topic}: two writes were shown as the revision {revision}");
            }
        }
    }
}
