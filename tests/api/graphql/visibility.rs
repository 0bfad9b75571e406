//! Unpublished items are not visible anywhere, and scheduled items become visible at their time.

#[path = "visibility/catalog.rs"]
mod catalog;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::{TestApp, on_each_engine};
use catalog::{DUE, JUST_BEFORE, WAYS, catalog, code, isbn};

const EVERYTHING: &str = include_str!("visibility/everything.graphql");

/// Returns the lines of a pretty-printed response that contain something hidden in one of these ways.
fn telling<'a>(answer: &'a str, ways: &[&str]) -> Vec<&'a str> {
    answer.lines().filter(|line| ways.iter().any(|way| line.to_lowercase().contains(way))).collect()
}

#[test]
fn visible_records_do_not_reveal_hidden_records() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let answer = format!("{:#}", app.data(EVERYTHING).await);
        assert_eq!(telling(&answer, &["draft", "archived", "scheduled"]), Vec::<&str>::new(), "{answer}");
        assert!(answer.contains("\"leaf-d\""), "what is visible below something hidden is there");
    });
}

#[test]
fn hidden_records_are_not_found_by_any_key() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        for (way, letter) in WAYS {
            for query in names(way, letter) {
                assert_eq!(app.data(&query).await, json!({ "it": null }), "{query}");
            }
            let ids = ids(letter);
            let asked = app.ask_with("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
            assert_eq!(asked.data(), json!({ "nodes": ids.iter().map(|_| Value::Null).collect::<Value>() }), "{way}");
        }
    });
}

/// Returns the ids of everything that is hidden in one way, and of the related entries and lists.
fn ids(letter: char) -> Vec<String> {
    let id = |(kind, what): (&str, &str)| format!("{kind}_{}", code(letter, what));
    let routable = [
        ("career", "crr"),
        ("course", "crs"),
        ("book", "bkk"),
        ("topic", "tpc"),
        ("person", "prs"),
        ("organization", "rgn"),
    ];
    let lists = ["ntp", "ncs", "ncr"].map(|what| [("reading_list", what), ("reading_list_entry", what)]);
    let entries = [("reading_list_entry", "ebk"), ("reading_list_entry", "ecs")];
    routable.into_iter().chain(lists.into_iter().flatten()).chain(entries).map(id).collect()
}

/// Queries for one hidden record each, by everything that identifies it.
fn names(way: &str, letter: char) -> Vec<String> {
    let mut queries: Vec<String> =
        ids(letter).iter().map(|id| format!("{{ it: node(id: \"{id}\") {{ id }} }}")).collect();
    for (kind, what) in [
        ("career", "crr"),
        ("course", "crs"),
        ("book", "bkk"),
        ("topic", "tpc"),
        ("person", "prs"),
        ("organization", "rgn"),
    ] {
        let code = code(letter, what);
        for by in [
            format!("id: \"{kind}_{code}\""),
            format!("code: \"{code}\""),
            format!("slug: \"{way}\""),
            format!("slug: \"old-{way}\""),
        ] {
            queries.push(format!("{{ it: {kind}(by: {{ {by} }}) {{ id }} }}"));
        }
        for path in [
            format!("/{kind}/{code}/{way}"),
            format!("/{kind}/{code}"),
            format!("/{kind}/{way}"),
            format!("/{kind}/old-{way}"),
        ] {
            queries.push(format!("{{ it: resolve(path: \"{path}\") {{ canonicalPath }} }}"));
        }
    }
    queries.push(format!("{{ it: book(by: {{ isbn: \"{}\" }}) {{ id }} }}", isbn(letter)));
    queries
}

