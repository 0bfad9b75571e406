//! About how many bytes things take in memory, so that what is kept of them can be bounded.

use std::sync::Arc;

use super::{
    ApiToken, Career, Contribution, Entry, Item, Organization, Party, Person, ReadingList, ResourceFields, Revision,
    SyllabusSection, Topic,
};

/// Counts that an [`Arc`] has beside what it holds.
const COUNTS: usize = 2 * size_of::<usize>();

/// Something that can be weighed.
pub trait Weight {
    /// The bytes that it has elsewhere in memory: its own size comes on top.
    fn elsewhere(&self) -> usize;
}

/// Implements [`Weight`] for types without heap data.
macro_rules! no_heap_data {
    ($($kind:ty),+) => {
        $(impl Weight for $kind {
            fn elsewhere(&self) -> usize {
                0
            }
        })+
    };
}

no_heap_data! { bool, i32, i64, str }

impl Weight for String {
    fn elsewhere(&self) -> usize {
        self.capacity()
    }
}

impl<T: Weight> Weight for Option<T> {
    fn elsewhere(&self) -> usize {
        self.as_ref().map_or(0, Weight::elsewhere)
    }
}

impl<T: Weight + ?Sized> Weight for Arc<T> {
    fn elsewhere(&self) -> usize {
        COUNTS + size_of_val(&**self) + (**self).elsewhere()
    }
}

impl<T: Weight> Weight for Vec<T> {
    fn elsewhere(&self) -> usize {
        self.capacity() * size_of::<T>() + self.iter().map(Weight::elsewhere).sum::<usize>()
    }
}

/// Writes what things have elsewhere, by those of their fields that may have anything.
macro_rules! fields {
    ($($kind:ty: $($field:tt),+;)+) => {
        $(
            impl Weight for $kind {
                fn elsewhere(&self) -> usize {
                    [$(self.$field.elsewhere()),+].into_iter().sum()
                }
            }
        )+
    };
}

fields! {
    Item: code, slug, external_id, title, summary, image_url;
    ResourceFields: language, url;
    Party: code, slug, name, url;
    Career: item, occupation_code;
    Topic: item;
    Person: 0;
    Organization: 0;
    ReadingList: code, title, introduction;
    Contribution: person;
    SyllabusSection: title, summary;
    Entry: code, note, list, resource;
    Revision: actor;
    ApiToken: code, name, prefix, created_by, revoked_by;
}
