//! JSON-LD documents in the vocabulary of schema.org: a career is an Occupation, a topic a DefinedTerm, a course a
//! Course, a book a Book, a person a Person. A reading list is an ItemList beside its owner.

use std::sync::Arc;

use async_graphql::{Context, Name, Result, Value};
use entity::enums::ContributionRole;
use futures_util::future::{try_join, try_join3};

use super::book::Book;
use super::career::Career;
use super::context::{aliases, description, loaders, request_data, same_as};
use super::contribution;
use super::course::Course;
use super::party::{Organization, Person};
use super::reading_list::ReadingList;
use super::topic::Topic;
use crate::domain::{duration, html, limits, money, path, web_url};
use crate::loader::{ById, ListEntry, PageOf, Relation, Window};
use crate::model::{self, NodeKind, OwnerRef, ResourceKind};

/// The maximum number of topics of a document.
const MAX_TOPICS: u32 = 100;

/// The maximum number of reading list entries of a document.
const MAX_LIST_ITEMS: usize = 100;

/// An object with a JSON-LD document.
pub trait JsonLd: Sync {
    /// Builds the document.
    fn json_ld(&self, ctx: &Context<'_>) -> impl Future<Output = Result<Value>> + Send;
}

/// A builder for JSON objects. Missing values are omitted.
#[derive(Default)]
pub(super) struct JsonLdNode(async_graphql::indexmap::IndexMap<Name, Value>);

impl JsonLdNode {
    fn of(ty: &str) -> Self {
        Self::default().with("@type", Some(ty))
    }

    pub(super) fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(Name::new(name), value.into());
        }
        self
    }

    pub(super) fn with_list(self, name: &str, values: Vec<Value>) -> Self {
        let values = if values.is_empty() { None } else { Some(Value::List(values)) };
        self.with(name, values)
    }

    fn value(self) -> Value {
        Value::Object(self.0)
    }
}

/// The path of an object; its URL if the settings have the base URL of the web app.
fn address(ctx: &Context<'_>, kind: NodeKind, code: &str, slug: &str) -> Result<String> {
    let path = path::path_of(kind, code, slug);
    let base = request_data(ctx)?.settings.base_url.as_ref();
    Ok(base.map_or_else(|| path.clone(), |base| base.absolute(&path)))
}

fn item_address(ctx: &Context<'_>, item: &model::Item) -> Result<String> {
    address(ctx, item.kind, &item.code, &item.slug)
}

/// Creates a node of type `ty` with the properties that all items have.
pub(super) fn item(
    ctx: &Context<'_>,
    ty: &str,
    item: &model::Item,
    description: Option<String>,
    same_as: &[String],
) -> Result<JsonLdNode> {
    let url = item_address(ctx, item)?;
    let mut same_as: Vec<Value> = same_as.iter().map(|url| web_url::to_ascii(url).into()).collect();
    let one = if same_as.len() == 1 { same_as.pop() } else { None };
    Ok(JsonLdNode::of(ty)
        .with("@id", Some(url.as_str()))
        .with("name", Some(item.title.as_str()))
        .with("description", item.summary.clone().or(description))
        .with("image", item.image_url.as_deref().map(web_url::to_ascii))
        .with("sameAs", one)
        .with_list("sameAs", same_as)
        .with("url", Some(url.as_str())))
}

fn party(ctx: &Context<'_>, ty: &str, party: &model::Party) -> Result<JsonLdNode> {
    let url = address(ctx, party.kind, &party.code, &party.slug)?;
    let same_as = party.url.as_deref().map(web_url::to_ascii);
    Ok(JsonLdNode::of(ty).with("@id", Some(url)).with("name", Some(party.name.as_str())).with("sameAs", same_as))
}

/// Creates the document of a person or an organization.
fn party_document(ctx: &Context<'_>, ty: &str, row: &model::Party) -> Result<Value> {
    let url = address(ctx, row.kind, &row.code, &row.slug)?;
    Ok(document(party(ctx, ty, row)?.with("url", Some(url)), None))
}

pub(super) fn person(ctx: &Context<'_>, person: &model::Person) -> Result<Value> {
    Ok(party(ctx, "Person", &person.0)?.value())
}

pub(super) async fn organization(ctx: &Context<'_>, id: Option<i64>) -> Result<Option<Value>> {
    let Some(id) = id else { return Ok(None) };
    let found = loaders(ctx)?.load(ById::<model::Organization>::new(id)).await?;
    found.map(|found| Ok(party(ctx, "Organization", &found.0)?.value())).transpose()
}

