//! A small catalog, and an editor who changes it.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{Store, TestApp};
use crate::subscriptions::site::Site;

const CATALOG: &str = r#"{"kind":"person","slug":"ada-lovelace","code":"prsad2","name":"Ada Lovelace"}
{"kind":"book","slug":"sql-in-a-week","code":"bkkqa2","title":"SQL in a Week","authors":["ada-lovelace"]}
{"kind":"book","slug":"graphs","code":"bkkgr2","title":"Graphs"}
{"kind":"topic","slug":"databases","code":"tpcdb2","title":"Databases"}
"#;

/// Starts a server over the catalog.
pub async fn open(store: &Store) -> Site {
    fill(store).await;
    Site::start(&store.database).await
}

pub async fn fill(store: &Store) {
    TestApp::with(store, CATALOG).await;
}

/// An editor of the catalog of one server.
pub struct Editor<'a> {
    site: &'a Site,
    pub bearer: String,
}

impl<'a> Editor<'a> {
    pub async fn of(site: &'a Site) -> Self {
        Self { site, bearer: site.bearer(Role::Editor).await }
    }

    /// Returns the current cursor of the feed.
    pub async fn cursor(&self) -> String {
        let data = self.site.data(&self.bearer, "{ catalog { changesCursor } }", Value::Null).await;
        data["catalog"]["changesCursor"].as_str().expect("there is one").to_owned()
    }

    /// Sends a mutation with one input, and returns its payload.
    pub async fn send(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let ty = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {ty}!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ message path }} }} }}"
        );
        let data = self.site.data(&self.bearer, &query, json!({ "input": input })).await;
        assert_eq!(data[mutation]["userErrors"], json!([]), "{data}");
        data[mutation].clone()
    }

    /// Sets the subtitle of the book `code`.
    pub async fn change_book(&self, code: &str, subtitle: &str) {
        let input = json!({ "id": format!("book_{code}"), "subtitle": subtitle });
        self.send("bookUpdate", input, "book { id }").await;
    }

    /// Sets the URL of the person.
    pub async fn change_person(&self, url: &str) {
        self.send("personUpdate", json!({ "id": "person_prsad2", "url": url }), "person { id }").await;
    }

    /// Creates a draft of a topic, and returns its id.
    pub async fn draft_topic(&self, title: &str) -> Value {
        self.send("topicCreate", json!({ "title": title }), "topic { id }").await["topic"]["id"].clone()
    }
}
