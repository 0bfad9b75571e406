//! Tests that every kind is registered everywhere. A failure lists each missing place.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use entity::kind::NodeKind;
use serde_json::{Map, Value, json};
use syllabus::auth::Role;
use syllabus::catalog::{At, KINDS, Kind, Link, Rule};
use syllabus::graphql;

use crate::common::{Answer, TestApp, demo, on_each_engine};

/// An export in which each field of each kind has a value.
const EVERY_FIELD: &str = include_str!("import/every_field.jsonl");

/// The minimum number of items of each kind of learning resource in the demo catalog.
const DEMO: usize = 10;

/// Table fields that the API does not expose.
const NOT_IN_THE_API: [&str; 3] = ["oldSlugs", "oldIsbns", "oldCodes"];

/// The names of a kind in the API: its type, the singular and the plural field.
struct Names {
    object: String,
    one: &'static str,
    many: String,
}

impl Names {
    fn of(kind: &Kind) -> Self {
        let one = kind.node.name();
        let object = kind.node.type_name().to_owned();
        let many = if kind.node == NodeKind::Person { "people".to_owned() } else { format!("{one}s") };
        Self { object, one, many }
    }

    fn value(&self) -> String {
        self.one.to_uppercase()
    }
}

fn schema() -> Schema {
    Schema::parse(graphql::sdl(), "schema.graphql").expect("the schema can be read")
}

/// Collects the places where something is missing.
#[derive(Default)]
struct Missing(Vec<String>);

impl Missing {
    fn check(&mut self, there: bool, place: impl Into<String>) {
        if !there {
            self.0.push(place.into());
        }
    }

    fn assert_none(self) {
        assert!(self.0.is_empty(), "missing: {:#?}", self.0);
    }
}

#[test]
fn the_tables_describe_all_kinds_with_a_page() {
    let described: Vec<NodeKind> = KINDS.iter().map(|kind| kind.node).collect();
    let mut missing = Missing::default();
    for kind in NodeKind::ROUTABLE {
        missing.check(described.contains(&kind), format!("src/catalog.rs: {kind}"));
    }
    missing.assert_none();
}

#[test]
fn schema_registers_every_kind() {
    let schema = schema();
    let subgraph = graphql::subgraph_sdl();
    let mut missing = Missing::default();
    for kind in KINDS {
        let names = Names::of(kind);
        let Names { object, one, many } = &names;
        let Some(ExtendedType::Object(definition)) = schema.types.get(object.as_str()) else {
            missing.check(false, format!("type {object}"));
            continue;
        };
        let interfaces = [
            ("Node", true),
            ("Routable", true),
            ("Versioned", true),
            ("CatalogItem", kind.node.is_catalog_item()),
            ("LearningResource", kind.node.is_listable()),
            ("ReadingListOwner", kind.node.owns_list()),
        ];
        for (interface, expected) in interfaces {
            let has = definition.implements_interfaces.contains(interface);
            missing.check(has == expected, format!("{object}: {interface}"));
        }
        for (root, fields) in [
            ("Query", vec![one.to_string(), many.clone()]),
            ("Mutation", ["Create", "Update", "Delete"].map(|verb| format!("{one}{verb}")).to_vec()),
        ] {
            let root_type = schema.get_object(root).expect("it is a root");
            for field in fields {
                missing.check(root_type.fields.contains_key(field.as_str()), format!("{root}.{field}"));
            }
        }
        for (enumeration, expected) in [
            ("CatalogKind", kind.node.is_catalog_item()),
            ("LearningResourceKind", kind.node.is_listable()),
            ("ReadingListOwnerKind", kind.node.owns_list()),
            ("ChangeKind", true),
        ] {
            let values = &schema.get_enum(enumeration).expect("it is an enumeration").values;
            let has = values.contains_key(names.value().as_str());
            missing.check(has == expected, format!("{enumeration}.{}", names.value()));
        }
        if kind.node.is_catalog_item() {
            let catalog = schema.get_object("Catalog").expect("it is there");
            missing.check(catalog.fields.contains_key(format!("{one}Count").as_str()), format!("Catalog.{one}Count"));
        }
        let entity = subgraph.lines().find(|line| line.starts_with(&format!("type {object} ")));
        missing.check(entity.is_some_and(|line| line.contains("@key")), format!("federation: {object}"));
    }
    missing.assert_none();
}

