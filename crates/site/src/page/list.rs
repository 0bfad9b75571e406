//! The pages that list the objects of a kind: their addresses, filters, sort keys and rows.

mod facets;

use askama::Template;
use async_graphql_value::ConstValue;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::layout::{Layout, Link};
use super::{Page, RenderError, read};
use crate::Site;
use crate::address::{Address, with_parameters};
use crate::kind::Kind;
use crate::query::{self, Source};
use crate::view::{ItemCard, Level, ResourceCard, Total};
use facets::{Facet, Facets};

/// The number of objects on a page.
const PAGE_SIZE: usize = 50;

/// The values of the parameter `sort`, without that of the default order.
const SORTS: [&str; 2] = ["recommended", "newest"];

/// The address of a page of a list.
#[derive(Clone, Debug)]
pub struct List {
    pub kind: Kind,
    /// The valid filters and the sort key, in the order of [`List::parameters_of`].
    parameters: Vec<(&'static str, String)>,
    /// `after` or `before`, and a cursor.
    cursor: Option<(&'static str, String)>,
}

/// The data of a list page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data<T> {
    list: Connection<T>,
    /// The topic of the filter.
    topic: Option<FilterTopic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilterTopic {
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Connection<T> {
    total_count: usize,
    page_info: PageInfo,
    rows: Vec<T>,
    #[serde(default)]
    facets: Facets,
}

/// `fragments/page_info.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

/// A resource, and the number of its recommendations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceRow {
    resource: ResourceCard,
    recommendations: ListedIn,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListedIn {
    listed_in: Total,
}

/// A person or an organization, and the number of their works.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentRow {
    name: String,
    path: String,
    resources: Total,
}

enum Rows {
    Careers(Vec<ItemCard>),
    Resources(Vec<ResourceRow>),
    Agents(Vec<AgentRow>),
}

impl Rows {
    fn is_empty(&self) -> bool {
        match self {
            Self::Careers(rows) => rows.is_empty(),
            Self::Resources(rows) => rows.is_empty(),
            Self::Agents(rows) => rows.is_empty(),
        }
    }
}

/// Links to the neighboring pages.
pub struct Pager {
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// A choice, and whether it is the current one.
struct Choice {
    link: Link,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    page: Layout<'a>,
    count: String,
    sorts: Vec<Choice>,
    /// The active filters, with links to the list without them.
    active: Vec<Link>,
    facets: Vec<Facet>,
    rows: Rows,
    pager: Pager,
}

impl List {
    /// Returns the list that an address asks for, without invalid parameters.
    #[must_use]
    pub fn of(kind: Kind, address: &Address) -> Self {
        let valid = |name: &&'static str| {
            let value = address.parameter(name)?;
            let is_valid = match *name {
                "level" => Level::from_value(value).is_some(),
                "sort" => SORTS.contains(&value),
                _ => true,
            };
            is_valid.then(|| (*name, value.to_owned()))
        };
        let cursor = ["after", "before"].iter().find_map(valid);
        Self { kind, parameters: Self::parameters_of(kind).iter().filter_map(valid).collect(), cursor }
    }

    /// Returns the list of the resources of a kind on a topic, the most recommended first.
    #[must_use]
    pub fn on_topic(kind: Kind, slug: &str) -> Self {
        let parameters = vec![("topic", slug.to_owned()), ("sort", SORTS[0].to_owned())];
        Self { kind, parameters, cursor: None }
    }

    /// Returns the parameters that the list of a kind has.
    const fn parameters_of(kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Career => &["topic"],
            Kind::Topic | Kind::Person | Kind::Organization => &[],
            _ => &["topic", "level", "language", "sort"],
        }
    }

    /// Returns the value of a parameter.
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the path of the page.
    #[must_use]
    pub fn path(&self) -> String {
        let parameters = self.parameters.iter().chain(&self.cursor).map(|(name, value)| (*name, value.as_str()));
        with_parameters(&format!("/{}", self.kind.plural()), parameters)
    }

    /// Returns the first page of the list with another value of a parameter.
    fn with(&self, name: &str, value: Option<&str>) -> Self {
        let of = |other: &&'static str| {
            let value = if *other == name { value } else { self.parameter(other) };
            value.map(|value| (*other, value.to_owned()))
        };
        let parameters = Self::parameters_of(self.kind).iter().filter_map(of).collect();
        Self { kind: self.kind, parameters, cursor: None }
    }

    /// Returns the page at a cursor.
    fn at(&self, direction: &'static str, cursor: Option<&str>) -> Self {
        Self { cursor: cursor.map(|cursor| (direction, cursor.to_owned())), ..self.clone() }
    }

    /// Returns whether this is the first page of the whole list, which search engines should index.
    pub fn is_canonical(&self) -> bool {
        self.parameters.is_empty() && self.cursor.is_none()
    }

