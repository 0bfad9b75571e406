//! The approximate size of objects in memory, by which caches are bounded.

use std::sync::Arc;

use super::{
    ApiToken, Career, Contribution, Entry, Item, Organization, Party, Person, ReadingList, ResourceFields, Revision,
    SyllabusSection, Topic,
};

/// The reference counts of an [`Arc`].
const COUNTS: usize = 2 * size_of::<usize>();

/// A type that knows the size of its heap data.
pub trait HeapSize {
    /// Returns the approximate size of its heap data in bytes, without its own size.
    fn heap_size(&self) -> usize;
}

/// Implements [`HeapSize`] for types without heap data.
macro_rules! no_heap_data {
    ($($kind:ty),+) => {
        $(impl HeapSize for $kind {
            fn heap_size(&self) -> usize {
                0
            }
        })+
    };
}

no_heap_data! { bool, i32, i64, str }

impl HeapSize for String {
    fn heap_size(&self) -> usize {
        self.capacity()
    }
}

impl<T: HeapSize> HeapSize for Option<T> {
    fn heap_size(&self) -> usize {
        self.as_ref().map_or(0, HeapSize::heap_size)
    }
}

impl<T: HeapSize + ?Sized> HeapSize for Arc<T> {
    fn heap_size(&self) -> usize {
        COUNTS + size_of_val(&**self) + (**self).heap_size()
    }
}

impl<T: HeapSize> HeapSize for Vec<T> {
    fn heap_size(&self) -> usize {
        self.capacity() * size_of::<T>() + self.iter().map(HeapSize::heap_size).sum::<usize>()
    }
}

/// Implements [`HeapSize`] as the sum of the fields that have heap data.
macro_rules! fields {
    ($($kind:ty: $($field:tt),+;)+) => {
        $(
            impl HeapSize for $kind {
                fn heap_size(&self) -> usize {
                    [$(self.$field.heap_size()),+].into_iter().sum()
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
