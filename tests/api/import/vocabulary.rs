//! A field has the same name in the import file, in the API and in stored revisions.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Schema;
use entity::kind::NodeKind;
use serde_json::{Map, Value};
use syllabus::db::{Database, Sql};
use syllabus::graphql;

use super::harness::{accept, exported, on_each_engine};

/// An export in which each field of each kind has a value.
const EVERY_FIELD: &str = include_str!("every_field.jsonl");

/// The aliases of fields and values: a kind, the exported name, and the alias that an import accepts.
const ALIASES: [(&str, &str, &str); 16] = [
    ("topic", r#""title":"#, r#""name":"#),
    ("topic", r#""relatedTopics":"#, r#""related":"#),
    ("topic", r#""revisedAt":"#, r#""updatedAt":"#),
    ("book", r#""publicationYear":"#, r#""year":"#),
    ("book", r#""pageCount":"#, r#""pages":"#),
    ("book", r#""timeRequired":"#, r#""effort":"#),
    ("book", r#""revisedAt":"#, r#""updatedAt":"#),
    ("book", r#""imageUrl":"#, r#""coverUrl":"#),
    ("book", r#""level":"introductory""#, r#""level":"beginner""#),
    ("course", r#""timeRequired":"#, r#""effort":"#),
    ("course", r#""isFree":"#, r#""free":"#),
    ("course", r#""revisedAt":"#, r#""updatedAt":"#),
    ("course", r#""level":"advanced""#, r#""level":"ADVANCED""#),
    ("career", r#""relatedCareers":"#, r#""related":"#),
    ("career", r#""revisedAt":"#, r#""updatedAt":"#),
    ("readingList", r#""owner":"#, r#""of":"#),
];

/// The short forms of contributors, all in the first role of their kind.
const CONTRIBUTORS: [&str; 3] = ["authors", "creators", "hosts"];

/// The exported fields that no input of the API has.
const EXPORT_ONLY: [&str; 11] = [
    "authors",
    "code",
    "creators",
    "entries",
    "hosts",
    "oldCodes",
    "oldIsbns",
    "oldSlugs",
    "owner",
    "publishedAt",
    "status",
];

fn records(file: &str) -> impl Iterator<Item = Map<String, Value>> {
    file.lines().map(|line| serde_json::from_str(line).expect("a record"))
}

fn text<'a>(record: &'a Map<String, Value>, field: &str) -> &'a str {
    record[field].as_str().expect("a text")
}

#[test]
fn every_field_round_trips() {
    async fn case(database: &Database) {
        accept(database, EVERY_FIELD).await;
        assert_eq!(exported(database).await, EVERY_FIELD);
    }
    on_each_engine(&case);
}

#[test]
fn imports_accept_aliases() {
    let mut lines: Vec<String> = EVERY_FIELD.lines().map(str::to_owned).collect();
    for (kind, name, alias) in ALIASES {
        let of_kind = lines.iter_mut().filter(|line| line.starts_with(&format!(r#"{{"kind":"{kind}""#)));
        let named = of_kind.filter(|line| line.contains(name)).map(|line| *line = line.replacen(name, alias, 1));
        assert!(named.count() > 0, "no {kind} has {name}");
    }
    let file = lines.join("\n");
    on_each_engine(&async |database: &Database| {
        accept(database, &file).await;
        assert_eq!(exported(database).await, EVERY_FIELD);
        assert_eq!(accept(database, EVERY_FIELD).await.total().updated, 0);
    });
}

/// Returns the name of a reference in a file, which uses slugs, for a field of an input, which uses ids.
fn by_slug(input: &str) -> String {
    match (input.strip_suffix("Ids"), input.strip_suffix("Id")) {
        (Some(one), _) => format!("{one}s"),
        (None, Some(one)) if one != "external" => one.to_owned(),
        _ => input.to_owned(),
    }
}

#[test]
fn export_fields_match_update_inputs() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "schema.graphql").expect("the schema is valid");
    let mut exported: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in records(EVERY_FIELD) {
        let kind = text(&record, "kind").to_owned();
        exported.entry(kind).or_default().extend(record.keys().filter(|name| *name != "kind").cloned());
    }
    // Entries of reading lists are not separate records.
    assert_eq!(exported.len(), NodeKind::ALL.len() - 1, "every_field.jsonl has a record of each kind");
    for (kind, names) in exported {
        let input = format!("{}{}UpdateInput", kind[..1].to_uppercase(), &kind[1..]);
        let input = schema.get_input_object(&input).expect("each kind can be updated");
        let input = input.fields.keys().filter(|name| !["id", "expectedRevision"].contains(&name.as_str()));
        let input: BTreeSet<String> = input.map(|name| by_slug(name)).collect();
        let has_people = names.iter().any(|name| CONTRIBUTORS.contains(&name.as_str()));
        let mut names: BTreeSet<String> =
            names.into_iter().filter(|name| !EXPORT_ONLY.contains(&name.as_str())).collect();
        names.extend(has_people.then(|| "contributors".to_owned()));
        assert_eq!(names, input, "{kind}");
    }
}

#[test]
fn stored_states_have_the_names_of_an_export() {
    async fn case(database: &Database) {
        accept(database, EVERY_FIELD).await;
        let mut states = BTreeMap::new();
        for row in database.rows(Sql::new(database.engine(), "SELECT state FROM revision")).await.expect("rows") {
            let state: String = row.columns().read_next().expect("a state");
            let state: Map<String, Value> = serde_json::from_str(&state).expect("an object");
            states.insert((text(&state, "kind").to_owned(), text(&state, "code").to_owned()), state);
        }
        for record in records(EVERY_FIELD) {
            let state = &states[&(text(&record, "kind").to_owned(), text(&record, "code").to_owned())];
            // A state has one field for contributors, contains the version of its format, and omits empty lists.
            let of_state = state.keys().filter(|name| !["format", "ownerKind"].contains(&name.as_str()));
            let of_record = record.iter().filter(|(_, value)| **value != Value::Array(Vec::new()));
            let of_record =
                of_record.map(|(name, _)| if CONTRIBUTORS.contains(&name.as_str()) { "contributors" } else { name });
            assert_eq!(of_state.map(String::as_str).collect::<BTreeSet<_>>(), of_record.collect());
        }
    }
    on_each_engine(&case);
}
