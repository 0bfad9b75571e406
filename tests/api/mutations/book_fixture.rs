//! The editor's catalog with further books, and helpers for reading lists.

use serde_json::{Value, json};

use crate::common::{Answer, Lines, Store, TestApp};
use crate::editor::{editor_app, send};

/// The reading list of the editor's catalog: `entry2` recommends the book, `entry3` the first course.
pub const LIST: &str = "reading_list_rdste2";

/// Returns the editor's application with `count` additional books.
pub async fn book_app(store: &Store, count: usize) -> TestApp {
    let app = editor_app(store).await;
    let books = (0..count).map(|number| {
        json!({ "kind": "book", "slug": format!("volume-{number}"), "code": code(number), "title": format!("Volume {number}") })
    });
    app.import(books.collect::<Lines>()).await;
    app
}

/// Returns the id of an additional book.
pub fn book(number: usize) -> String {
    format!("book_{}", code(number))
}

fn code(number: usize) -> String {
    const DIGITS: [char; 8] = ['2', '3', '4', '5', '6', '7', '8', '9'];
    let digit = |place: u32| DIGITS[number / 8_usize.pow(place) % 8];
    format!("vk{}", [3, 2, 1, 0].map(digit).iter().collect::<String>())
}

/// Adds additional books to the list, in this order.
pub async fn fill(app: &TestApp, numbers: impl IntoIterator<Item = usize>) -> Answer {
    let entries: Vec<Value> = numbers.into_iter().map(|number| json!({ "resourceId": book(number) })).collect();
    let input = json!({ "listId": LIST, "entries": entries });
    send(app, "readingListEntryAdd", input, "readingList { revision } entryEdges { node { id } }").await
}

/// Returns the ids of the entries in the edges of a payload.
pub fn ids(payload: &Value) -> Vec<String> {
    let edges = payload["entryEdges"].as_array().into_iter().flatten();
    edges.map(|edge| edge["node"]["id"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Returns the titles on the list in order, and asserts that the positions are 1 to n.
pub async fn titles(app: &TestApp) -> Vec<String> {
    let mut titles = Vec::new();
    let mut after = Value::Null;
    loop {
        let query = format!(
            "query($after: String) {{ node(id: \"{LIST}\") {{ ... on ReadingList {{ entries(first: 100, after: $after) {{ \
             pageInfo {{ hasNextPage endCursor }} nodes {{ position resource {{ title }} }} }} }} }} }}"
        );
        let entries = app.ask_with(&query, json!({ "after": after })).await.data()["node"]["entries"].clone();
        for node in entries["nodes"].as_array().into_iter().flatten() {
            titles.push(node["resource"]["title"].as_str().unwrap_or_default().to_owned());
            assert_eq!(node["position"], json!(titles.len()));
        }
        if entries["pageInfo"]["hasNextPage"] == json!(false) {
            return titles;
        }
        after = entries["pageInfo"]["endCursor"].clone();
    }
}

/// Asserts that the stored positions of every list are 1 to n, including hidden entries.
pub async fn assert_positions(app: &TestApp) {
    let sql = syllabus::db::Sql::new(
        app.database.engine(),
        "SELECT list_id, COUNT(*), CAST(MIN(position) AS BIGINT), CAST(MAX(position) AS BIGINT), COUNT(DISTINCT position) \
         FROM reading_list_entry GROUP BY list_id",
    );
    for row in app.database.rows(sql).await.expect("the database answers") {
        let mut columns = row.columns();
        let mut next = || columns.read_next::<i64>().expect("it is a number");
        let (_, count, least, greatest, distinct) = (next(), next(), next(), next(), next());
        assert_eq!((least, greatest, distinct), (1, count, count));
    }
}
