//! The public site of the built binary.

use std::process::Child;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, redirect};
use serde_json::Value;

use crate::serving::{binary, serving};

/// A server with the demo catalog. It is killed when it is dropped.
struct Demo {
    child: Child,
    address: String,
    client: Client,
}

impl Demo {
    fn start(flags: &[&str]) -> Self {
        let mut command = binary();
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--log-level", "off"]).args(flags);
        let (child, address) = serving(&mut command);
        let client = Client::builder().redirect(redirect::Policy::none()).build().expect("there is a client");
        Self { child, address: address.trim_start_matches("http://").to_owned(), client }
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("http://{}{path}", self.address)).send().await.expect("the server responds")
    }

    /// Returns the page at a path, which must exist.
    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
        response.text().await.expect("it ends")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the addresses of the links on a page that lead to pages of the site.
fn links(page: &str) -> Vec<String> {
    let links = page.split(" href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
    links.map(|link| format!("/{}", link.replace("&#38;", "&"))).collect()
}

#[tokio::test]
async fn the_first_command_serves_a_site_without_broken_links() {
    let demo = Demo::start(&[]);
    let home = demo.page("/").await;
    assert!(home.contains("<title>Syllabus</title>") && home.contains("Back-End Developer"), "{home}");
    let mut paths = links(&home);
    paths.extend(links(&demo.page("/career/ci4tzd/back-end-developer").await));
    paths.sort();
    paths.dedup();
    assert!(paths.len() > 50, "{paths:?}");
    for path in paths {
        // The explorer is for browsers.
        if path != "/graphql" {
            assert_eq!(demo.get(&path).await.status(), 200, "{path}");
        }
    }
}

// The prefix is the same for the whole process, so no other test can have it.
#[tokio::test]
async fn a_subgraph_with_prefixed_types_has_all_pages() {
    let demo = Demo::start(&["--federation", "--federation-prefix", "Catalog"]);
    demo.page("/").await;
    for kind in ["career", "topic", "course", "book", "video", "podcast", "tutorial"] {
        let list = demo.page(&format!("/{kind}s")).await;
        let item = links(&list).into_iter().find(|link| link.starts_with(&format!("/{kind}/")));
        demo.page(&item.expect("the list has a row")).await;
    }
    for (list, kind) in [("/people", "/person/"), ("/organizations", "/organization/")] {
        let page = demo.page(list).await;
        let agent = links(&page).into_iter().find(|link| link.starts_with(kind)).expect("the list has a row");
        let page = demo.page(&agent).await;
        assert!(page.contains("<h2"), "an agent has works: {page}");
    }
    for path in ["/career/ci4tzd/back-end-developer/path?hours=5", "/search?q=java"] {
        demo.page(path).await;
    }
    for path in ["/feed.atom", "/sitemap.xml", "/sitemap/people.xml", "/career/ci4tzd/back-end-developer.bib"] {
        assert_eq!(demo.get(path).await.status(), 200, "{path}");
    }
    let person = "query={people(first:1){nodes{__typename}}}";
    let answer: Value = demo.get(&format!("/graphql?{person}")).await.json().await.expect("it is JSON");
    assert_eq!(answer["data"]["people"]["nodes"][0]["__typename"], "CatalogPerson");
}

#[tokio::test]
async fn a_disabled_site_redirects_to_the_explorer() {
    let demo = Demo::start(&["--site-enabled=false"]);
    let root = demo.get("/").await;
    assert_eq!((root.status().as_u16(), root.headers()[LOCATION].as_bytes()), (307, b"graphql".as_slice()));
    assert_eq!(demo.get("/careers").await.status(), 404);
}
