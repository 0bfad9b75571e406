//! Texts of the schema of several types.

/// The description with a name, as a literal: `#[doc = description!(expected_revision)]`.
macro_rules! description {
    (title) => {
        "The title, at most 500 characters. An empty title fails with `REQUIRED`."
    };
    (new_title) => {
        "The new title, at most 500 characters. Null or an empty title fails with `REQUIRED`. The slug stays the same."
    };
    (name) => {
        "The name as it is usually written, at most 500 characters. An empty name fails with `REQUIRED`."
    };
    (new_name) => {
        "The new name, at most 500 characters. Null or an empty name fails with `REQUIRED`. The slug stays the same."
    };
    (id to $verb:literal) => {
        concat!(
            "The id of the object to ",
            $verb,
            ". An unknown id fails with `NOT_FOUND`, the id of another type with `WRONG_TYPE`."
        )
    };
    (expected_revision) => {
        "The last `revision` that you have read. If the object has another one by now, the mutation fails with \
         `STALE_REVISION`. Default: not checked."
    };
    (item_id) => {
        "The id of a career, course, book, video, podcast, tutorial or topic. An unknown id fails with `NOT_FOUND`, the id \
         of another type with `WRONG_TYPE`."
    };
    (list_id) => {
        "The id of the reading list. An unknown id fails with `NOT_FOUND`, the id of another type with `WRONG_TYPE`."
    };
    (expected_list_revision) => {
        "The last `revision` of the reading list that you have read. If the list has another one by now, the mutation fails \
         with `STALE_REVISION`. Default: not checked."
    };
    (external_id) => {
        "The id in an external system, at most 200 characters. Fails with `TAKEN` if another object of the type has it. \
         Null clears it."
    };
    (reading_list) => {
        "The reading list after the mutation. Null if nothing was written because of `userErrors`."
    };
    (topic_ids) => {
        "The ids of the item's topics, the main topic first: at most 100, without duplicates. Replaces the list; null \
         clears it."
    };
    (publisher_id) => {
        "The id of the organization that published it. Null clears it."
    };
    (publication_date) => {
        "The date of publication, next year at the latest; `2011-09` or `2011` if the rest is unknown. Null clears it."
    };
    (aliases) => {
        "Other names: at most 20, of at most 500 characters each, without duplicates. Replaces the list; null \
         clears it."
    };
    (contributors as $role:literal) => {
        concat!(
            "The contributors in display order: at most 50, without duplicates, all in the role `",
            $role,
            "`. Replaces the list; null clears it."
        )
    };
    (user_errors) => {
        "The problems that prevented the change. Empty if it was made."
    };
    (code) => {
        "The category of the problem, for programs."
    };
    (message) => {
        "The problem and its remedy in English, for people. Programs should use `code` and `path`."
    };
    (path) => {
        "The path of the invalid value in the arguments, such as `[\"input\", \"isbn13\"]`; list indexes count from 0."
    };
}
pub(super) use description;
