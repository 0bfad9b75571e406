//! Every query of the contract is a file with a snapshot of its response and its number of statements, which is the
//! same on both engines.
//!
//! The queries are in `queries/`, by topic, some with a file `.variables.json`. `cargo insta review` or
//! `INSTA_UPDATE=always cargo test --test api graphql::queries` updates the snapshots.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use insta::{Settings, assert_json_snapshot};
use serde_json::{Value, json};

use crate::common::{Answer, TestApp, demo, on_each_engine};

/// Records that the demo catalog lacks: changed addresses.
const ADDITIONS: &str = include_str!("additions.jsonl");

/// A query, identified by its path below `queries/` without the extension.
pub struct QueryFile {
    pub name: String,
    pub text: String,
    pub variables: Value,
}

/// Returns all queries, sorted.
pub fn query_files() -> Vec<QueryFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/graphql/queries");
    let mut paths = Vec::new();
    gather(&root, &mut paths);
    paths.sort();
    paths.into_iter().map(|path| read(&root, &path)).collect()
}

fn gather(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            gather(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "graphql") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> QueryFile {
    let name = path.strip_prefix(root).expect("it is below").with_extension("");
    let variables = fs::read_to_string(path.with_extension("variables.json"))
        .map_or(Value::Null, |text| serde_json::from_str(&text).expect("variables are JSON"));
    QueryFile {
        name: name.to_str().expect("names are ASCII").to_owned(),
        text: fs::read_to_string(path).expect("it can be read"),
        variables,
    }
}

#[test]
fn queries_match_their_snapshots() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        app.import(ADDITIONS).await;
        app.index().await;
        let mut wrong = Vec::new();
        for query in query_files() {
            let answer = app.ask_with(&query.text, query.variables.clone()).await;
            if catch_unwind(|| compare(&query.name, &answer)).is_err() {
                wrong.push(query.name);
            }
        }
        assert!(wrong.is_empty(), "these answer otherwise than before: {wrong:#?}");
    });
}

fn compare(name: &str, answer: &Answer) {
    let mut body = answer.body.clone();
    if let Some(extensions) = body.get_mut("extensions").and_then(Value::as_object_mut) {
        // It begins with a random number.
        extensions.remove("catalogVersion");
    }
    let seen = json!({ "statements": answer.statements, "status": answer.status, "answer": body });
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| assert_json_snapshot!(name.replace('/', "__"), seen));
}

#[test]
fn benchmark_queries_succeed() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, demo()).await;
        for name in ["q1", "q2", "q3", "q4", "search", "suggest"] {
            let path = format!("{}/bench/queries/syllabus-{name}.graphql", env!("CARGO_MANIFEST_DIR"));
            let text = fs::read_to_string(path).expect("it is there");
            let variables = json!({ "slug": "back-end-developer", "code": "bkkgr2", "words": "rust" });
            let answer = app.ask_with(&text, variables).await;
            assert!(answer.status == 200 && answer.body.get("errors").is_none(), "{name}: {}", answer.body);
        }
    });
}
