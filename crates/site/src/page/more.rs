//! The later pages of the long lists of an object.

use askama::Template;
use serde::Deserialize;

use super::agent;
use super::layout::{Layout, Link};
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::kind::Kind;
use crate::view::{Entries, NextPage, ReadingList, Recommendations, Works};

/// The owner of a reading list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Owner {
    title: String,
    reading_list: ReadingList,
}

/// A resource that reading lists recommend.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recommended {
    title: String,
    listed_in: Recommendations,
}

/// A person or an organization.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maker {
    name: String,
    resources: Works,
}

/// A page of one of the lists.
enum Content {
    Entries(Entries),
    Recommendations(Recommendations),
    Works(Works),
}

#[derive(Template)]
#[template(path = "more.html")]
struct MorePage<'a> {
    page: Layout<'a>,
    /// The object that the list belongs to.
    object: Link,
    heading: &'a str,
    content: &'a Content,
    next: Option<String>,
}

/// Renders more entries of a reading list.
pub fn entries(
    site: &Site,
    kind: Kind,
    Resolution { canonical_path, target, .. }: Resolution<Owner>,
) -> Result<Page, RenderError> {
    let content = Content::Entries(target.reading_list.entries);
    let next = |page: &Layout<'_>, cursor: &str| page.more(&canonical_path, "after", cursor);
    render(site, kind, (&canonical_path, &target.title), &site.strings().reading_list, &content, next)
}

/// Renders more of the reading lists that recommend a resource.
pub fn recommendations(
    site: &Site,
    kind: Kind,
    Resolution { canonical_path, target, .. }: Resolution<Recommended>,
) -> Result<Page, RenderError> {
    let heading = site.strings().counted(&site.strings().recommended_in, target.listed_in.total_count);
    let content = Content::Recommendations(target.listed_in);
    let next = |page: &Layout<'_>, cursor: &str| page.more(&canonical_path, "recommended-after", cursor);
    render(site, kind, (&canonical_path, &target.title), &heading, &content, next)
}

/// Renders more works of a kind.
pub fn works(
    site: &Site,
    kind: Kind,
    work_kind: Kind,
    Resolution { canonical_path, target, .. }: Resolution<Maker>,
) -> Result<Page, RenderError> {
    let content = Content::Works(target.resources);
    let next = |page: &Layout<'_>, cursor: &str| page.href(&agent::more(&canonical_path, work_kind, cursor));
    render(site, kind, (&canonical_path, &target.name), site.strings().plural_name(&work_kind), &content, next)
}

fn render(
    site: &Site,
    kind: Kind,
    (path, name): (&str, &str),
    heading: &str,
    content: &Content,
    next: impl FnOnce(&Layout<'_>, &str) -> String,
) -> Result<Page, RenderError> {
    let title = format!("{heading}: {name}");
    let page = Layout { section: Some(kind), ..Layout::new(site, &title) };
    let object = Link { text: name.to_owned(), href: page.href(path) };
    let next = content.page_info().cursor().map(|cursor| next(&page, cursor));
    Ok(Page::html(200, MorePage { page, object, heading, content, next }.render()?))
}

impl Content {
    fn page_info(&self) -> &NextPage {
        match self {
            Self::Entries(entries) => &entries.page_info,
            Self::Recommendations(recommendations) => &recommendations.page_info,
            Self::Works(works) => &works.page_info,
        }
    }
}
