//! Input fields of several kinds.

use async_graphql::{InputObject, MaybeUndefined};

use crate::graphql::description::description;
use crate::graphql::enums::Level;
use crate::graphql::scalars::{DateTime, Duration, LanguageTag, Url};

/// The fields that all catalog items have, except the title.
#[derive(InputObject, Debug)]
pub struct ItemFields {
    /// The slug: at most 200 lowercase letters a to z, digits and single hyphens. Fails with `TAKEN` if another item of
    /// the type has or had it. If null, or omitted for a new item, it is derived from the title. The old slug redirects
    /// to the new one.
    slug: MaybeUndefined<String>,
    /// A summary in a sentence or two of plain text, at most 1,000 characters. Null clears it.
    summary: MaybeUndefined<String>,
    /// The URL of an image that represents the item, at most 2,048 characters. Null clears it.
    image_url: MaybeUndefined<Url>,
    /// URLs of other web pages about the same subject, such as an encyclopedia article: at most 20, without duplicates.
    /// Replaces the list; null clears it.
    same_as: MaybeUndefined<Vec<Url>>,
    #[doc = description!(external_id)]
    external_id: MaybeUndefined<String>,
    /// When the content was last revised, as shown to readers. Other changes do not affect it. Null clears it.
    revised_at: MaybeUndefined<DateTime>,
}

/// The fields that all learning resources have, except topics.
#[derive(InputObject, Debug)]
pub struct ResourceFields {
    /// The content and the intended audience, in Markdown, at most 20,000 characters. Null clears it.
    description: MaybeUndefined<String>,
    /// The prior knowledge that the resource expects. Null clears it.
    level: MaybeUndefined<Level>,
    /// The language of the resource, such as "en" or "pt-BR". Null clears it.
    language: MaybeUndefined<LanguageTag>,
    /// The URL at which the resource is available, at most 2,048 characters. Null clears it.
    url: MaybeUndefined<Url>,
    /// The total time that a learner needs for the resource, such as "PT12H", at most 1,000,000 hours. Null clears it.
    time_required: MaybeUndefined<Duration>,
}

/// The fields that people and organizations have, except the name.
#[derive(InputObject, Debug)]
pub struct PartyFields {
    /// The slug: at most 200 lowercase letters a to z, digits and single hyphens. Fails with `TAKEN` if another record
    /// of the type has or had it. If null, or omitted for a new record, it is derived from the name. The old slug
    /// redirects to the new one.
    slug: MaybeUndefined<String>,
    /// The URL of the home page, at most 2,048 characters. Null clears it.
    url: MaybeUndefined<Url>,
    #[doc = description!(external_id)]
    external_id: MaybeUndefined<String>,
}
