//! The page of a person or an organization: the resources that they made.

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::layout::{Layout, Link};
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::address::with_parameters;
use crate::external::ExternalUrl;
use crate::html;
use crate::kind::Kind;
use crate::view::Works;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Agent {
    name: String,
    url: Option<ExternalUrl>,
    json_ld: Value,
    courses: Works,
    books: Works,
    videos: Works,
    podcasts: Works,
    tutorials: Works,
}

/// The works of a kind.
struct WorksOfKind<'a> {
    kind: Kind,
    works: &'a Works,
    /// The page with more of them.
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "agent.html")]
struct AgentPage<'a> {
    page: Layout<'a>,
    kind: Kind,
    name: &'a str,
    website: Option<Link>,
    work_count: usize,
    groups: Vec<WorksOfKind<'a>>,
}

/// Renders the page.
pub fn render(
    site: &Site,
    kind: Kind,
    Resolution { canonical_path, target, .. }: Resolution<Agent>,
) -> Result<Page, RenderError> {
    let all = [&target.courses, &target.books, &target.videos, &target.podcasts, &target.tutorials];
    let work_count = all.iter().map(|works| works.total_count).sum();
    let description =
        format!("{} · {}", target.name, site.strings().counted(&site.strings().resource_count, work_count));
    let page = Layout {
        description: Some(&description),
        path: Some(&canonical_path),
        json_ld: Some(html::json_for_script(&target.json_ld.to_string())),
        section: Some(kind),
        ..Layout::new(site, &target.name)
    };
    let website = target.url.as_ref().map(|url| page.open_at(url));
    let groups = Kind::RESOURCES.into_iter().zip(all).filter(|(_, works)| works.total_count > 0);
    let groups = groups.map(|(kind, works)| {
        let next = works.page_info.cursor().map(|cursor| page.href(&more(&canonical_path, kind, cursor)));
        WorksOfKind { kind, works, next }
    });
    let groups = groups.collect();
    let body = AgentPage { page, kind, name: &target.name, website, work_count, groups }.render()?;
    Ok(Page::html(200, body))
}

/// Returns the path of the page with the works of a kind after a cursor.
#[must_use]
pub fn more(path: &str, kind: Kind, cursor: &str) -> String {
    with_parameters(path, [("kind", kind.segment()), ("after", cursor)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{render, request, site};

    #[test]
    fn people_have_json_ld_and_more_works_than_fit() {
        let works = |count: usize, cursor: Option<&str>| {
            json!({
                "totalCount": count,
                "pageInfo": { "hasNextPage": cursor.is_some(), "endCursor": cursor },
                "nodes": [],
            })
        };
        let target = json!({
            "name": "Ada </script>",
            "url": null,
            "jsonLd": { "@type": "Person", "name": "Ada </script>" },
            "courses": works(0, None),
            "books": works(30, Some("x+y")),
            "videos": works(0, None),
            "podcasts": works(0, None),
            "tutorials": works(2, None),
        });
        let data = json!({
            "isGone": false,
            "resolve": { "canonicalPath": "/person/aaaaaa/ada", "isCanonical": true, "target": target },
        });
        let site = site(Some("https://a.example/learn"));
        let page = render(&site, &mut request(&site, "/person/aaaaaa/ada", ""), data);
        let text = page.expect("the page needs one request").body;
        let json_ld =
            text.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</").next());
        let json_ld: Option<serde_json::Value> = json_ld.and_then(|text| serde_json::from_str(text).ok());
        assert_eq!(json_ld, Some(json!({ "@type": "Person", "name": "Ada </script>" })), "{text}");
        assert!(text.contains("href=\"/learn/person/aaaaaa/ada?kind=book&#38;after=x%2By\""), "{text}");
        assert_eq!(text.matches(" rel=\"next\"").count(), 1, "{text}");
    }
}
