//! What several kinds of records have in common.

use entity::choice::{Level, Status};
use entity::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{Money, seconds};

/// What careers, courses, books and topics have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    pub slug: String,
    pub code: String,
    pub external_id: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    #[serde(default)]
    pub old_slugs: Vec<String>,
    pub title: String,
    pub summary: Option<String>,
}

/// A person or an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    pub slug: String,
    pub code: String,
    pub external_id: Option<String>,
    #[serde(default)]
    pub old_slugs: Vec<String>,
    pub name: String,
    pub url: Option<String>,
}

/// What courses and books have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    pub description: Option<String>,
    pub level: Option<Level>,
    pub language: Option<String>,
    pub url: Option<String>,
    /// In seconds.
    #[serde(default, with = "seconds")]
    pub time_required: Option<i64>,
}

/// An amount in the currency's smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Money", into = "Money")]
pub struct Price {
    pub minor: i64,
    pub currency: String,
}

/// Adds names that were given up to those that are `known`, which stay sorted; the `present` one is none of them.
pub fn add_former(known: &mut Vec<String>, names: impl IntoIterator<Item = String>, present: Option<&str>) {
    known.extend(names);
    known.retain(|name| present != Some(name));
    known.sort();
    known.dedup();
}
