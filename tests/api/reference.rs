//! The reference pages of settings and metrics, which are generated from the code. To write them:
//! `UPDATE_REFERENCE=1 cargo test --test api reference::`

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use syllabus::config::{Section, Setting, Settings};
use syllabus::telemetry::{Metrics, Operation, Replica, Snapshot};

const NOTE: &str = "\
This page describes Syllabus 0.1. It is generated from the code: change the descriptions there, and
run `UPDATE_REFERENCE=1 cargo test --test api reference::`.
";

const SETTINGS: &str = "\
These are the settings of `syllabus serve`; other commands have those that they need.
[Configuration](../operations/configuration.md) describes how to set them. A setting without a
default is optional.

| type | value |
| --- | --- |
| BOOL | `true` or `false`; the flag alone means `true` |
| COUNT | a whole number |
| DURATION | a whole number with a unit: `500ms`, `10s`, `5m`, `12h`, `30d`, `52w` |
| SIZE | a whole number of bytes with a unit: `512B`, `64KiB`, `16MiB`, `1GiB`, or `kB`, `MB`, `GB` in powers of 1000 |
| other | text, as the description states |
";

const METRICS: &str = "\
`/metrics` exposes these metrics in the OpenMetrics text format.
[Monitoring](../operations/monitoring.md#metrics) describes how to scrape them, and the values of
the label `operation`.

| metric | type | labels | description |
| --- | --- | --- | --- |
";

#[test]
fn configuration_page_matches_the_settings() {
    check("configuration.md", &configuration());
}

#[test]
fn metrics_page_matches_the_registry() {
    check("metrics.md", &metrics());
}

/// Compares a page with its file, or writes the file if `UPDATE_REFERENCE` is set.
fn check(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::write(&path, page).expect("the page is writable");
    }
    let committed = fs::read_to_string(&path).expect("the page exists");
    assert!(
        committed == page,
        "docs/reference/{name} is outdated: run `UPDATE_REFERENCE=1 cargo test --test api reference::`"
    );
}

/// Renders the settings, those outside of tables first, then a section for each table of the file.
fn configuration() -> String {
    let mut settings = Settings::settings();
    settings.sort_by_key(|setting| setting.name.contains('.'));
    let mut page = format!("# Configuration reference\n\n{NOTE}\n{SETTINGS}");
    let mut current = None;
    for setting in settings {
        let table = setting.name.split_once('.').map(|(table, _)| table);
        if current != Some(table) {
            let heading = table.map_or_else(|| "Top-level settings".to_owned(), |table| format!("`[{table}]`"));
            let _ = write!(
                page,
                "\n## {heading}\n\n| setting | type | default | flag and environment variable | description |\n\
                 | --- | --- | --- | --- | --- |\n"
            );
            current = Some(table);
        }
        page.push_str(&row(setting));
    }
    page
}

fn row(setting: &Setting) -> String {
    let default = setting.default.filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!("`{text}`"));
    format!(
        "| `{}` | {} | {default} | `--{}`<br>`{}` | {} |\n",
        setting.name,
        cell(setting.placeholder.unwrap_or("BOOL")),
        setting.flag(),
        setting.variable(),
        cell(setting.help)
    )
}

/// Returns all metrics in the order of their registration, as they are exposed.
pub fn exposition() -> String {
    let metrics = Metrics::new();
    // A family with labels is exposed as soon as it has a sample.
    metrics.observe(Some(&Operation::new(None, "query".to_owned(), 1)), 200, 1, Duration::from_millis(1));
    let replica = Replica { location: "db2:5432".to_owned(), is_available: true, lag: 0, statements: 1 };
    metrics.encode(Snapshot { replicas: vec![replica], ..Snapshot::default() })
}

fn metrics() -> String {
    let text = exposition();
    let mut page = format!("# Metrics reference\n\n{NOTE}\n{METRICS}");
    for family in text.split("# HELP ").skip(1) {
        let mut lines = family.lines();
        let (name, help) = lines.next().and_then(|line| line.split_once(' ')).expect("each family has a help text");
        let kind = lines.next().and_then(|line| line.rsplit_once(' ')).expect("each family has a type").1;
        let sample = lines.next().expect("each family has a sample");
        let suffix = if kind == "counter" { "_total" } else { "" };
        let _ = writeln!(page, "| `{name}{suffix}` | {kind} | {} | {} |", labels(sample), cell(help));
    }
    page
}

/// Returns the names of the labels of a sample.
fn labels(sample: &str) -> String {
    let names = sample.split('"').step_by(2).filter_map(|part| part.strip_suffix('=')?.rsplit(['{', ',']).next());
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Escapes text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*")
}
