//! A small catalog, and helpers to search it.

use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::service::check::check;

use crate::common::{Answer, NOW, Store, TestApp, moment};

const CATALOG: &str = r#"{"kind":"topic","slug":"programming","code":"tpcpr2","title":"Programming"}
{"kind":"topic","slug":"javascript","code":"tpcjs2","title":"JavaScript","aliases":["JS","ECMAScript"],"parent":"programming"}
{"kind":"topic","slug":"cpp","code":"tpccp2","title":"C++","parent":"programming"}
{"kind":"topic","slug":"csharp","code":"tpccs2","title":"C#","aliases":[".NET"],"parent":"programming"}
{"kind":"topic","slug":"r","code":"tpcrr2","title":"R"}
{"kind":"person","slug":"marijn-haverbeke","code":"prsmh2","name":"Marijn Haverbeke"}
{"kind":"person","slug":"bjarne-stroustrup","code":"prsbs2","name":"Bjarne Stroustrup"}
{"kind":"organization","slug":"no-starch","code":"rgnst2","name":"No Starch Press"}
{"kind":"organization","slug":"oreilly","code":"rgnre2","name":"O'Reilly Media"}
{"kind":"book","slug":"eloquent-javascript","code":"bkkej2","title":"Eloquent JavaScript","subtitle":"A modern introduction","authors":["marijn-haverbeke"],"publisher":"no-starch","isbn13":"9781593279509","publicationYear":2018,"language":"en","level":"introductory","topics":["javascript"],"summary":"Programs, data and functions from the ground up."}
{"kind":"book","slug":"a-tour-of-cpp","code":"bkktc2","title":"A Tour of C++","authors":["bjarne-stroustrup"],"publicationYear":2022,"language":"en","level":"advanced","topics":["cpp"],"description":"The *whole* language, briefly. See also JavaScript."}
{"kind":"book","slug":"csharp-in-depth","code":"bkkcs2","title":"C# in Depth","topics":["csharp"],"publisher":"oreilly","publicationYear":2019,"language":"en"}
{"kind":"book","slug":"node-cookbook","code":"bkknc2","title":"Node.js Cookbook","publisher":"oreilly","publicationYear":2011,"topics":["javascript"]}
{"kind":"book","slug":"the-r-book","code":"bkkrb2","title":"The R Book","topics":["r"],"language":"en","publicationYear":2012}
{"kind":"book","slug":"bien-debuter","code":"bkkbd2","title":"Bien débuter en programmation","language":"fr","publicationYear":2015,"topics":["programming"]}
{"kind":"book","slug":"xuexi","code":"bkkxx2","title":"学习编程","language":"zh"}
{"kind":"book","slug":"testing","code":"bkkte2","title":"Testing Programs","language":"en","description":"Tests for a program, written by a programmer."}
{"kind":"course","slug":"js-first-steps","code":"crsjs2","title":"JavaScript First Steps","provider":"no-starch","topics":["javascript"],"language":"en","level":"introductory","syllabus":[{"title":"Closures","summary":"Functions that remember."}]}
{"kind":"career","slug":"front-end-developer","code":"carfe2","title":"Front-End Developer","summary":"Builds what people see.","article":"Works with browsers.\n\n[A card of a kangaroo](/book/bkktc2/a-tour-of-cpp)\n","topics":["javascript"]}
{"kind":"readingList","owner":{"kind":"career","slug":"front-end-developer"},"code":"rdste2","entries":[{"kind":"book","slug":"eloquent-javascript","code":"entry2","note":"Read it with a *pencil* in hand."},{"kind":"course","slug":"js-first-steps","code":"entry3"}]}
"#;

/// Returns the application over the library, authenticated as an editor.
pub async fn library(store: &Store) -> TestApp {
    TestApp::with(store, CATALOG).await.signed_in(Role::Editor).await
}

/// Returns the titles of the found books, in order.
pub async fn books(app: &TestApp, query: &str) -> Vec<String> {
    found(app, "books", query).await
}

/// Returns the titles of the results in a root list.
pub async fn found(app: &TestApp, list: &str, query: &str) -> Vec<String> {
    let text = format!("query($query: String) {{ {list}(query: $query) {{ nodes {{ title }} }} }}");
    titles(&app.ask_with(&text, json!({ "query": query })).await.data()[list])
}

/// Returns the names of the found people.
pub async fn people(app: &TestApp, query: &str) -> Vec<String> {
    let text = "query($query: String) { people(query: $query) { nodes { name } } }";
    let data = app.ask_with(text, json!({ "query": query })).await.data();
    texts(&data["people"]["nodes"], "name")
}

/// Returns the titles of a connection's nodes.
pub fn titles(connection: &Value) -> Vec<String> {
    texts(&connection["nodes"], "title")
}

fn texts(nodes: &Value, field: &str) -> Vec<String> {
    let nodes = nodes.as_array().expect("there are nodes");
    nodes.iter().map(|node| node[field].as_str().unwrap_or_default().to_owned()).collect()
}

/// Sends a mutation with one input. Must be accepted.
pub async fn change(app: &TestApp, mutation: &str, input: Value) -> Value {
    let mut letters = mutation.chars();
    let first = letters.next().expect("it has a name").to_ascii_uppercase();
    let ty: String = [first].into_iter().chain(letters).collect();
    let text = format!(
        "mutation($input: {ty}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code message path }} }} }}"
    );
    let answer: Answer = app.ask_with(&text, json!({ "input": input })).await;
    let payload = answer.data()[mutation].clone();
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload
}

/// Asserts that the search index equals one that is built from the current catalog, and that the catalog has no
/// problems.
pub async fn assert_sound(app: &TestApp) {
    let mut findings = Vec::new();
    check(&app.database, moment(NOW), "en", |finding| findings.push(finding.to_string()))
        .await
        .expect("it can be checked");
    assert_eq!(findings, Vec::<String>::new());
}
