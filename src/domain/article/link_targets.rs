//! The targets of the catalog links of an article for a reader.

use std::collections::HashMap;

use entity::kind::NodeKind;

use crate::domain::article::LinkTarget;

/// The targets of catalog links by destination, with the kinds of the links. Other destinations are not catalog links.
pub struct LinkTargets(HashMap<String, (NodeKind, LinkTarget)>);

/// How a paragraph that consists of a link is displayed.
#[derive(Debug, PartialEq, Eq)]
pub enum Embed {
    /// As an embed.
    Visible,
    /// Not at all, because its resource is unavailable.
    Omitted,
    /// As prose.
    None,
}

impl LinkTargets {
    /// Creates the map of resolved targets.
    pub fn new(targets: impl IntoIterator<Item = (String, (NodeKind, LinkTarget))>) -> Self {
        Self(targets.into_iter().collect())
    }

    /// Returns whether a link to this destination must be removed.
    pub fn is_unavailable(&self, destination: &str) -> bool {
        matches!(self.0.get(destination), Some((_, LinkTarget::Unavailable)))
    }

    /// Returns the replacement of a destination in the HTML, with its fragment. `None` if the destination stays.
    pub fn href(&self, destination: &str) -> Option<String> {
        match self.0.get(destination) {
            Some((_, LinkTarget::Page { path } | LinkTarget::Resource { path })) => {
                let fragment = destination.find('#').map_or("", |at| &destination[at..]);
                Some(format!("{path}{fragment}"))
            }
            Some((_, LinkTarget::Unavailable)) | None => None,
        }
    }

    /// Returns how a paragraph that consists of a link to this destination is displayed.
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