#[test]
fn hidden_records_are_not_counted() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let data = app
            .data(
                "{
                    catalog { careerCount courseCount bookCount topicCount }
                    careers { totalCount } courses { totalCount } books { totalCount } topics { totalCount }
                    people { totalCount } organizations { totalCount }
                }",
            )
            .await;
        assert_eq!(data["catalog"], json!({ "careerCount": 2, "courseCount": 2, "bookCount": 2, "topicCount": 5 }));
        let counts: Vec<&Value> = ["careers", "courses", "books", "topics", "people", "organizations"]
            .map(|list| &data[list]["totalCount"])
            .into();
        assert_eq!(counts, [2, 2, 2, 5, 1, 1]);
    });
}

#[test]
fn positions_count_visible_entries() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let data = app
            .data(
                r#"{
                    career(by: { slug: "seen" }) {
                        readingList { entries { totalCount nodes { position resource { slug } } } courses: entries(kinds: [COURSE]) { nodes { position } } }
                        recommendedBooks { edges { position } }
                        recommendedCourses { edges { position entry { position } } }
                    }
                    node(id: "reading_list_entry_seenbw") { ... on ReadingListEntry { position } }
                    book(by: { slug: "below" }) { listedIn { nodes { position list { owner { slug } } } } }
                }"#,
            )
            .await;
        let list = &data["career"]["readingList"];
        let ranks = json!([{ "position": 1, "resource": { "slug": "seen" } }, { "position": 2, "resource": { "slug": "seen" } }, { "position": 3, "resource": { "slug": "below" } }]);
        assert_eq!(list["entries"], json!({ "totalCount": 3, "nodes": ranks }));
        assert_eq!(list["courses"], json!({ "nodes": [{ "position": 2 }] }));
        assert_eq!(data["career"]["recommendedBooks"], json!({ "edges": [{ "position": 1 }, { "position": 3 }] }));
        assert_eq!(
            data["career"]["recommendedCourses"],
            json!({ "edges": [{ "position": 2, "entry": { "position": 2 } }] })
        );
        assert_eq!(data["node"], json!({ "position": 3 }));
        let listed = json!([{ "position": 3, "list": { "owner": { "slug": "seen" } } }, { "position": 1, "list": { "owner": { "slug": "sibling" } } }]);
        assert_eq!(data["book"]["listedIn"]["nodes"], listed);
    });
}

#[test]
fn articles_omit_hidden_embeds_and_keep_link_texts() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let query = r#"{ career(by: { slug: "seen" }) { article { markdown html wordCount sections { blocks { __typename ... on ArticleEmbed { resource { slug } } } } } } }"#;
        let article = &app.data(query).await["career"]["article"];
        let markdown = article["markdown"].as_str().expect("it is a text");
        assert!(markdown.contains("Three a b a b a b [c](/topic/seen22"), "{markdown}");
        assert!(!article["html"].to_string().contains("/career/"), "{article:#}");
        // One, two, Heading, Three, a and b three times, c.
        assert_eq!(article["wordCount"], 11, "{markdown}");
        let card = json!({ "__typename": "ArticleEmbed", "resource": { "slug": "seen" } });
        assert_eq!(article["sections"][1]["blocks"], json!([card, { "__typename": "ArticleProse" }]));
    });
}

#[test]
fn topic_tree_ends_at_hidden_topics() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        for (_, letter) in WAYS {
            let query = format!(
                "{{ topic(by: {{ slug: \"leaf-{letter}\" }}) {{ parent {{ slug }} ancestors {{ slug }} books {{ nodes {{ slug }} }} }} }}"
            );
            assert_eq!(
                app.data(&query).await["topic"],
                json!({ "parent": null, "ancestors": [], "books": { "nodes": [{ "slug": "below" }] } })
            );
        }
        // The book below the hidden topic does not count for the topic above it, neither in the list nor in a filter.
        let data = app
            .data(r#"{ topic(by: { slug: "seen" }) { children { totalCount } books { totalCount nodes { slug } } } books(where: { hasTopic: { slug: { eq: "seen" } } }) { nodes { slug } } }"#)
            .await;
        let seen =
            json!({ "children": { "totalCount": 0 }, "books": { "totalCount": 1, "nodes": [{ "slug": "seen" }] } });
        assert_eq!(data, json!({ "topic": seen, "books": { "nodes": [{ "slug": "seen" }] } }));
    });
}