    /// Returns the document.
    #[must_use]
    pub const fn source(&self) -> &'static Source {
        match self.kind {
            Kind::Career => &query::CAREERS,
            Kind::Topic => &query::TOPICS,
            Kind::Person => &query::PEOPLE,
            Kind::Organization => &query::ORGANIZATIONS,
            Kind::Course | Kind::Book | Kind::Video | Kind::Podcast | Kind::Tutorial => &query::RESOURCES,
        }
    }

    /// Returns the variables of the document.
    #[must_use]
    pub fn variables(&self) -> Value {
        let mut variables = match &self.cursor {
            Some(("before", cursor)) => json!({ "last": PAGE_SIZE, "before": cursor }),
            Some((_, cursor)) => json!({ "first": PAGE_SIZE, "after": cursor }),
            None => json!({ "first": PAGE_SIZE }),
        };
        let names = Self::parameters_of(self.kind);
        if names.contains(&"topic") {
            variables["where"] = self.filter();
            variables["topic"] = json!(self.parameter("topic").unwrap_or_default());
            variables["hasTopic"] = json!(self.parameter("topic").is_some());
            variables["withFacets"] = json!(true);
        }
        if names.contains(&"sort") {
            variables["orderBy"] = self.order();
        }
        variables
    }

    fn filter(&self) -> Value {
        let mut filter = json!({});
        if let Some(slug) = self.parameter("topic") {
            filter["hasTopic"] = json!({ "slug": { "eq": slug } });
        }
        if let Some(level) = self.parameter("level") {
            filter["level"] = json!({ "eq": level.to_uppercase() });
        }
        if let Some(language) = self.parameter("language") {
            filter["language"] = json!({ "eq": language });
        }
        filter
    }

    fn order(&self) -> Value {
        let by_title = json!({ "field": "TITLE", "direction": "ASC" });
        match self.parameter("sort") {
            Some("recommended") => json!([{ "field": "RECOMMENDATIONS", "direction": "DESC" }, by_title]),
            Some(_) => json!([{ "field": "PUBLISHED_AT", "direction": "DESC" }, by_title]),
            None => json!([by_title]),
        }
    }

    /// Returns the links to the neighboring pages.
    pub fn pager(&self, page: &Layout<'_>, info: &PageInfo) -> Pager {
        let at = |direction, cursor: &Option<String>| page.href(&self.at(direction, cursor.as_deref()).path());
        Pager {
            previous: info.has_previous_page.then(|| at("before", &info.start_cursor)),
            next: info.has_next_page.then(|| at("after", &info.end_cursor)),
        }
    }

    /// Returns the orders of the list.
    fn sorts(&self, page: &Layout<'_>) -> Vec<Choice> {
        if !Self::parameters_of(self.kind).contains(&"sort") {
            return Vec::new();
        }
        let t = page.t();
        let current = self.parameter("sort");
        let choice = |(text, value): (&String, Option<&str>)| Choice {
            link: Link { text: text.clone(), href: page.href(&self.with("sort", value).path()) },
            is_current: value == current,
        };
        let choices =
            [(&t.sort_title, None), (&t.sort_recommended, Some("recommended")), (&t.sort_newest, Some("newest"))];
        choices.map(choice).into()
    }
}

/// Renders the page.
pub fn render(site: &Site, list: &List, data: ConstValue) -> Result<Page, RenderError> {
    match list.kind {
        Kind::Topic => super::topics::render(site, list, data),
        Kind::Career => render_rows(site, list, read(data)?, Rows::Careers),
        Kind::Person | Kind::Organization => render_rows(site, list, read(data)?, Rows::Agents),
        _ => render_rows(site, list, read(data)?, Rows::Resources),
    }
}

fn render_rows<T: DeserializeOwned>(
    site: &Site,
    list: &List,
    data: Data<T>,
    rows: impl FnOnce(Vec<T>) -> Rows,
) -> Result<Page, RenderError> {
    let Data { list: connection, topic } = data;
    let count = site.strings().count_of(list.kind, connection.total_count);
    let path = list.path();
    let page = Layout {
        description: list.is_canonical().then_some(count.as_str()),
        path: list.is_canonical().then_some(path.as_str()),
        section: Some(list.kind),
        ..Layout::new(site, site.strings().plural_name(&list.kind))
    };
    let topic = topic.map(|topic| topic.title);
    let body = ListPage {
        sorts: list.sorts(&page),
        active: facets::active(&page, list, topic.as_deref()),
        facets: facets::of(&page, list, &connection.facets),
        rows: rows(connection.rows),
        pager: list.pager(&page, &connection.page_info),
        count: count.clone(),
        page,
    };
    Ok(Page::html(200, body.render()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kind: Kind, query: &str) -> List {
        List::of(kind, &Address::parse("/", query))
    }

    #[test]
    fn addresses_are_normalized() {
        for (kind, query, path) in [
            (Kind::Book, "", "/books"),
            (Kind::Book, "level=expert&sort=title&page=2&topic=", "/books"),
            (
                Kind::Book,
                "sort=newest&level=advanced&topic=c%2B%2B&after=x",
                "/books?topic=c%2B%2B&level=advanced&sort=newest&after=x",
            ),
            (Kind::Book, "after=x&before=y", "/books?after=x"),
            (Kind::Career, "level=advanced&topic=design", "/careers?topic=design"),
            (Kind::Person, "topic=design&before=y", "/people?before=y"),
        ] {
            assert_eq!(list(kind, query).path(), path);
        }
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let list = list(Kind::Book, "topic=design&sort=newest&after=x");
        assert_eq!(list.with("level", Some("advanced")).path(), "/books?topic=design&level=advanced&sort=newest");
        assert_eq!(list.with("topic", None).path(), "/books?sort=newest");
    }

    #[test]
    fn filtered_and_later_pages_are_not_canonical() {
        assert!(list(Kind::Book, "utm_source=x").is_canonical());
        assert!(!list(Kind::Book, "level=advanced").is_canonical());
        assert!(!list(Kind::Book, "after=x").is_canonical());
    }
}
