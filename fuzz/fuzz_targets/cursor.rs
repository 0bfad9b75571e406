//! Fuzzes cursors: a cursor that can be parsed is formatted as the same text, and a page after any cursor is returned or
//! rejected.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use syllabus::loader::{Cursor, Order, SortBy, SortKey};
use syllabus_fuzz::ask;

const QUERY: &str = "query ($after: String) { books(first: 2, after: $after) { pageInfo { endCursor } nodes { id } }
    topics(first: 2, after: $after, orderBy: TITLE_ASC) { nodes { id } } }";

fuzz_target!(|text: &str| {
    let keys = [
        SortKey::ascending(SortBy::Text("book.title")),
        SortKey::descending(SortBy::NullableNumber("book.year")),
        SortKey::descending(SortBy::Number("book.pages")),
    ];
    for count in 0..=keys.len() {
        let order = Order { name: Cow::Borrowed("title"), keys: Cow::Owned(keys[..count].to_vec()), id: "book.id" };
        if let Ok(cursor) = Cursor::decode(text, &order) {
            assert_eq!(Cursor::decode(&cursor.encode(&order), &order), Ok(cursor));
        }
    }
    let _ = ask(QUERY, &json!({ "after": text }));
});