#[test]
fn the_schema_has_the_fields_of_the_tables() {
    let schema = schema();
    let mut missing = Missing::default();
    for kind in KINDS {
        let Names { object, .. } = Names::of(kind);
        let fields = &schema.get_object(&object).expect("it is an object").fields;
        for field in kind.fields().filter(|field| !NOT_IN_THE_API.contains(&field.name())) {
            missing.check(fields.contains_key(field.name()), format!("{object}.{}", field.name()));
            let Some(input) = field.input else { continue };
            for verb in ["Create", "Update"] {
                let name = format!("{object}{verb}Input");
                let fields = &schema.get_input_object(&name).expect("it is an input").fields;
                missing.check(fields.contains_key(input), format!("{name}.{input}"));
            }
        }
        for verb in ["Create", "Update"] {
            let name = format!("{object}{verb}Input");
            let inputs: Vec<&str> = kind.fields().filter_map(|field| field.input).collect();
            let known =
                |name: &str| inputs.contains(&name) || ["id", "expectedRevision", "slug", "externalId"].contains(&name);
            for input in schema.get_input_object(&name).expect("it is an input").fields.keys() {
                missing.check(known(input), format!("src/catalog/: {name}.{input}"));
            }
        }
        // A field by which every kind of its group can be filtered and sorted.
        let where_name = format!("{object}Where");
        let conditions = &schema.get_input_object(&where_name).expect("it is an input").fields;
        for field in kind.fields() {
            let is_filtered = matches!(
                field.rule,
                Rule::Title { .. } | Rule::Level | Rule::Language | Rule::Status | Rule::Year | Rule::Date
            ) && matches!(field.at, At::Column(_));
            if is_filtered {
                missing.check(conditions.contains_key(field.name()), format!("{where_name}.{}", field.name()));
            }
            if matches!(field.rule, Rule::Year | Rule::Date) {
                let order = format!("{object}OrderField");
                let values = &schema.get_enum(&order).expect("it is an enumeration").values;
                let value = in_capitals(field.name());
                missing.check(values.contains_key(value.as_str()), format!("{order}.{value}"));
            }
        }
    }
    missing.assert_none();
}

/// `publicationYear` as `PUBLICATION_YEAR`.
fn in_capitals(name: &str) -> String {
    name.chars().fold(String::new(), |text, letter| {
        if letter.is_uppercase() { format!("{text}_{letter}") } else { text + &letter.to_uppercase().to_string() }
    })
}

#[test]
fn every_field_fixture_covers_every_field() {
    let mut exported: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for record in EVERY_FIELD.lines() {
        let record: Map<String, Value> = serde_json::from_str(record).expect("a record");
        let kind = record["kind"].as_str().expect("a text").to_owned();
        exported.entry(kind).or_default().extend(record);
    }
    let mut missing = Missing::default();
    for kind in KINDS {
        let record = exported.remove(kind.node.name()).unwrap_or_default();
        for field in kind.fields() {
            let short = match field.rule {
                Rule::Contributors { short, .. } => short,
                _ => field.name(),
            };
            let has = record.contains_key(field.name()) || record.contains_key(short);
            missing.check(has, format!("tests/api/import/every_field.jsonl: {} {}", kind.node, field.name()));
        }
    }
    missing.assert_none();
}

#[test]
fn the_documentation_describes_every_kind() {
    let format = include_str!("../../docs/reference/import-format.md");
    let api = include_str!("../../docs/guides/reading.md");
    let mut missing = Missing::default();
    for kind in KINDS {
        let names = Names::of(kind);
        missing.check(
            format.contains(&format!("`{}`", names.one)),
            format!("docs/reference/import-format.md: `{}`", names.one),
        );
        missing.check(api.contains(&names.many), format!("docs/guides/reading.md: {}", names.many));
        for field in kind.fields() {
            let name = format!("`{}`", field.name());
            missing.check(format.contains(&name), format!("docs/reference/import-format.md: {name}"));
        }
    }
    missing.assert_none();
}

async fn data(app: &TestApp, query: &str) -> Value {
    app.ask(query).await.data()
}

#[test]
fn demo_search_and_json_ld_cover_every_kind() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        let mut missing = Missing::default();
        for kind in KINDS {
            let Names { one, many, .. } = Names::of(kind);
            let found = data(&app, &format!("{{ it: {many}(first: 1) {{ totalCount nodes {{ path }} }} }}")).await;
            let count = found["it"]["totalCount"].as_u64().unwrap_or_default();
            let enough = if kind.node.is_listable() { DEMO } else { 1 };
            missing.check(count >= enough as u64, format!("demo/: {count} {many}"));
            let path = found["it"]["nodes"][0]["path"].as_str().unwrap_or_default();
            missing.check(path.starts_with(&format!("/{one}/")), format!("the path of a {one}: {path}"));
            if !kind.node.is_catalog_item() {
                continue;
            }
            let value = one.to_uppercase();
            let query = format!(
                "{{ it: search(query: \"\", kinds: [{value}], first: 1) {{ totalCount facets {{ kinds {{ kind count }} }} \
                 nodes {{ __typename jsonLd }} }} }}"
            );
            let found = data(&app, &query).await;
            missing.check(found["it"]["totalCount"] == count, format!("search: {many}"));
            let facets = found["it"]["facets"]["kinds"].as_array().cloned().unwrap_or_default();
            missing.check(facets.contains(&json!({ "kind": value, "count": count })), format!("facets: {many}"));
            let text = found["it"].to_string();
            missing.check(text.contains("https://schema.org"), format!("JSON-LD: {one}"));
        }
        missing.assert_none();
    });
}

/// Returns the learning resources by kind.
fn listable() -> impl Iterator<Item = &'static Kind> {
    KINDS.into_iter().filter(|kind| kind.node.is_listable())
}

