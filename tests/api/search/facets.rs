//! Facets count the whole result. The filter on a facet does not affect its own counts.

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use crate::search::fixture::library;

async fn facets(app: &TestApp, arguments: &str) -> Value {
    let query = format!(
        "{{ books{arguments} {{ facets {{ \
         topics {{ topic {{ title }} count }} levels {{ level count }} languages {{ language count }} \
         publishers {{ organization {{ name }} count }} decades {{ decade count }} }} }} }}"
    );
    app.data(&query).await["books"]["facets"].clone()
}

#[test]
fn descendants_roll_up_and_unknown_values_are_counted() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        let all = facets(&app, "").await;
        let topics: Vec<(String, i64)> = (all["topics"].as_array().into_iter().flatten())
            .map(|facet| {
                (
                    facet["topic"]["title"].as_str().unwrap_or_default().to_owned(),
                    facet["count"].as_i64().unwrap_or_default(),
                )
            })
            .collect();
        let expected = [("Programming", 5), ("JavaScript", 2), ("C#", 1), ("C++", 1), ("R", 1)];
        assert_eq!(topics, expected.map(|(title, count)| (title.to_owned(), count)));
        assert_eq!(
            all["levels"],
            json!([{ "level": "INTRODUCTORY", "count": 1 }, { "level": "ADVANCED", "count": 1 }, { "level": null, "count": 6 }])
        );
        assert_eq!(
            all["languages"],
            json!([{ "language": "en", "count": 5 }, { "language": "fr", "count": 1 }, { "language": "zh", "count": 1 }, { "language": null, "count": 1 }])
        );
        assert_eq!(
            all["publishers"],
            json!([{ "organization": { "name": "O'Reilly Media" }, "count": 2 }, { "organization": { "name": "No Starch Press" }, "count": 1 }])
        );
        assert_eq!(
            all["decades"],
            json!([{ "decade": 2010, "count": 5 }, { "decade": 2020, "count": 1 }, { "decade": null, "count": 2 }])
        );
    });
}

#[test]
fn facets_ignore_their_own_filter() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        let all = facets(&app, "").await;
        for (own, condition) in [
            ("levels", "level: { eq: ADVANCED }"),
            ("languages", "language: { eq: \"fr\" }"),
            ("topics", "hasTopic: { slug: { eq: \"r\" } }"),
            ("publishers", "publisher: { slug: { eq: \"oreilly\" } }"),
            ("decades", "publicationYear: { lt: 2012 }"),
        ] {
            let narrowed = facets(&app, &format!("(where: {{ {condition} }})")).await;
            let inside = facets(&app, &format!("(where: {{ and: [{{ {condition} }}] }})")).await;
            for facet in ["topics", "levels", "languages", "publishers", "decades"] {
                assert_eq!(narrowed[facet] == all[facet], facet == own, "{facet} with {condition}: {narrowed:#}");
                assert_ne!(inside[facet], all[facet], "{facet} with {condition} inside and");
            }
        }
    });
}

#[test]
fn facets_count_search_results() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        let found = facets(&app, "(query: \"javascript\")").await;
        assert_eq!(
            found["publishers"],
            json!([{ "organization": { "name": "No Starch Press" }, "count": 1 }, { "organization": { "name": "O'Reilly Media" }, "count": 1 }])
        );
        let query = "{ search(query: \"javascript\", kinds: [BOOK]) { totalCount facets { kinds { kind count } topics(first: 1) { topic { title } count } } } }";
        assert_eq!(
            app.data(query).await["search"],
            json!({ "totalCount": 3, "facets": {
                "kinds": [{ "kind": "BOOK", "count": 3 }, { "kind": "CAREER", "count": 1 }, { "kind": "COURSE", "count": 1 }, { "kind": "TOPIC", "count": 1 }],
                "topics": [{ "topic": { "title": "Programming" }, "count": 3 }]
            } })
        );
    });
}

#[test]
fn facet_values_are_limited() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        for first in [-1, 101] {
            let answer = app.ask(&format!("{{ books {{ facets {{ topics(first: {first}) {{ count }} }} }} }}")).await;
            assert_eq!(answer.body["errors"][0]["extensions"]["argument"], json!("first"));
        }
        let none = app.data("{ books { facets { topics(first: 0) { count } } } }").await;
        assert_eq!(none["books"]["facets"]["topics"], json!([]));
    });
}