/// Adds the properties that all learning resources have.
pub(super) fn learning_resource(node: JsonLdNode, item: &model::Item, resource: &model::ResourceFields) -> JsonLdNode {
    let level = resource.level.map(|level| match level {
        entity::enums::Level::Introductory => "Beginner",
        entity::enums::Level::Intermediate => "Intermediate",
        entity::enums::Level::Advanced => "Advanced",
    });
    node.with("inLanguage", resource.language.as_deref())
        .with("educationalLevel", level)
        .with("timeRequired", resource.time_required.map(duration::format))
        .with("dateModified", item.revised_at.map(entity::timestamp::Timestamp::to_rfc3339))
}

/// The URL and the `sameAs` URLs of a learning resource.
pub(super) async fn addresses(
    ctx: &Context<'_>,
    item: &model::Item,
    resource: &model::ResourceFields,
) -> Result<Vec<String>> {
    let others = same_as(ctx, item.id).await?;
    Ok(resource.url.iter().chain(others.iter()).cloned().collect())
}

/// The topics of an item as DefinedTerm nodes.
pub(super) async fn topics(ctx: &Context<'_>, item: &model::Item) -> Result<Vec<Value>> {
    let relation = Relation::TopicsOf(item.kind);
    let window = Arc::new(Window::first(MAX_TOPICS, relation.order()));
    let page = loaders(ctx)?.load(PageOf::<model::Topic>::new(relation, item.id, window)).await?.unwrap_or_default();
    let topics = page.edges.iter().map(|edge| {
        let url = item_address(ctx, &edge.node.item)?;
        Ok(JsonLdNode::of("DefinedTerm")
            .with("@id", Some(url))
            .with("name", Some(edge.node.item.title.as_str()))
            .value())
    });
    topics.collect()
}

/// The schema.org type of a kind of learning resource.
pub(super) const fn type_of(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Course => "Course",
        ResourceKind::Book => "Book",
        ResourceKind::Video => "VideoObject",
        ResourceKind::Podcast => "PodcastSeries",
        ResourceKind::Tutorial => "TechArticle",
    }
}

/// The reading list of an owner as an ItemList; `None` if it is empty.
async fn reading_list(ctx: &Context<'_>, owner: OwnerRef) -> Result<Option<Value>> {
    let list = ReadingList::of(ctx, owner).await?;
    let relation = Relation::Entries { kinds: None, roles: None };
    // `numberOfItems` is the length of the whole list, which is limited.
    let whole = u32::try_from(limits::ENTRIES).unwrap_or(u32::MAX);
    let window = Arc::new(Window::first(whole, relation.order()));
    let page = loaders(ctx)?.load(PageOf::<ListEntry>::new(relation, list.0.id, window)).await?.unwrap_or_default();
    let count = i32::try_from(page.edges.len()).unwrap_or(i32::MAX);
    if page.edges.is_empty() {
        return Ok(None);
    }
    let mut elements = Vec::with_capacity(page.edges.len());
    for (edge, position) in page.edges.iter().take(MAX_LIST_ITEMS).zip(1..) {
        let Some(resource) = &edge.node.0.resource else { continue };
        let item = resource.item();
        let url = item_address(ctx, item)?;
        let target = JsonLdNode::of(type_of(resource.key().kind))
            .with("@id", Some(url.as_str()))
            .with("name", Some(item.title.as_str()))
            .with("url", Some(url.as_str()));
        let element = JsonLdNode::of("ListItem")
            .with("position", Some(position))
            .with("description", edge.node.0.note.as_deref().map(html::plain))
            .with("item", Some(target.value()));
        elements.push(element.value());
    }
    let node = JsonLdNode::of("ItemList")
        .with("name", Some(list.heading(ctx).await?))
        .with("itemListOrder", Some("https://schema.org/ItemListOrderAscending"))
        .with("numberOfItems", Some(count))
        .with_list("itemListElement", elements);
    Ok(Some(node.value()))
}

/// A document with one node, or with a node and an ItemList side by side.
pub(super) fn document(node: JsonLdNode, list: Option<Value>) -> Value {
    let context = JsonLdNode::default().with("@context", Some("https://schema.org"));
    match list {
        Some(list) => context.with_list("@graph", vec![node.value(), list]).value(),
        None => JsonLdNode(context.0.into_iter().chain(node.0).collect()).value(),
    }
}

impl JsonLd for Person {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        party_document(ctx, "Person", self.row())
    }
}

impl JsonLd for Organization {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        party_document(ctx, "Organization", self.row())
    }
}

impl JsonLd for Career {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let ((aliases, same_as), list) = try_join(
            try_join(aliases(ctx, self.row().id), same_as(ctx, self.row().id)),
            reading_list(ctx, self.owner()),
        )
        .await?;
        let aliases = aliases.iter().map(|alias| Value::String(alias.clone())).collect();
        let node = item(ctx, "Occupation", self.row(), None, &same_as)?
            .with_list("alternateName", aliases)
            .with("occupationalCategory", self.0.occupation_code.as_deref());
        Ok(document(node, list))
    }
}