#[test]
fn filters_ignore_hidden_records() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        for (way, _) in WAYS {
            let is = format!("{{ slug: {{ eq: \"{way}\" }} }}");
            for condition in [
                format!("books(where: {{ hasTopic: {is} }})"),
                format!("books(where: {{ hasAuthor: {is} }})"),
                format!("books(where: {{ hasContributor: {is} }})"),
                format!("books(where: {{ publisher: {is} }})"),
                format!("books(where: {{ listedIn: {{ career: {is} }} }})"),
                format!("books(where: {{ listedIn: {{ course: {is} }} }})"),
                format!("books(where: {{ listedIn: {{ topic: {is} }} }})"),
                format!("courses(where: {{ hasTopic: {is} }})"),
                format!("courses(where: {{ hasInstructor: {is} }})"),
                format!("courses(where: {{ institution: {is} }})"),
                format!("careers(where: {{ hasTopic: {is} }})"),
                format!("topics(where: {{ parent: {is} }})"),
            ] {
                let query = format!("{{ it: {condition} {{ totalCount nodes {{ slug }} }} }}");
                assert_eq!(app.data(&query).await, json!({ "it": { "totalCount": 0, "nodes": [] } }), "{query}");
            }
        }
    });
}

#[test]
fn paths_and_json_ld_omit_hidden_records() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let query = r#"{ career(by: { slug: "seen" }) { jsonLd learningPath { totalDuration resourceCount unlistedPrerequisites { slug } } } }"#;
        let career = &app.data(query).await["career"];
        let path =
            json!({ "totalDuration": "PT3H", "resourceCount": 4, "unlistedPrerequisites": [{ "slug": "basics" }] });
        assert_eq!(career["learningPath"], path);
        assert_eq!(career["jsonLd"]["@graph"][1]["numberOfItems"], 3);
        assert_eq!(career["jsonLd"]["@graph"][1]["itemListElement"][2]["position"], 3);
    });
}

#[test]
fn recommendations_count_visible_lists() {
    on_each_engine(async |store| {
        // `Below` is on two visible lists; `Seen` is on one, and on nine hidden ones.
        let app = TestApp::with(store, catalog()).await;
        let query = "{ books(orderBy: [{ field: RECOMMENDATIONS, direction: DESC }]) { nodes { slug listedIn { totalCount } } } }";
        let expected = json!([{ "slug": "below", "listedIn": { "totalCount": 2 } }, { "slug": "seen", "listedIn": { "totalCount": 1 } }]);
        assert_eq!(app.data(query).await["books"]["nodes"], expected);
    });
}

#[test]
fn scheduled_items_appear_when_due() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        assert_eq!(app.at(JUST_BEFORE).data(EVERYTHING).await, app.data(EVERYTHING).await);

        let due = app.at(DUE);
        let data = due.data(EVERYTHING).await;
        assert_eq!(telling(&format!("{data:#}"), &["draft", "archived"]), Vec::<&str>::new());
        assert_eq!(data["catalog"], json!({ "careerCount": 3, "courseCount": 3, "bookCount": 3, "topicCount": 6 }));
        assert_eq!(data["people"]["totalCount"], 2);
        assert_eq!(data["organizations"]["totalCount"], 2);
        let status = r#"{ book(by: { slug: "scheduled" }) { status publishedAt } }"#;
        assert_eq!(due.data(status).await["book"], json!({ "status": "PUBLISHED", "publishedAt": DUE }));
        for query in names("scheduled", 's') {
            // People and organizations have no former slugs here.
            if !query.contains("old-scheduled") || !(query.contains("person") || query.contains("organization")) {
                assert_ne!(due.data(&query).await, json!({ "it": null }), "{query}");
            }
        }
    });
}

