//! The input fields that several kinds share.

use async_graphql::{InputObject, MaybeUndefined};

use crate::graphql::enums::Level;
use crate::graphql::scalars::{DateTime, Duration, LanguageTag, Url};

/// What all catalog items have, but for the title.
#[derive(InputObject, Debug)]
pub struct ItemFields {
    /// The readable part of the address: lower-case letters, digits and hyphens. Made from the title where something new
    /// is given none, or where it is null. The one that it had keeps resolving.
    slug: MaybeUndefined<String>,
    /// What it is about, in a sentence or two of plain text.
    summary: MaybeUndefined<String>,
    /// The URL of an image of the item.
    image_url: MaybeUndefined<Url>,
    /// URLs of other pages about the same thing, such as an encyclopedia article, at most 20.
    same_as: MaybeUndefined<Vec<Url>>,
    /// The id that another system knows it by; unique within the kind.
    external_id: MaybeUndefined<String>,
    /// When it was last revised, as readers are told.
    revised_at: MaybeUndefined<DateTime>,
}

/// The fields that all learning resources have, except topics.
#[derive(InputObject, Debug)]
pub struct ResourceFields {
    /// What it is and whom it suits, in Markdown.
    description: MaybeUndefined<String>,
    /// How much it expects one to know.
    level: MaybeUndefined<Level>,
    /// The language that it is in.
    language: MaybeUndefined<LanguageTag>,
    /// Where it is to be had.
    url: MaybeUndefined<Url>,
    /// How long it takes in all.
    time_required: MaybeUndefined<Duration>,
}

/// What people and organizations have, but for the name.
#[derive(InputObject, Debug)]
pub struct PartyFields {
    /// The readable part of the address: lower-case letters, digits and hyphens. Made from the name where somebody new
    /// is given none, or where it is null. The one that was there before keeps resolving.
    slug: MaybeUndefined<String>,
    /// Their own page on the web.
    url: MaybeUndefined<Url>,
    /// The id that another system knows them by; unique within the kind.
    external_id: MaybeUndefined<String>,
}
