//! The purger, with Varnish and with an endpoint that records purge requests.

mod lag;
mod purger;
mod recorder;
mod varnish;

use syllabus::db::Sql;
use tempfile::NamedTempFile;

use crate::command::{run, syllabus};
use crate::common::varnish::PAGE;
use crate::common::{Store, recipe};
use crate::crash::server::{SERVE, Server};
use crate::wait::until;

/// The settings of all tests. A second purge follows at most four seconds after the first.
const SETTINGS: [&str; 7] = [
    "--edge-cache-tags",
    "--limits-query-timeout",
    "2s",
    "--edge-second-purge-delay",
    "3s",
    "--trusted-proxies",
    "127.0.0.1",
];

/// Returns the token of an editor of a catalog.
fn editor(url: &str) -> String {
    run(url, &["token", "create", "--name", "ada", "--role", "editor"]).trim().to_owned()
}

/// Starts a server that purges a Varnish at this URL, or something like it.
fn serve(url: &str, token: &str, endpoint: &str) -> Server {
    serve_with(url, token, &["--edge-purge-driver", "varnish", "--edge-purge-urls", endpoint])
}

/// Starts a server with more settings.
fn serve_with(url: &str, token: &str, more: &[&str]) -> Server {
    let arguments = [&SERVE[..], &SETTINGS, more].concat();
    Server::started_by(syllabus(url, &arguments).env("SYLLABUS_LOG_LEVEL", "warn,syllabus=debug"), token)
}

/// Writes the documented settings of a CDN, with another URL, to a file.
fn documented(section: &str, path: &str, url: &str) -> NamedTempFile {
    let section = PAGE.split_once(&format!("\n## {section}\n")).expect("the page has the section").1;
    let settings = recipe::block(section, "syllabus.toml");
    let host = settings.lines().find_map(|line| line.strip_prefix("purge-urls = \"")?.strip_suffix('"'));
    let host = host.expect("the settings have a URL");
    assert!(host.ends_with(path), "{host}");
    let file = NamedTempFile::new().expect("the disk has space");
    std::fs::write(&file, settings.replace(host, url)).expect("the disk has space");
    file
}

/// Waits until every change was purged twice, and the cursor is stored.
async fn settled(store: &Store) {
    let text = "SELECT position - COALESCE((SELECT MAX(id) FROM change_event), 0) FROM edge_purger";
    until("every change is purged twice", async || {
        let rows = store.database.rows(Sql::new(store.database.engine(), text)).await.expect("it can be read");
        let behind: i64 = rows[0].columns().read_next().expect("it is a number");
        behind == 0
    })
    .await;
}

/// Returns the path of a query of one topic by its id.
fn query_of(id: &str) -> String {
    format!("/graphql?query={{topic(by:{{id:%22{id}%22}}){{title}}}}")
}

/// Returns the tag of the topic with this id.
async fn tag_of(server: &Server, id: &str) -> String {
    let tags = server.header(&query_of(id), "surrogate-key").await;
    tags.split(' ').find(|tag| tag.starts_with('i')).expect("it depends on the topic").to_owned()
}

/// Returns whether a server holds the lease.
async fn is_active(server: &Server) -> bool {
    metric(server, "purger_active").await > 0.5
}

/// Returns the number of changes that are not purged yet.
async fn unpurged(server: &Server) -> f64 {
    metric(server, "unpurged_changes").await
}

/// Returns the value of a metric of the purger.
async fn metric(server: &Server, name: &str) -> f64 {
    let text = server.text("/metrics").await;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("syllabus_edge_{name} ")));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} is exported"))
}
