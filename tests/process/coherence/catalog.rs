//! Queries in many shapes, each of which depends on different data.

use serde_json::{Value, json};

/// Queries of one record by its id, with the root list of its kind.
pub const OF_ONE: [(&str, &str); 23] = [
    (
        "careers",
        "query ($id: ID!) { career(by: { id: $id }) { title path summary article { html sections { heading } } relatedCareers(first: 9) { nodes { title } } topics(first: 9) { nodes { title } } } }",
    ),
    (
        "careers",
        "query ($id: ID!) { career(by: { id: $id }) { recommendedBooks(first: 9) { totalCount edges { note position node { title authors { name } publisher { name } } } } recommendedCourses(first: 9) { nodes { title provider { name } instructors { name } } } } }",
    ),
    (
        "careers",
        "query ($id: ID!) { career(by: { id: $id }) { readingList { title entries(first: 9) { totalCount nodes { note role position resource { title path } } } } } }",
    ),
    (
        "careers",
        "query ($id: ID!) { career(by: { id: $id }) { jsonLd learningPath { resourceCount stages { steps { resource { title } } } } } }",
    ),
    (
        "books",
        "query ($id: ID!) { book(by: { id: $id }) { title subtitle isbn13 authors { name } contributors { role person { name path } } publisher { name } topics(first: 9) { nodes { title } } } }",
    ),
    (
        "books",
        "query ($id: ID!) { book(by: { id: $id }) { title description listedIn(first: 9) { totalCount nodes { note list { title owner { title } } } } } }",
    ),
    (
        "courses",
        "query ($id: ID!) { course(by: { id: $id }) { title provider { name } instructors { name } syllabus { title } prerequisites(first: 9) { nodes { title } } prerequisiteFor(first: 9) { nodes { title } } } }",
    ),
    (
        "courses",
        "query ($id: ID!) { node(id: $id) { id ... on Course { title recommendedBooks(first: 9) { nodes { title } } listedIn(first: 9) { totalCount } } } }",
    ),
    (
        "topics",
        "query ($id: ID!) { topic(by: { id: $id }) { title aliases ancestors { title } children(first: 9) { totalCount nodes { title } } relatedTopics(first: 9) { nodes { title } } } }",
    ),
    (
        "topics",
        "query ($id: ID!) { topic(by: { id: $id }) { title books(first: 9) { totalCount nodes { title } } courses(first: 9) { nodes { title } } } }",
    ),
    (
        "topics",
        "query ($id: ID!) { topic(by: { id: $id }) { readingList { entries(first: 9) { nodes { note resource { title } } } } recommendedCourses(first: 9) { nodes { title } } } }",
    ),
    (
        "people",
        "query ($id: ID!) { person(by: { id: $id }) { name path books(first: 9) { totalCount nodes { title } } courses(first: 9) { nodes { title } } } }",
    ),
    ("people", "query ($id: ID!) { nodes(ids: [$id]) { id ... on Person { name } } }"),
    (
        "organizations",
        "query ($id: ID!) { organization(by: { id: $id }) { name path books(first: 9) { totalCount nodes { title } } courses(first: 9) { totalCount } } }",
    ),
    ("organizations", "query ($id: ID!) { node(id: $id) { ... on Organization { name } } }"),
    ("books", "query ($id: ID!) { node(id: $id) { ... on CatalogItem { title status updatedAt revision } } }"),
    ("topics", "query ($id: ID!) { node(id: $id) { ... on Topic { title parent { title } } } }"),
    (
        "videos",
        "query ($id: ID!) { video(by: { id: $id }) { title creators { name } publisher { name } topics(first: 9) { nodes { title } } listedIn(first: 9) { totalCount } } }",
    ),
    (
        "podcasts",
        "query ($id: ID!) { podcast(by: { id: $id }) { title hosts { name } publisher { name } jsonLd topics(first: 9) { nodes { title } } } }",
    ),
    (
        "tutorials",
        "query ($id: ID!) { tutorial(by: { id: $id }) { title authors { name } publisher { name } topics(first: 9) { nodes { title } } } }",
    ),
    (
        "topics",
        "query ($id: ID!) { topic(by: { id: $id }) { resources(first: 9) { totalCount nodes { __typename title } } ofSome: resources(kinds: [VIDEO, PODCAST, TUTORIAL]) { nodes { title } } } }",
    ),
    (
        "people",
        "query ($id: ID!) { person(by: { id: $id }) { resources(first: 9) { totalCount nodes { title path } } } }",
    ),
    (
        "organizations",
        "query ($id: ID!) { organization(by: { id: $id }) { resources(first: 9) { totalCount nodes { title } } } }",
    ),
];

/// Queries of many records.
pub const OF_MANY: [&str; 13] = [
    "{ careers(first: 9) { totalCount nodes { title recommendedBooks(first: 3) { nodes { title authors { name } } } } } }",
    "{ books(first: 9) { totalCount nodes { title publisher { name } } pageInfo { hasNextPage endCursor } } }",
    "{ books(first: 9, orderBy: { field: TITLE, direction: DESC }) { nodes { title } } }",
    "{ courses(first: 9) { nodes { title provider { name } } totalCount } }",
    "{ topics(first: 9) { nodes { title } totalCount } }",
    "{ videos(first: 9) { totalCount nodes { title } } }",
    "{ podcasts(first: 9) { totalCount nodes { title publisher { name } } } }",
    "{ tutorials(first: 9) { totalCount nodes { title authors { name } } } }",
    "{ people(first: 9) { nodes { name } totalCount } }",
    "{ organizations(first: 9) { nodes { name } totalCount } }",
    "{ books(first: 5, query: \"data\") { totalCount nodes { title } } suggest(prefix: \"da\") { __typename } }",
    "{ catalog { bookCount courseCount } }",
    "{ changes(first: 3) { totalCount } }",
];

pub fn question(query: &str, id: Option<&str>) -> Value {
    json!({ "query": query, "variables": { "id": id } })
}
