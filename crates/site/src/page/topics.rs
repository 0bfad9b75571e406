//! The page of all topics: the roots of the tree and their children.

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;

use super::layout::Layout;
use super::list::{List, PageInfo, Pager};
use super::{Page, RenderError, read};
use crate::Site;
use crate::kind::Kind;
use crate::view::{Nodes, Total};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    catalog: Catalog,
    list: Connection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Catalog {
    topic_count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Connection {
    page_info: PageInfo,
    rows: Vec<Root>,
}

/// A root of the tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    title: String,
    path: String,
    summary: Option<String>,
    children: Nodes<Child>,
}

/// A topic below a root, and the number of topics directly below it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Child {
    title: String,
    path: String,
    children: Total,
}

#[derive(Template)]
#[template(path = "topics.html")]
struct TopicsPage<'a> {
    page: Layout<'a>,
    count: &'a str,
    roots: &'a [Root],
    pager: Pager,
}

/// Renders the page.
pub fn render(site: &Site, list: &List, data: ConstValue) -> Result<Page, RenderError> {
    let data: Data = read(data)?;
    let count = site.strings().count_of(Kind::Topic, data.catalog.topic_count);
    let path = list.path();
    let page = Layout {
        description: Some(&count),
        path: list.is_canonical().then_some(path.as_str()),
        section: Some(Kind::Topic),
        ..Layout::new(site, &site.strings().topics)
    };
    let pager = list.pager(&page, &data.list.page_info);
    Ok(Page::html(200, TopicsPage { page, count: &count, roots: &data.list.rows, pager }.render()?))
}
