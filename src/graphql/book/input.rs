//! What a book can be given.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::graphql::enums::ContributionRole;
use crate::graphql::mutation::{ItemFields, Loose, Reading, ResourceFields, field, mention, mentions};
use crate::graphql::scalars::{Isbn, Url};
use crate::service::change::{Mention, Subject, Wish};
use crate::service::write::patch::{BookPatch, ContributorPatch};
use crate::service::write::{Field, Patch};

/// A book that is to be made. It is a draft until it is published.
#[derive(InputObject, Debug)]
pub struct BookCreateInput {
    /// What it is called.
    title: String,
    #[graphql(flatten)]
    fields: BookFields,
}

/// What is to change about a book. What is left out stays as it is; null clears; a list replaces the whole list.
#[derive(InputObject, Debug)]
pub struct BookUpdateInput {
    /// The id of the book.
    id: ID,
    /// The revision that you have seen; where it has another by now, nothing is written.
    expected_revision: Option<i32>,
    /// What it is called.
    title: MaybeUndefined<String>,
    #[graphql(flatten)]
    fields: BookFields,
}

/// Somebody who worked on a book.
#[derive(InputObject, Debug)]
pub struct ContributorInput {
    /// The id of the person.
    person_id: ID,
    /// What they did.
    #[graphql(default_with = "ContributionRole::Author")]
    role: ContributionRole,
}

/// The fields of a book, but for the title.
#[derive(InputObject, Debug)]
struct BookFields {
    #[graphql(flatten)]
    item: ItemFields,
    #[graphql(flatten)]
    resource: ResourceFields,
    /// What stands below the title.
    subtitle: MaybeUndefined<String>,
    /// Everybody who worked on it, in order, at most 50.
    contributors: MaybeUndefined<Vec<ContributorInput>>,
    /// The id of the organization that published it.
    publisher_id: MaybeUndefined<ID>,
    /// The year of this edition; negative before the common era.
    publication_year: MaybeUndefined<i32>,
    /// Which edition it is, as the publisher counts: "2nd".
    edition: MaybeUndefined<String>,
    /// Its ISBN, of ten digits or thirteen; no other book may have it.
    isbn13: MaybeUndefined<Loose<Isbn>>,
    /// How many pages it has.
    page_count: MaybeUndefined<i32>,
    /// A picture of its cover.
    cover_url: MaybeUndefined<Loose<Url>>,
    /// The ids of the topics that it carries, the main one first.
    topic_ids: MaybeUndefined<Vec<ID>>,
}

impl From<BookCreateInput> for Wish {
    fn from(input: BookCreateInput) -> Self {
        input.fields.wish(MaybeUndefined::Value(input.title))
    }
}

impl From<BookUpdateInput> for (Subject, Wish) {
    fn from(input: BookUpdateInput) -> Self {
        let subject = Subject { id: input.id.0, expected_revision: input.expected_revision };
        (subject, input.fields.wish(input.title))
    }
}

impl BookFields {
    fn wish(self, title: MaybeUndefined<String>) -> Wish {
        let mut reading = Reading::default();
        let (item, slug) = self.item.read(&mut reading, title);
        let patch = Patch::Book(BookPatch {
            item,
            resource: self.resource.read(&mut reading),
            subtitle: reading.text("subtitle", self.subtitle),
            contributors: contributors(self.contributors),
            publisher: mention("publisher", self.publisher_id),
            publication_year: field(self.publication_year, |year| year),
            edition: reading.text("edition", self.edition),
            isbn13: reading.scalar("isbn13", self.isbn13, |isbn| isbn.0),
            old_isbns: Vec::new(),
            old_codes: Vec::new(),
            page_count: field(self.page_count, |pages| pages),
            cover_url: reading.scalar("coverUrl", self.cover_url, |url| url.0),
            topics: mentions("topics", self.topic_ids),
        });
        Wish { patch, slug, faults: reading.faults }
    }
}

fn contributors(given: MaybeUndefined<Vec<ContributorInput>>) -> Field<Vec<ContributorPatch<Mention>>> {
    let contributor = |(index, contributor): (usize, ContributorInput)| ContributorPatch {
        person: Mention { id: contributor.person_id.0, field: format!("contributors[{index}].personId") },
        role: contributor.role.into(),
    };
    field(given, |list| list.into_iter().enumerate().map(contributor).collect())
}
