//! A result of a search: an item, and the passages that contain words of the query.

use serde::Deserialize;

use crate::kind::Kind;
use crate::strings::Strings;
use crate::view::ResourceCard;

/// The maximum number of fields whose passages a result shows.
const MAX_FIELDS: usize = 2;
/// The maximum number of passages of a field.
const MAX_FRAGMENTS: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    highlights: Vec<Highlight>,
    pub node: Node,
}

/// An item that a search finds.
#[derive(Deserialize)]
#[serde(tag = "type")]
pub enum Node {
    Career(Owner),
    Topic(Owner),
    Course(ResourceCard),
    Book(ResourceCard),
    Video(ResourceCard),
    Podcast(ResourceCard),
    Tutorial(ResourceCard),
}

/// A career or a topic, which owns a reading list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Owner {
    #[serde(rename = "__typename")]
    pub kind: Kind,
    path: String,
    title: String,
    summary: Option<String>,
    reading_list: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    entries: Entries,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entries {
    total_count: usize,
}

/// The passages of a field that contain words of the query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Highlight {
    field: Field,
    fragments: Vec<String>,
}

/// A field that search looks in, the one that says most about a result first.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Field {
    Title,
    Summary,
    Description,
    Article,
    Note,
    Alias,
    Name,
    Topic,
}

/// A passage as HTML, with the name of its field if the text does not make it clear.
pub struct Passage<'a> {
    pub label: Option<&'a str>,
    pub html: String,
}

impl Owner {
    /// Returns the number of entries of the reading list.
    pub fn entry_count(&self) -> &usize {
        &self.reading_list.entries.total_count
    }
}

impl Node {
    /// Returns the item as a resource, if it is one.
    pub fn as_resource(&self) -> Result<&ResourceCard, &Owner> {
        match self {
            Self::Career(owner) | Self::Topic(owner) => Err(owner),
            Self::Course(resource)
            | Self::Book(resource)
            | Self::Video(resource)
            | Self::Podcast(resource)
            | Self::Tutorial(resource) => Ok(resource),
        }
    }

    pub fn path(&self) -> &str {
        self.as_resource().map_or_else(|owner| &owner.path, |resource| &resource.path)
    }

    pub fn title(&self) -> &str {
        self.as_resource().map_or_else(|owner| &owner.title, |resource| &resource.title)
    }

    fn summary(&self) -> Option<&str> {
        self.as_resource().map_or_else(|owner| owner.summary.as_deref(), |resource| resource.summary.as_deref())
    }
}

impl Edge {
    /// Returns the whole title as HTML with the words of the query marked, if it contains any.
    pub fn marked_title(&self) -> Option<&String> {
        let fragments = self.highlights.iter().filter(|highlight| highlight.field == Field::Title);
        fragments.flat_map(|highlight| &highlight.fragments).find(|html| text_of(html) == self.node.title())
    }

    /// Returns the summary in plain text, unless the passages contain it.
    pub fn summary(&self) -> Option<&str> {
        let is_marked = self.highlights.iter().any(|highlight| highlight.field == Field::Summary);
        self.node.summary().filter(|_| !is_marked)
    }

    /// Returns the passages. Names and topics are worth one only if they are all that matches.
    pub fn passages<'a>(&self, t: &'a Strings) -> Vec<Passage<'a>> {
        let is_title =
            |highlight: &&Highlight| highlight.fragments.iter().any(|html| text_of(html) == self.node.title());
        let mut highlights: Vec<&Highlight> = self.highlights.iter().filter(|highlight| !is_title(highlight)).collect();
        highlights.sort_by_key(|highlight| highlight.field);
        let is_weak = |highlight: &Highlight| highlight.field >= Field::Name;
        let has_better = self.highlights.iter().any(|highlight| !is_weak(highlight));
        highlights.retain(|highlight| !has_better || !is_weak(highlight));
        let passage = |highlight: &Highlight| Passage {
            label: highlight.field.label(t),
            html: highlight.distinct_fragments().join(highlight.field.separator()),
        };
        highlights.into_iter().take(MAX_FIELDS).map(passage).collect()
    }
}

impl Highlight {
    /// Returns the first fragments. Several lists can have the same note.
    fn distinct_fragments(&self) -> Vec<&str> {
        let mut fragments: Vec<&str> = Vec::new();
        for fragment in &self.fragments {
            if !fragments.contains(&fragment.as_str()) {
                fragments.push(fragment);
            }
        }
        fragments.truncate(MAX_FRAGMENTS);
        fragments
    }
}

impl Field {
    fn label(self, t: &Strings) -> Option<&str> {
        match self {
            Self::Title | Self::Summary | Self::Description | Self::Article => None,
            Self::Note => Some(&t.match_in_note),
            Self::Alias => Some(&t.match_in_alias),
            Self::Name => Some(&t.match_in_name),
            Self::Topic => Some(&t.match_in_topic),
        }
    }

    /// Returns what separates the fragments of the field: those of one text have ellipses.
    const fn separator(self) -> &'static str {
        match self {
            Self::Summary | Self::Description | Self::Article => " ",
            Self::Title | Self::Note | Self::Alias | Self::Name | Self::Topic => " · ",
        }
    }
}

/// Returns the plain text of a fragment.
fn text_of(html: &str) -> String {
    [("<mark>", ""), ("</mark>", ""), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_have_a_plain_text() {
        assert_eq!(text_of("<mark>O</mark>&#39;Reilly &amp;lt; &lt;b&gt;"), "O'Reilly &lt; <b>");
    }
}