impl JsonLd for Topic {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let ((aliases, same_as), list) = try_join(
            try_join(aliases(ctx, self.row().id), same_as(ctx, self.row().id)),
            reading_list(ctx, self.owner()),
        )
        .await?;
        let aliases = aliases.iter().map(|alias| Value::String(alias.clone())).collect();
        let node = item(ctx, "DefinedTerm", self.row(), None, &same_as)?.with_list("alternateName", aliases);
        Ok(document(node, list))
    }
}

impl JsonLd for Course {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let (course, resource) = (&self.0, self.resource_fields());
        let ((provider, instructors), (topics, list), (description, same_as)) = try_join3(
            try_join(organization(ctx, course.provider_id.or(course.institution_id)), self.taught_by(ctx)),
            try_join(topics(ctx, self.row()), reading_list(ctx, self.owner())),
            try_join(description(ctx, &self.as_resource()), addresses(ctx, self.row(), resource)),
        )
        .await?;
        let instructors: Vec<Value> = instructors.iter().map(|it| person(ctx, it)).collect::<Result<_>>()?;
        let node = item(ctx, "Course", self.row(), description.as_deref().map(html::plain), &same_as)?;
        let node = learning_resource(node, self.row(), resource)
            .with("isAccessibleForFree", course.is_free)
            .with("provider", provider)
            .with("offers", offer(course))
            .with_list("about", topics)
            .with_list("hasCourseInstance", vec![course_instance(course, instructors)]);
        Ok(document(node, list))
    }
}

/// The offer of a course. Search engines require a category, and a price for free courses too:
/// <https://developers.google.com/search/docs/appearance/structured-data/course-info>.
fn offer(course: &model::Course) -> Option<Value> {
    let price = course.price_minor.zip(course.price_currency.as_ref());
    let category = match (course.is_free, price) {
        (Some(true), _) | (None, Some((0, _))) => "Free",
        (Some(false), _) | (None, Some(_)) => "Paid",
        (None, None) => return None,
    };
    let amount = price.map(|(minor, currency)| money::Money { minor, currency: currency.clone() }.amount());
    let free = || (category == "Free").then(|| "0".to_owned());
    let offer = JsonLdNode::of("Offer")
        .with("category", Some(category))
        .with("price", amount.or_else(free))
        .with("priceCurrency", price.map(|(_, currency)| currency.as_str()));
    Some(offer.value())
}

/// The instance of a course. Search engines require its mode and its workload. The courses of a catalog are online.
fn course_instance(course: &model::Course, instructors: Vec<Value>) -> Value {
    let weekly = || course.weekly_effort.map(|effort| format!("{} per week", duration::format(effort)));
    JsonLdNode::of("CourseInstance")
        .with("courseMode", Some("Online"))
        .with("courseWorkload", course.resource.time_required.map(duration::format).or_else(weekly))
        .with_list("instructor", instructors)
        .value()
}

impl JsonLd for Book {
    async fn json_ld(&self, ctx: &Context<'_>) -> Result<Value> {
        let (book, resource) = (&self.0, self.resource_fields());
        let ((contributions, publisher), topics, (description, same_as)) = try_join3(
            try_join(contribution::of(ctx, self.row().id), organization(ctx, book.publisher_id)),
            topics(ctx, self.row()),
            try_join(description(ctx, &self.as_resource()), addresses(ctx, self.row(), resource)),
        )
        .await?;
        let with_role = |role| -> Result<Vec<Value>> {
            contributions.iter().filter(|it| it.role == role).map(|it| person(ctx, &it.person)).collect()
        };
        let node = item(ctx, "Book", self.row(), description.as_deref().map(html::plain), &same_as)?;
        let node = learning_resource(node, self.row(), resource)
            .with("alternativeHeadline", book.subtitle.as_deref())
            .with("isbn", book.isbn13.as_deref())
            .with("bookEdition", book.edition.as_deref())
            .with("datePublished", book.publication_year.map(iso_year))
            .with("numberOfPages", book.page_count)
            .with_list("author", with_role(ContributionRole::Author)?)
            .with_list("editor", with_role(ContributionRole::Editor)?)
            .with_list("translator", with_role(ContributionRole::Translator)?)
            .with_list("illustrator", with_role(ContributionRole::Illustrator)?)
            .with_list("contributor", with_role(ContributionRole::Foreword)?)
            .with("publisher", publisher)
            .with_list("about", topics);
        Ok(document(node, None))
    }
}

/// Formats a year by ISO 8601: at least four digits, with a sign before the year 0.
fn iso_year(year: i32) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}", year.unsigned_abs())
}
