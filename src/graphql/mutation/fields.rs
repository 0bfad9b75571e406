//! The input fields that several kinds share.

use async_graphql::{InputObject, MaybeUndefined};

use super::loose::Loose;
use super::reading::{Reading, field};
use crate::graphql::enums::Level;
use crate::graphql::scalars::{DateTime, Duration, LanguageTag, Url};
use crate::service::write::Field;
use crate::service::write::patch::{Identity, ItemPatch, PartyPatch, ResourcePatch};

/// What all catalog items have, but for the title.
#[derive(InputObject, Debug)]
pub struct ItemFields {
    /// The readable part of the address: lower-case letters, digits and hyphens. Made from the title where something new
    /// is given none, or where it is null. The one that it had keeps resolving.
    slug: MaybeUndefined<String>,
    /// What it is about, in a sentence or two of plain text.
    summary: MaybeUndefined<String>,
    /// The id that another system knows it by; unique within the kind.
    external_id: MaybeUndefined<String>,
    /// When it was last revised, as readers are told.
    revised_at: MaybeUndefined<Loose<DateTime>>,
}

impl ItemFields {
    /// What is asked of an item, and of its slug.
    pub fn read(self, reading: &mut Reading, title: MaybeUndefined<String>) -> (ItemPatch, Field<String>) {
        let slug = reading.token("slug", self.slug);
        let item = ItemPatch {
            identity: Identity { external_id: reading.token("externalId", self.external_id), ..Identity::default() },
            title: reading.text("title", title),
            summary: reading.text("summary", self.summary),
            revised_at: reading.scalar("revisedAt", self.revised_at, |moment| moment.0),
            ..ItemPatch::default()
        };
        (item, slug)
    }
}

/// What courses and books have, but for their topics.
#[derive(InputObject, Debug)]
pub struct ResourceFields {
    /// What it is and whom it suits, in Markdown.
    description: MaybeUndefined<String>,
    /// How much it expects one to know.
    level: MaybeUndefined<Level>,
    /// The language that it is in.
    language: MaybeUndefined<Loose<LanguageTag>>,
    /// Where it is to be had.
    url: MaybeUndefined<Loose<Url>>,
    /// How long it takes in all.
    time_required: MaybeUndefined<Loose<Duration>>,
}

impl ResourceFields {
    pub fn read(self, reading: &mut Reading) -> ResourcePatch {
        ResourcePatch {
            description: reading.text("description", self.description),
            level: field(self.level, Into::into),
            language: reading.scalar("language", self.language, |language| language.0),
            url: reading.scalar("url", self.url, |url| url.0),
            time_required: reading.scalar("timeRequired", self.time_required, |time| time.0),
        }
    }
}

/// What people and organizations have, but for the name.
#[derive(InputObject, Debug)]
pub struct PartyFields {
    /// The readable part of the address: lower-case letters, digits and hyphens. Made from the name where somebody new
    /// is given none, or where it is null. The one that was there before keeps resolving.
    slug: MaybeUndefined<String>,
    /// Their own page on the web.
    url: MaybeUndefined<Loose<Url>>,
    /// The id that another system knows them by; unique within the kind.
    external_id: MaybeUndefined<String>,
}

impl PartyFields {
    /// What is asked of a person or organization, and of the slug.
    pub fn read(self, reading: &mut Reading, name: MaybeUndefined<String>) -> (PartyPatch, Field<String>) {
        let slug = reading.token("slug", self.slug);
        let party = PartyPatch {
            identity: Identity { external_id: reading.token("externalId", self.external_id), ..Identity::default() },
            name: reading.text("name", name),
            url: reading.scalar("url", self.url, |url| url.0),
        };
        (party, slug)
    }
}
