//! The number of statements depends only on the shape of a query: it is the same for catalogs with ten and with a
//! hundred rows of everything, no larger with one row, and at most the limit.

use serde_json::{Value, json};

use crate::common::{Store, TestApp, on_each_engine};
use crate::sql::scaled_catalog::{self, code};

const SIZES: [usize; 3] = [1, 10, 100];

/// A query, and its maximum number of statements.
struct Shape {
    name: &'static str,
    query: &'static str,
    variables: fn(usize) -> Value,
    ceiling: u64,
}

fn none(_: usize) -> Value {
    Value::Null
}

/// The queries of the contract, with pages of a hundred rows.
const TABLE: [Shape; 6] = [
    Shape {
        name: "one book by code with authors, publisher, topics",
        query: r#"{ book(by: { code: "baaaa2" }) { title authors { name } publisher { name } topics(first: 100) { nodes { title } } } }"#,
        variables: none,
        ceiling: 4,
    },
    Shape {
        name: "career page",
        query: r#"{
            career(by: { code: "kaaaa2" }) {
                title path
                article { html readingTimeMinutes sections { heading blocks { ... on ArticleProse { html } ... on ArticleEmbed { resource { title path } } } } }
                topics(first: 100) { nodes { title path } }
                readingList {
                    entries(first: 15) {
                        nodes {
                            note role position
                            resource {
                                title code path
                                ... on Book { isbn13 authors { name } publisher { name } }
                                ... on Course { provider { name } }
                            }
                        }
                    }
                }
                relatedCareers(first: 100) { nodes { title path } }
            }
        }"#,
        variables: none,
        ceiling: 10,
    },
    Shape {
        name: "careers, each with its first 3 books (authors) and first 3 courses (provider)",
        query: "{
            careers(first: 100) {
                nodes {
                    title
                    recommendedBooks(first: 3) { nodes { title authors { name } } }
                    recommendedCourses(first: 3) { nodes { title provider { name } } }
                }
            }
        }",
        variables: none,
        ceiling: 7,
    },
    Shape {
        name: "books with authors, publisher, topics, the first 5 lists they are on, with their owners",
        query: "{
            books(first: 100) {
                nodes {
                    title authors { name } publisher { name } topics { nodes { title } }
                    listedIn(first: 5) { nodes { note list { owner { title path } } } }
                }
            }
        }",
        variables: none,
        ceiling: 10,
    },
    Shape {
        name: "nodes of ids of four kinds",
        query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on CatalogItem { title } } }",
        variables: ids_of_four_kinds,
        ceiling: 4,
    },
    Shape {
        name: "topic tree, each with totalCount of books",
        query: "{
            topics(first: 100, where: { isRoot: true }) {
                nodes {
                    title books { totalCount }
                    children { nodes { title books { totalCount } children { nodes { title books { totalCount } } } } }
                }
            }
        }",
        variables: none,
        ceiling: 6,
    },
];

fn ids_of_four_kinds(size: usize) -> Value {
    let kinds = [("book", 'b'), ("course", 'c'), ("career", 'k'), ("topic", 't')];
    let ids = (0..size).map(|number| {
        let (kind, first) = kinds[number % 4];
        format!("{kind}_{}", code(first, number))
    });
    json!({ "ids": ids.collect::<Vec<_>>() })
}

/// Further shapes: the other fields of each row of a list.
const FURTHER: [Shape; 8] = [
    Shape {
        name: "entries with their list, position, and what else recommends their resource",
        query: "{
            careers(first: 100) {
                nodes { readingList { title entries(first: 3) { totalCount nodes { position list { owner { title } } resource { title listedIn(first: 2) { totalCount nodes { position } } } } } } }
            }
        }",
        variables: none,
        ceiling: 12,
    },
    Shape {
        name: "learning paths",
        query: r#"{ careers(first: 100) { nodes { learningPath(weeklyEffort: "PT5H") { totalDuration stages { steps { resource { title } requiredBy { title } entry { position } } } unlistedPrerequisites { title } } } } }"#,
        variables: none,
        ceiling: 5,
    },
    Shape {
        name: "articles",
        query: "{ careers(first: 100) { nodes { article { wordCount sections { anchor blocks { __typename } } } } } }",
        variables: none,
        ceiling: 4,
    },
    Shape {
        name: "JSON-LD of careers",
        query: "{ careers(first: 100) { nodes { jsonLd } } }",
        variables: none,
        ceiling: 6,
    },
    Shape {
        name: "JSON-LD of courses and books",
        query: "{ courses(first: 100) { nodes { jsonLd } } books(first: 100) { nodes { jsonLd } } }",
        variables: none,
        ceiling: 13,
    },
    Shape {
        name: "courses with all around them",
        query: "{
            courses(first: 100) {
                totalCount
                nodes {
                    provider { name } institution { name } instructors { name courses { totalCount } } syllabus { title }
                    prerequisites { nodes { title } } prerequisiteFor { totalCount nodes { title } }
                    topics { nodes { title ancestors { title } } } listedIn(ownerKinds: [TOPIC]) { totalCount }
                }
            }
        }",
        variables: none,
        ceiling: 12,
    },
    Shape {
        name: "people and organizations with what is theirs",
        query: "{
            people(first: 100) { nodes { books { totalCount nodes { title } } courses { totalCount nodes { title } } } }
            organizations(first: 100) { nodes { books { totalCount nodes { title } } courses { totalCount nodes { title } } } }
        }",
        variables: none,
        ceiling: 10,
    },
    Shape {
        name: "topics with what carries them",
        query: "{
            topics(first: 100, where: { isRoot: false }) {
                nodes {
                    aliases parent { title } ancestors { title } relatedTopics { totalCount }
                    careers(first: 2) { totalCount nodes { title } }
                    courses(first: 2) { totalCount nodes { title } }
                    books(first: 2, includeDescendants: false) { totalCount nodes { title } }
                }
            }
        }",
        variables: none,
        ceiling: 11,
    },
];

#[test]
fn statement_count_depends_on_the_query_shape_only() {
    on_each_engine(async |store| {
        let counts = counts(store).await;
        for (shape, counts) in TABLE.iter().chain(&FURTHER).zip(counts) {
            let summary = format!("{} on {store}: {counts:?} statements at {SIZES:?} rows", shape.name);
            println!("{summary}, at most {}", shape.ceiling);
            assert_eq!(counts[1], counts[2], "{summary}: they grow with the rows");
            assert!(counts[0] <= counts[1], "{summary}: more for one row than for ten");
            assert!(counts[2] <= shape.ceiling, "{summary}: the ceiling is {}", shape.ceiling);
        }
    });
}

/// The number of statements of each shape at each size.
async fn counts(store: &Store) -> Vec<[u64; 3]> {
    let mut counts = vec![[0; 3]; TABLE.len() + FURTHER.len()];
    for (column, size) in SIZES.into_iter().enumerate() {
        // A larger catalog contains the smaller one.
        let app = TestApp::with(store, scaled_catalog::catalog(size)).await;
        for (row, shape) in TABLE.iter().chain(&FURTHER).enumerate() {
            let answer = app.ask_with(shape.query, (shape.variables)(size)).await;
            assert!(!answer.data().is_null());
            counts[row][column] = answer.statements;
        }
    }
    counts
}
