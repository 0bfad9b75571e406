//! Codes, slugs and ISBNs of merged books: the file contains them, they lead to one book, and they are not reused.

use entity::kind::NodeKind;
use syllabus::db::{Database, Sql};

use super::harness::{ALL_OR_NOTHING, accept, exported, import_with, on_each_engine, reject};

const MERGED: &str = r#"{"kind":"book","slug":"a","code":"aaaaaa","status":"published","publishedAt":"2024-01-01T00:00:00Z","oldSlugs":["b"],"title":"A","isbn13":"9780306406157","oldIsbns":["9780441172719","9781593275846"],"oldCodes":["bbbbbb","cccccc"]}
"#;

#[test]
fn former_keys_round_trip() {
    async fn case(database: &Database) {
        accept(database, MERGED).await;
        assert_eq!(exported(database).await, MERGED);
        let again = accept(database, MERGED).await;
        assert_eq!(again.of(NodeKind::Book).unchanged, 1);
        // They are only added, and an ISBN-10 is the same ISBN.
        accept(database, r#"{"kind":"book","slug":"a","oldIsbns":["1-59327-584-6"],"oldCodes":[]}"#).await;
        assert_eq!(exported(database).await, MERGED);
    }
    on_each_engine(&case);
}

#[test]
fn keys_of_merged_books_are_reserved() {
    async fn case(database: &Database) {
        accept(database, MERGED).await;
        let file = r#"{"kind":"book","slug":"b","code":"bbbbbb","title":"B","isbn13":"9780441172719"}
{"kind":"book","slug":"cccccc","title":"C","oldIsbns":["9780306406157"]}
{"kind":"book","slug":"d","code":"dddddd","title":"D","oldCodes":["aaaaaa"]}
{"kind":"book","slug":"e","title":"E","oldCodes":["eeeeee"],"oldIsbns":["9781593279509"]}
{"kind":"book","slug":"f","code":"eeeeee","title":"F","isbn13":"9781593279509"}
{"kind":"book","slug":"g","title":"G","oldCodes":["lllll1"],"oldIsbns":["123"]}"#;
        let violations = reject(database, file).await;
        let expected = [
            r#"line 1: book "b" slug "b" is a former slug of the book "a", which stays reserved"#,
            r#"line 1: book "b" code "bbbbbb" is the code of a book that was merged into "a": remove the record"#,
            r#"line 1: book "b" isbn13 "9780441172719" is the ISBN of a book that was merged into "a""#,
            r#"line 2: book "cccccc" slug "cccccc" is the code of a book, so an address would be ambiguous"#,
            r#"line 2: book "cccccc" oldIsbns[0] "9780306406157" is the ISBN of another book, "a""#,
            r#"line 3: book "d" oldCodes[0] "aaaaaa" already leads to another book"#,
            r#"line 5: book "f" code "eeeeee" is a former code of another book, which stays reserved"#,
            r#"line 5: book "f" isbn13 "9781593279509" is the ISBN of another book, "e""#,
            r#"line 6: book "g" oldIsbns[0] "123" is not an ISBN: expected 10 or 13 digits, found 3"#,
            r#"line 6: book "g" oldCodes[0] "lllll1" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz"#,
        ];
        assert_eq!(violations, expected);
        assert_eq!(exported(database).await, MERGED);
    }
    on_each_engine(&case);
}

#[test]
fn references_to_merged_books_resolve_to_the_survivor() {
    async fn case(database: &Database) {
        accept(database, MERGED).await;
        let list = r#"{"kind":"topic","slug":"t","title":"T"}
{"kind":"readingList","owner":{"kind":"topic","slug":"t"},"entries":[{"kind":"book","slug":"b"}]}"#;
        accept(database, list).await;
        assert!(exported(database).await.contains(r#""entries":[{"kind":"book","slug":"a","#));
    }
    on_each_engine(&case);
}

/// The same seed generates the same codes, unless they are in use.
#[test]
fn codes_of_removed_entries_are_not_reused() {
    async fn case(database: &Database) {
        let book =
            "{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}";
        accept(database, book).await;
        let list = |entries: &str| {
            format!(r#"{{"kind":"readingList","owner":{{"kind":"topic","slug":"t"}},"entries":[{entries}]}}"#)
        };
        let mut codes = Vec::new();
        for entries in [r#"{"kind":"book","slug":"a"}"#, "", r#"{"kind":"book","slug":"a"}"#] {
            import_with(database, &list(entries), ALL_OR_NOTHING, 5).await;
            let sql = Sql::new(database.engine(), "SELECT code FROM reading_list_entry");
            let rows = database.rows(sql).await.expect("rows");
            codes.push(rows.first().map(|row| row.columns().read_next::<String>().expect("a code")));
        }
        assert_eq!(codes[1], None);
        assert_ne!(codes[0], codes[2]);
    }
    on_each_engine(&case);
}
