//! Pages of results: forward and backward, by relevance and in other orders.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::library;

async fn walk(app: &TestApp, list: &str, arguments: &str, size: usize, backward: bool) -> Vec<String> {
    let (count, cursor) = if backward { ("last", "before") } else { ("first", "after") };
    let query = format!(
        "query($cursor: String) {{ {list}({arguments} {count}: {size}, {cursor}: $cursor) {{ \
         pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ title }} }} }}"
    );
    let (mut titles, mut at): (Vec<String>, Value) = (Vec::new(), Value::Null);
    loop {
        let page = app.ask_with(&query, json!({ "cursor": at })).await.data()[list].clone();
        let mut nodes: Vec<String> = (page["nodes"].as_array().into_iter().flatten())
            .map(|node| node["title"].as_str().unwrap_or_default().to_owned())
            .collect();
        let (more, next) = if backward {
            (&page["pageInfo"]["hasPreviousPage"], &page["pageInfo"]["startCursor"])
        } else {
            (&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["endCursor"])
        };
        if backward {
            nodes.extend(titles);
            titles = nodes;
        } else {
            titles.extend(nodes);
        }
        if more != &json!(true) {
            return titles;
        }
        at = next.clone();
    }
}

#[test]
fn pagination_returns_each_result_once() {
    on_each_engine(async |store| {
        let app = library(store).await;
        app.import((0..30).map(|n| json!({ "kind": "book", "slug": format!("js-{n}"), "title": format!("Volume {} of JavaScript", n % 7), "level": if n % 2 == 0 { "introductory" } else { "advanced" } })).collect::<crate::common::Lines>()).await;
        for (list, arguments) in [
            ("books", "query: \"javascript\""),
            ("books", "query: \"javascript\", orderBy: { field: TITLE, direction: DESC }"),
            ("books", "query: \"javascript volume\", where: { level: { eq: ADVANCED } }"),
            ("search", "query: \"javascript\""),
            ("search", "query: \"\""),
            ("books", "query: \"javascript zzyzx\""),
        ] {
            let whole = walk(&app, list, arguments, 100, false).await;
            assert!(whole.len() > 10, "{list} {arguments}: {whole:?}");
            assert_eq!(walk(&app, list, arguments, 3, false).await, whole, "{list} {arguments}");
            assert_eq!(walk(&app, list, arguments, 4, true).await, whole, "{list} {arguments}");
            let query = format!("{{ {list}({arguments}) {{ totalCount }} }}");
            assert_eq!(app.data(&query).await[list]["totalCount"], json!(whole.len()), "{list} {arguments}");
        }
    });
}

#[test]
fn relevance_order_requires_words_and_is_descending() {
    on_each_engine(async |store| {
        let app = library(store).await;
        for (arguments, message) in [
            (
                "orderBy: { field: RELEVANCE, direction: DESC }",
                "orderBy contains RELEVANCE, which requires a query with words",
            ),
            (
                "query: \" \", orderBy: { field: RELEVANCE, direction: DESC }",
                "orderBy contains RELEVANCE, which requires a query with words",
            ),
            (
                "query: \"x\", orderBy: { field: RELEVANCE }",
                "orderBy contains RELEVANCE with the direction ASC: use DESC",
            ),
        ] {
            let answer = app.ask(&format!("{{ books({arguments}) {{ totalCount }} }}")).await;
            assert_eq!(answer.body["errors"][0]["message"], json!(message), "{arguments}");
        }
        let query = "{ books(query: \"javascript\", first: 1) { pageInfo { endCursor } } }";
        let cursor = app.data(query).await["books"]["pageInfo"]["endCursor"].clone();
        let other = "query($after: String) { books(query: \"javascript\", orderBy: { field: TITLE }, after: $after) { totalCount nodes { title } } }";
        let answer = app.ask_with(other, json!({ "after": cursor })).await;
        assert_eq!(answer.body["errors"][0]["extensions"]["argument"], json!("after"));
    });
}

#[test]
fn a_search_with_total_and_two_facets_takes_few_statements() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        app.index().await;
        let query = "{ books(query: \"javascript introduction\", first: 10) { totalCount nodes { title } \
                     facets { topics { count topic { title } } levels { level count } } } }";
        let answer = app.ask(query).await;
        assert_eq!(answer.data()["books"]["nodes"][0]["title"], json!("Eloquent JavaScript"));
        assert!(answer.statements <= 6, "{} statements", answer.statements);
    });
}

#[test]
fn database_filters_apply_without_words() {
    on_each_engine(async |store| {
        let app = library(store).await;
        let query = "query($where: PersonWhere) { all: people(where: $where) { totalCount } \
                     found: people(where: $where, query: \"-nobody\") { totalCount nodes { name } } }";
        for (filter, count) in
            [(json!({ "name": { "contains": "marijn" } }), 1), (json!({ "name": { "isNull": false } }), 2)]
        {
            let data = app.ask_with(query, json!({ "where": filter })).await.data();
            assert_eq!(data["all"]["totalCount"], json!(count), "{filter}");
            assert_eq!(data["found"]["totalCount"], json!(count), "{filter}");
        }
    });
}
