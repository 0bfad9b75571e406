//! The page of a career: its article and its reading list.

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::layout::Layout;
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::html;
use crate::kind::Kind;
use crate::view::{Article, ArticleBlock, ItemCard, Nodes, ReadingList, Times, TitleLink};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Career {
    title: String,
    summary: Option<String>,
    image_url: Option<String>,
    published_at: Option<String>,
    revised_at: Option<String>,
    aliases: Vec<String>,
    json_ld: Value,
    article: Option<Article>,
    reading_list: ReadingList,
    learning_path: Times,
    topics: Nodes<TitleLink>,
    related_careers: Nodes<ItemCard>,
}

#[derive(Template)]
#[template(path = "career.html")]
struct CareerPage<'a> {
    page: Layout<'a>,
    path: &'a str,
    career: &'a Career,
}

/// Renders the page.
pub fn render(site: &Site, Resolution { canonical_path, target, .. }: Resolution<Career>) -> Result<Page, RenderError> {
    let page = Layout {
        description: target.summary.as_deref(),
        path: Some(&canonical_path),
        image: target.image_url.as_deref(),
        json_ld: Some(html::json_for_script(&target.json_ld.to_string())),
        section: Some(Kind::Career),
        ..Layout::new(site, &target.title)
    };
    let body = CareerPage { page, path: &canonical_path, career: &target }.render()?;
    Ok(Page::html(200, body))
}
