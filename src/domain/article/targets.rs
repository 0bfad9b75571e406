//! Where the catalog links of an article lead, for who is reading.

use std::collections::HashMap;

use entity::kind::NodeKind;

use crate::domain::article::LinkTarget;

/// The targets of catalog links, by destination, with the kind that the link names. What is not in it is no catalog
/// link.
pub struct Targets(HashMap<String, (NodeKind, LinkTarget)>);

/// What a paragraph is that is only a link.
#[derive(Debug, PartialEq, Eq)]
pub enum Card {
    /// A card to show.
    Shown,
    /// A card of something that is gone.
    LeftOut,
    /// No card, but prose.
    None,
}

impl Targets {
    /// The targets as they were found.
    pub fn new(targets: impl IntoIterator<Item = (String, (NodeKind, LinkTarget))>) -> Self {
        Self(targets.into_iter().collect())
    }

    /// Whether a link to that destination must not show.
    pub fn is_gone(&self, destination: &str) -> bool {
        matches!(self.0.get(destination), Some((_, LinkTarget::Gone)))
    }

    /// What the HTML links to instead of `destination`, with its fragment; nothing where the link stays as it is.
    pub fn href(&self, destination: &str) -> Option<String> {
        match self.0.get(destination) {
            Some((_, LinkTarget::Page { path } | LinkTarget::Resource { path })) => {
                let fragment = destination.find('#').map_or("", |at| &destination[at..]);
                Some(format!("{path}{fragment}"))
            }
            Some((_, LinkTarget::Gone)) | None => None,
        }
    }

    /// What a paragraph is that is only a link to that destination.
    pub fn card(&self, destination: &str) -> Card {
        match self.0.get(destination) {
            Some((_, LinkTarget::Resource { .. })) => Card::Shown,
            Some((kind, LinkTarget::Gone)) if kind.is_listable() => Card::LeftOut,
            _ => Card::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_decide_what_links_become() {
        let targets = Targets::new([
            ("/book/a#b".to_owned(), (NodeKind::Book, LinkTarget::Resource { path: "/book/ci4tzd/a".to_owned() })),
            ("/topic/c".to_owned(), (NodeKind::Topic, LinkTarget::Page { path: "/topic/ci4tze/c".to_owned() })),
            ("/course/d".to_owned(), (NodeKind::Course, LinkTarget::Gone)),
            ("/career/e".to_owned(), (NodeKind::Career, LinkTarget::Gone)),
        ]);
        for (destination, href, card, is_gone) in [
            ("/book/a#b", Some("/book/ci4tzd/a#b"), Card::Shown, false),
            ("/topic/c", Some("/topic/ci4tze/c"), Card::None, false),
            ("/course/d", None, Card::LeftOut, true),
            ("/career/e", None, Card::None, true),
            ("https://elsewhere.example", None, Card::None, false),
        ] {
            assert_eq!(targets.href(destination).as_deref(), href, "{destination}");
            assert_eq!(targets.card(destination), card, "{destination}");
            assert_eq!(targets.is_gone(destination), is_gone, "{destination}");
        }
    }
}