/// The paths at which the query for everything shows scheduled items once they are due. Any other hidden item would
/// show there too.
const PLACES: [&str; 57] = [
    "careers.edges.node.readingList.introduction",
    "careers.edges.node.readingList.introductionHtml",
    "courses.edges.node.description",
    "books.edges.node.descriptionHtml",
    "careers.nodes.slug",
    "careers.edges.node.topics.nodes.slug",
    "careers.edges.node.relatedCareers.edges.node.title",
    "careers.edges.node.article.markdown",
    "careers.edges.node.article.html",
    "careers.edges.node.article.sections.blocks.resource.slug",
    "careers.edges.node.jsonLd.@graph.itemListElement.item.name",
    "careers.edges.node.readingList.entries.nodes.note",
    "careers.edges.node.readingList.books.nodes.resource.slug",
    "careers.edges.node.readingList.introductory.nodes.noteHtml",
    "careers.edges.node.recommendedBooks.edges.note",
    "careers.edges.node.recommendedCourses.nodes.slug",
    "careers.edges.node.learningPath.stages.steps.resource.slug",
    "careers.edges.node.learningPath.stages.steps.requiredBy.slug",
    "courses.nodes.slug",
    "courses.edges.node.institution.name",
    "courses.edges.node.instructors.name",
    "courses.edges.node.topics.nodes.slug",
    "courses.edges.node.prerequisites.nodes.slug",
    "courses.edges.node.prerequisiteFor.nodes.slug",
    "courses.edges.node.jsonLd.about.name",
    "books.nodes.slug",
    "books.edges.node.authors.name",
    "books.edges.node.contributors.person.name",
    "books.edges.node.topics.edges.node.title",
    "books.edges.node.listedIn.nodes.note",
    "books.edges.node.inCareers.nodes.list.owner.slug",
    "books.edges.node.jsonLd.about.name",
    "topics.edges.node.parent.slug",
    "topics.edges.node.ancestors.slug",
    "topics.edges.node.children.nodes.slug",
    "topics.edges.node.relatedTopics.nodes.slug",
    "topics.edges.node.ownCareers.nodes.slug",
    "topics.edges.node.courses.nodes.slug",
    "topics.edges.node.ownBooks.nodes.slug",
    "people.nodes.books.nodes.slug",
    "organizations.nodes.courses.edges.node.title",
    "changes.nodes.path",
    "changes.nodes.node.slug",
    "found.nodes.slug",
    "found.facets.topics.topic.slug",
    "foundThree.nodes.title",
    "foundThree.edges.highlights.fragments",
    "foundThree.facets.topics.topic.title",
    "foundCareers.nodes.slug",
    "foundCourses.nodes.slug",
    "foundBooks.nodes.slug",
    "foundBooks.edges.highlights.fragments",
    "foundTopics.nodes.slug",
    "foundPeople.nodes.slug",
    "foundOrganizations.nodes.slug",
    "suggestThree.text",
    "suggestFour.target.path",
];

#[test]
fn visibility_query_covers_all_fields() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        let mut places = BTreeSet::new();
        gather(&app.at(DUE).data(EVERYTHING).await, String::new(), &mut places);
        let blind: Vec<&str> = PLACES.into_iter().filter(|place| !places.contains(*place)).collect();
        assert_eq!(blind, Vec::<&str>::new(), "it tells in {places:#?}");
    });
}

/// Returns the paths in a response that show scheduled items, without list indices.
fn gather(value: &Value, place: String, places: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, place.clone(), places)),
        Value::Object(fields) => {
            let dot = if place.is_empty() { "" } else { "." };
            fields.iter().for_each(|(name, value)| gather(value, format!("{place}{dot}{name}"), places));
        }
        Value::String(text) if text.to_lowercase().contains("scheduled") => drop(places.insert(place)),
        _ => {}
    }
}
