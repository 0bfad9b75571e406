//! Records of the kinds with pages.

use entity::enums::Status;
use entity::item::Column;
use entity::timestamp::Timestamp;

use super::Ref;
use crate::catalog::{At, Contributor, Former, Kind, Link, Value, Values};

/// A record of a kind with pages: an item, person or organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routable {
    pub kind: &'static Kind,
    pub slug: String,
    pub code: String,
    pub external_id: Option<String>,
    pub values: Values<Ref>,
}

impl Routable {
    /// Returns the title or the name.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text(Column::Title).unwrap_or_default()
    }

    /// Returns the status and the publication date. `None` for people and organizations.
    #[must_use]
    pub fn publication(&self) -> Option<(Status, Option<Timestamp>)> {
        match self.values.get(Column::Status) {
            Some(Value::Status(status)) => Some((*status, self.timestamp(Column::PublishedAt))),
            _ => None,
        }
    }

    /// Sets the status and the publication date.
    pub fn set_publication(&mut self, status: Status, published_at: Option<Timestamp>) {
        self.set(Column::Status, Some(Value::Status(status)));
        self.set(Column::PublishedAt, published_at.map(Value::Timestamp));
    }

    #[must_use]
    pub fn text(&self, at: impl Into<At>) -> Option<&str> {
        match self.values.get(at) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn timestamp(&self, at: impl Into<At>) -> Option<Timestamp> {
        match self.values.get(at) {
            Some(Value::Timestamp(timestamp)) => Some(*timestamp),
            _ => None,
        }
    }

    #[must_use]
    pub fn reference(&self, at: impl Into<At>) -> Option<&Ref> {
        match self.values.get(at) {
            Some(Value::Reference(reference)) => Some(reference),
            _ => None,
        }
    }

    #[must_use]
    pub fn references(&self, link: Link) -> &[Ref] {
        match self.values.get(link) {
            Some(Value::References(references)) => references,
            _ => &[],
        }
    }

    #[must_use]
    pub fn contributors(&self) -> &[Contributor<Ref>] {
        match self.values.get(Link::Contributors) {
            Some(Value::Contributors(contributors)) => contributors,
            _ => &[],
        }
    }

    #[must_use]
    pub fn texts(&self, at: impl Into<At>) -> &[String] {
        match self.values.get(at) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Sets or clears a field. Ignores fields that the kind does not have.
    pub fn set(&mut self, at: impl Into<At>, value: Option<Value<Ref>>) {
        if let Some(field) = self.kind.field(at) {
            self.values.set(field, value);
        }
    }

    /// Returns the former slugs, codes or ISBNs, sorted.
    #[must_use]
    pub fn former_keys(&self, former: Former) -> &[String] {
        self.texts(former)
    }

    /// Adds former slugs, codes or ISBNs, except the present one.
    pub fn add_former_keys(&mut self, former: Former, names: impl IntoIterator<Item = String>) {
        let present = match former {
            Former::Slugs => Some(self.slug.as_str()),
            Former::Codes => Some(self.code.as_str()),
            Former::Isbns => self.text(Column::Isbn13),
        };
        let mut all: Vec<String> = self.former_keys(former).iter().cloned().chain(names).collect();
        all.retain(|name| present != Some(name));
        all.sort();
        all.dedup();
        self.set(former, Some(Value::Texts(all)));
    }
}
