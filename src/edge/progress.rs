//! How far the edge was purged once and twice.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::db::CatalogVersion;
use crate::loader::CacheTags;

/// Changes that are purged at most this long after one another for the first time are purged together for the second
/// time.
const WINDOW: Duration = Duration::from_secs(1);

/// The progress of a purger along the change feed.
pub struct Progress {
    /// Changes up to here were purged once.
    version: CatalogVersion,
    /// Changes up to here were purged twice.
    cursor: CatalogVersion,
    /// The maximum number of tags that are purged together. With more, everything would be purged.
    max_tags: usize,
    /// The purges to repeat, in the order of the feed.
    repeats: VecDeque<Repeat>,
}

/// A second purge.
struct Repeat {
    /// When the first of its changes was purged.
    begin: Instant,
    /// The version of the catalog with the last of its changes.
    version: CatalogVersion,
    tags: CacheTags,
}

impl Progress {
    /// Continues after a stored cursor. Later changes may have been purged once; they are purged twice again.
    #[must_use]
    pub fn after(cursor: CatalogVersion, max_tags: usize) -> Self {
        Self { version: cursor, cursor, max_tags, repeats: VecDeque::new() }
    }

    /// Returns the version up to which changes were purged once.
    #[must_use]
    pub fn version(&self) -> CatalogVersion {
        self.version
    }

    /// Returns the version up to which changes were purged twice.
    #[must_use]
    pub fn cursor(&self) -> CatalogVersion {
        self.cursor
    }

    /// Records the first purge of the changes up to `version`.
    pub fn record_first(&mut self, version: CatalogVersion, tags: CacheTags, now: Instant) {
        self.version = version;
        let max_tags = self.max_tags;
        let can_include = |repeat: &&mut Repeat| {
            now.duration_since(repeat.begin) < WINDOW && repeat.tags.count() + tags.count() <= max_tags
        };
        match self.repeats.back_mut().filter(can_include) {
            Some(repeat) => {
                repeat.version = version;
                repeat.tags.extend(tags);
            }
            None => self.repeats.push_back(Repeat { begin: now, version, tags }),
        }
    }

    /// Returns when the next second purge is due.
    #[must_use]
    pub fn next_repeat(&self, delay: Duration) -> Option<Instant> {
        self.repeats.front().map(|repeat| repeat.begin + WINDOW + delay)
    }

    /// Returns the tags of a second purge that is due.
    #[must_use]
    pub fn due_repeat(&self, delay: Duration, now: Instant) -> Option<&CacheTags> {
        self.next_repeat(delay).filter(|due| *due <= now)?;
        self.repeats.front().map(|repeat| &repeat.tags)
    }

    /// Records that [`due_repeat`](Self::due_repeat) was purged.
    pub fn record_repeat(&mut self) {
        if let Some(repeat) = self.repeats.pop_front() {
            self.cursor = repeat.version;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(30);

    fn version(position: i64) -> CatalogVersion {
        CatalogVersion { epoch: 7, position }
    }

    fn tags(text: &str) -> CacheTags {
        let id = text.trim_start_matches('i').parse().expect("it is a number");
        CacheTags::of_changes(&[crate::loader::Dependency::Object(entity::kind::NodeKind::Book, id)])
    }

    #[test]
    fn the_cursor_moves_after_the_second_purge() {
        let begin = Instant::now();
        let mut progress = Progress::after(version(3), 10);
        let both = (progress.version(), progress.cursor());
        assert_eq!((both, progress.next_repeat(DELAY)), ((version(3), version(3)), None));
        progress.record_first(version(5), tags("i1"), begin);
        assert_eq!((progress.version(), progress.cursor()), (version(5), version(3)));
        let due = begin + DELAY + WINDOW;
        assert_eq!(progress.due_repeat(DELAY, due.checked_sub(Duration::from_millis(1)).expect("it is later")), None);
        assert_eq!(progress.due_repeat(DELAY, due), Some(&tags("i1")));
        assert_eq!(progress.cursor(), version(3), "the second purge may fail");
        progress.record_repeat();
        assert_eq!((progress.cursor(), progress.next_repeat(DELAY)), (version(5), None));
    }

    #[test]
    fn changes_within_a_second_are_repeated_together() {
        let begin = Instant::now();
        let mut progress = Progress::after(version(0), 4);
        progress.record_first(version(1), tags("i1"), begin);
        progress.record_first(version(2), tags("i2"), begin + Duration::from_millis(999));
        progress.record_first(version(3), tags("i3"), begin + WINDOW);
        let mut both = tags("i1");
        both.extend(tags("i2"));
        // Each change is purged again at least after the delay.
        assert_eq!(progress.due_repeat(DELAY, begin + WINDOW + DELAY), Some(&both));
        progress.record_repeat();
        assert_eq!(progress.cursor(), version(2));
        assert_eq!(progress.next_repeat(DELAY), Some(begin + WINDOW * 2 + DELAY));
    }

    #[test]
    fn too_many_tags_are_not_repeated_together() {
        let begin = Instant::now();
        let mut progress = Progress::after(version(0), 3);
        progress.record_first(version(1), tags("i1"), begin);
        progress.record_first(version(2), tags("i2"), begin);
        assert_eq!(progress.due_repeat(DELAY, begin + WINDOW + DELAY), Some(&tags("i1")));
        progress.record_repeat();
        assert_eq!(progress.due_repeat(DELAY, begin + WINDOW + DELAY), Some(&tags("i2")));
    }
}