async fn mutate(app: &TestApp, mutation: &str) -> Value {
    let answer: Answer = app.ask(&format!("mutation {{ it: {mutation} }}")).await;
    let payload = answer.data()["it"].clone();
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload
}

#[test]
fn resources_appear_and_disappear_with_publication() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await.signed_in(Role::Editor).await;
        let readers = app.anonymous();
        let topic = "topic(by: { slug: \"apis\" })";
        let list = data(&app, &format!("{{ {topic} {{ id readingList {{ id }} }} }}")).await;
        let (topic_id, list_id) = (&list["topic"]["id"], &list["topic"]["readingList"]["id"]);
        let mut missing = Missing::default();
        for kind in listable() {
            let names = Names::of(kind);
            let Names { one, object, .. } = &names;
            let value = names.value();
            // No other record refers to these two, so that they are visible only with this item.
            let person =
                mutate(&app, "personCreate(input: { name: \"Some One\" }) { person { id } userErrors { message } }")
                    .await;
            let person_id = &person["person"]["id"];
            let organization =
                "organizationCreate(input: { name: \"Some Press\" }) { organization { id } userErrors { message } }";
            let organization = mutate(&app, organization).await;
            let organization_id = &organization["organization"]["id"];
            let refers = if kind.field(Link::Contributors).is_some() {
                format!("contributors: [{{ personId: {person_id} }}], publisherId: {organization_id}")
            } else {
                format!("instructorIds: [{person_id}], providerId: {organization_id}")
            };
            let input = format!("{{ title: \"Some {object}\", topicIds: [{topic_id}], {refers} }}");
            let made =
                mutate(&app, &format!("{one}Create(input: {input}) {{ {one} {{ id }} userErrors {{ message }} }}"))
                    .await;
            let id = made[one]["id"].as_str().expect("it was made").to_owned();
            let add = format!(
                "readingListEntryAdd(input: {{ listId: {list_id}, entries: [{{ resourceId: \"{id}\", note: \"Why.\" }}] }}) \
                 {{ userErrors {{ message }} }}"
            );
            mutate(&app, &add).await;
            let query = format!(
                "{{ {topic} {{ readingList {{ entries(kinds: [{value}]) {{ totalCount }} }} resources(kinds: [{value}], includeDescendants: false) {{ nodes {{ id }} }} }} \
                 node(id: \"{id}\") {{ __typename ... on LearningResource {{ listedIn {{ totalCount }} }} }} \
                 person: node(id: {person_id}) {{ ... on Person {{ resources(kinds: [{value}]) {{ totalCount }} }} }} \
                 organization: node(id: {organization_id}) {{ ... on Organization {{ resources(kinds: [{value}]) {{ totalCount }} }} }} \
                 suggest(prefix: \"Some {object}\", kinds: [{value}], first: 1) {{ __typename }} \
                 changes(kinds: [{value}], first: 1) {{ totalCount }} }}"
            );
            let before = data(&readers, &query).await;
            missing.check(before["node"].is_null(), format!("a draft is hidden: {one}"));
            mutate(&app, &format!("catalogItemPublish(input: {{ id: \"{id}\" }}) {{ userErrors {{ message }} }}"))
                .await;
            let after = data(&readers, &query).await;
            let entries = |seen: &Value| seen["topic"]["readingList"]["entries"]["totalCount"].as_i64().unwrap_or(-1);
            let has = |seen: &Value| {
                let nodes = seen["topic"]["resources"]["nodes"].as_array().cloned().unwrap_or_default();
                nodes.contains(&json!({ "id": id }))
            };
            missing.check(after["node"]["__typename"] == *object, format!("what is published is shown: {one}"));
            missing.check(entries(&after) == entries(&before) + 1, format!("entries of the reading list: {one}"));
            missing.check(!has(&before) && has(&after), format!("resources of the topic: {one}"));
            missing.check(after["node"]["listedIn"]["totalCount"] == 1, format!("listedIn: {one}"));
            for party in ["person", "organization"] {
                let shown = after[party]["resources"]["totalCount"] == 1;
                missing.check(before[party].is_null() && shown, format!("resources of the {party}: {one}"));
            }
            missing.check(
                after["suggest"].as_array().is_some_and(|found| !found.is_empty()),
                format!("suggestions: {one}"),
            );
            let change_count = |seen: &Value| seen["changes"]["totalCount"].as_i64().unwrap_or_default();
            missing.check(change_count(&after) > change_count(&before), format!("the feed: {one}"));
            mutate(&app, &format!("catalogItemArchive(input: {{ id: \"{id}\" }}) {{ userErrors {{ message }} }}"))
                .await;
            let gone = data(&readers, &query).await;
            missing.check(gone["node"].is_null() && !has(&gone), format!("what is archived is hidden: {one}"));
            mutate(
                &app,
                &format!("{one}Delete(input: {{ id: \"{id}\", force: true }}) {{ userErrors {{ message }} }}"),
            )
            .await;
        }
        missing.assert_none();
    });
}
