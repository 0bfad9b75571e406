//! Cache tags: the names of dependencies, by which a CDN finds the responses that a change affects.
//!
//! A response has a tag for each of its [dependencies](super::dependencies), and a change purges the tags of the
//! dependencies that it changed. Tags are the same on every server.

use std::collections::BTreeSet;

use entity::kind::NodeKind;

use super::Dependency;

/// The tag of every response. Purging it purges everything.
const CATALOG: &str = "catalog";
/// The tag of responses that depend on everything. Every change purges it.
const EVERYTHING: &str = "everything";
/// The maximum length of the tags of a response in bytes, each with a separator. Two headers contain them, and proxies
/// limit all headers of a response to 8 kB or less.
const MAX_LENGTH: usize = 2_000;

/// A set of cache tags. They consist of lower-case letters, digits, hyphens and underscores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheTags(BTreeSet<String>);

impl CacheTags {
    /// Returns the tag that every response has.
    #[must_use]
    pub fn catalog() -> Self {
        Self(BTreeSet::from([CATALOG.to_owned()]))
    }

    /// Returns the tags of a response with these dependencies; `None` for everything. If they are too long, those of
    /// single objects are replaced by the kinds of the objects.
    pub(super) fn of_response(dependencies: Option<&[Dependency]>) -> Self {
        let Some(dependencies) = dependencies else {
            return Self(BTreeSet::from([CATALOG.to_owned(), EVERYTHING.to_owned()]));
        };
        let (mut exact, mut kinds) = (Self::catalog(), Self::catalog());
        for dependency in dependencies {
            exact.0.insert(tag(*dependency));
            if let Dependency::Object(kind, _) = dependency {
                // A deleted object is no longer known, so its kind is purged.
                exact.0.insert(tag(Dependency::Deleted(*kind)));
            }
            // Every change is also one of a kind.
            kinds.0.insert(tag(Dependency::Kind(kind_of(*dependency))));
        }
        if exact.length() <= MAX_LENGTH { exact } else { kinds }
    }

    /// Returns the tags to purge after these dependencies changed.
    pub fn of_changes<'a>(changed: impl IntoIterator<Item = &'a Dependency>) -> Self {
        let tags = changed.into_iter().map(|dependency| tag(*dependency));
        Self(tags.chain([EVERYTHING.to_owned()]).collect())
    }

    /// Adds the tags of another set.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns the number of tags.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the tags in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns the length with separators, in bytes.
    fn length(&self) -> usize {
        self.0.iter().map(|tag| tag.len() + 1).sum()
    }
}

fn tag(dependency: Dependency) -> String {
    match dependency {
        Dependency::Object(kind, id) => format!("{}{id}", prefix(kind)),
        Dependency::ListOf(owner) => format!("l{}", owner.id),
        Dependency::Visibility(kind) => format!("visibility-{kind}"),
        Dependency::Kind(kind) => kind.to_string(),
        Dependency::Deleted(kind) => format!("deleted-{kind}"),
    }
}

/// Returns the letter before the primary keys of a table.
fn prefix(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => "p",
        NodeKind::Organization => "o",
        NodeKind::ReadingList => "r",
        NodeKind::ReadingListEntry => "e",
        // Items of all kinds have one sequence of primary keys.
        _ => "i",
    }
}

/// Returns the kind of the objects whose changes change a dependency.
fn kind_of(dependency: Dependency) -> NodeKind {
    match dependency {
        Dependency::Object(kind, _)
        | Dependency::Visibility(kind)
        | Dependency::Kind(kind)
        | Dependency::Deleted(kind) => kind,
        Dependency::ListOf(_) => NodeKind::ReadingList,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OwnerKind, OwnerRef};

    fn joined(tags: &CacheTags) -> String {
        tags.iter().collect::<Vec<_>>().join(" ")
    }

    fn every_dependency() -> Vec<Dependency> {
        let mut all = vec![Dependency::ListOf(OwnerRef { kind: OwnerKind::Career, id: 7 })];
        for kind in NodeKind::ALL {
            let of_kind = [Dependency::Object(kind, 7), Dependency::Visibility(kind), Dependency::Kind(kind)];
            all.extend(of_kind.into_iter().chain([Dependency::Deleted(kind)]));
        }
        all
    }

    #[test]
    fn responses_have_the_tags_of_their_dependencies() {
        assert_eq!(joined(&CacheTags::of_response(Some(&[]))), "catalog");
        assert_eq!(joined(&CacheTags::of_response(None)), "catalog everything");
        let book = Dependency::Object(NodeKind::Book, 771);
        let tags = CacheTags::of_response(Some(&[book, Dependency::Visibility(NodeKind::Topic)]));
        assert_eq!(joined(&tags), "catalog deleted-book i771 visibility-topic");
    }

    #[test]
    fn every_change_purges_the_responses_that_depend_on_it() {
        for dependency in every_dependency() {
            // As the change feed reports it.
            let changes = [dependency, Dependency::Kind(kind_of(dependency))];
            let purged = CacheTags::of_changes(&changes);
            let many = (0..1_000).map(|id| Dependency::Object(NodeKind::Book, id)).chain([dependency]);
            let many: Vec<Dependency> = many.collect();
            for of_response in [Some(&[dependency][..]), Some(&many), None] {
                let tags = CacheTags::of_response(of_response);
                assert!(tags.length() <= MAX_LENGTH);
                assert!(tags.iter().any(|tag| purged.0.contains(tag)), "{dependency:?}: {tags:?}, {purged:?}");
            }
        }
        let deleted = CacheTags::of_changes(&[Dependency::Deleted(NodeKind::Book)]);
        let shown = CacheTags::of_response(Some(&[Dependency::Object(NodeKind::Book, 1)]));
        assert!(shown.iter().any(|tag| deleted.0.contains(tag)));
    }

    #[test]
    fn different_dependencies_have_different_tags() {
        let items = NodeKind::ITEMS.into_iter().skip(1).map(|kind| Dependency::Object(kind, 7));
        let same: Vec<Dependency> = items.collect();
        let all = every_dependency();
        let tags: BTreeSet<String> = all.iter().map(|dependency| tag(*dependency)).collect();
        assert_eq!(tags.len(), all.len() - same.len());
        assert!(!tags.contains(CATALOG) && !tags.contains(EVERYTHING));
    }

    #[test]
    fn too_many_tags_become_those_of_kinds() {
        let many: Vec<Dependency> = (0..1_000).map(|id| Dependency::Object(NodeKind::Book, id)).collect();
        assert_eq!(joined(&CacheTags::of_response(Some(&many))), "book catalog");
    }
}
