//! Where the catalog links of an article lead, for who is reading.

use std::collections::HashMap;

use entity::kind::NodeKind;

use crate::domain::article::LinkTarget;

/// The targets of catalog links, by destination, with the kind that the link names. What is not in it is no catalog
/// link.
pub struct LinkTargets(HashMap<String, (NodeKind, LinkTarget)>);

/// What a paragraph is that is only a link.
#[derive(Debug, PartialEq, Eq)]
pub enum Embed {
    /// A card to show.
    Visible,
    /// A card of something that is gone.
    Omitted,
    /// No card, but prose.
    None,
}

impl LinkTargets {
    /// The targets as they were found.
    pub fn new(targets: impl IntoIterator<Item = (String, (NodeKind, LinkTarget))>) -> Self {
        Self(targets.into_iter().collect())
    }

    /// Whether a link to that destination must not show.
    pub fn is_unavailable(&self, destination: &str) -> bool {
        matches!(self.0.get(destination), Some((_, LinkTarget::Unavailable)))
    }

    /// What the HTML links to instead of `destination`, with its fragment; nothing where the link stays as it is.
    pub fn href(&self, destination: &str) -> Option<String> {
        match self.0.get(destination) {
            Some((_, LinkTarget::Page { path } | LinkTarget::Resource { path })) => {
                let fragment = destination.find('#').map_or("", |at| &destination[at..]);
                Some(format!("{path}{fragment}"))
            }
            Some((_, LinkTarget::Unavailable)) | None => None,
        }
    }

    /// What a paragraph is that is only a link to that destination.
    pub fn card(&self, destination: &str) -> Embed {
        match self.0.get(destination) {
            Some((_, LinkTarget::Resource { .. })) => Embed::Visible,
            Some((kind, LinkTarget::Unavailable)) if kind.is_listable() => Embed::Omitted,
            _ => Embed::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_determine_links_and_embeds() {
        let targets = LinkTargets::new([
            ("/book/a#b".to_owned(), (NodeKind::Book, LinkTarget::Resource { path: "/book/ci4tzd/a".to_owned() })),
            ("/topic/c".to_owned(), (NodeKind::Topic, LinkTarget::Page { path: "/topic/ci4tze/c".to_owned() })),
            ("/course/d".to_owned(), (NodeKind::Course, LinkTarget::Unavailable)),
            ("/career/e".to_owned(), (NodeKind::Career, LinkTarget::Unavailable)),
        ]);
        for (destination, href, card, is_unavailable) in [
            ("/book/a#b", Some("/book/ci4tzd/a#b"), Embed::Visible, false),
            ("/topic/c", Some("/topic/ci4tze/c"), Embed::None, false),
            ("/course/d", None, Embed::Omitted, true),
            ("/career/e", None, Embed::None, true),
            ("https://elsewhere.example", None, Embed::None, false),
        ] {
            assert_eq!(targets.href(destination).as_deref(), href, "{destination}");
            assert_eq!(targets.card(destination), card, "{destination}");
            assert_eq!(targets.is_unavailable(destination), is_unavailable, "{destination}");
        }
    }
}
