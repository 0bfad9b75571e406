//! The facts of a resource, as the terms and values of a description list.

use super::{ContributionRole, Resource};
use crate::external::ExternalUrl;
use crate::format;
use crate::strings::Strings;
use crate::view::NameLink;

/// A term and its values.
pub struct Detail {
    pub name: String,
    pub values: Vec<Value>,
}

/// A value: a text, or a link.
pub struct Value {
    pub text: String,
    pub link: Option<Target>,
}

/// The target of a link.
pub enum Target {
    /// The path of a page of the catalog.
    Path(String),
    /// The URL of another site.
    Url(String),
}

/// Returns the facts of a resource, without those that are unknown.
pub fn of(resource: &Resource, t: &Strings) -> Vec<Detail> {
    let mut details = people(resource, t);
    let mut add = |name: &str, value: Option<Value>| {
        details.extend(value.map(|value| Detail { name: name.to_owned(), values: vec![value] }));
    };
    let date = resource.publication_date.as_deref().map(|date| format::date(date, t));
    let year = resource.publication_year.map(|year| format::year(year, t));
    add(&t.provider, resource.provider.as_ref().map(agent));
    add(&t.institution, resource.institution.as_ref().map(agent));
    add(&t.publisher, resource.publisher.as_ref().map(agent));
    add(&t.published, date.or(year).map(text));
    add(&t.edition, resource.edition.clone().map(text));
    add(&t.original_title, resource.original_title.clone().map(text));
    add(&t.level, resource.level.map(|level| text(t.level_name(level).to_owned())));
    add(&t.language, resource.language.as_deref().map(|language| text(t.language_name(language))));
    add(&t.time_required, resource.time_required.map(|time| text(time.text(t))));
    add(&t.weekly_effort, resource.weekly_effort.map(|effort| text(effort.text(t))));
    add(&t.length, resource.page_count.map(|count| text(t.counted(&t.pages, count))));
    add(&t.length, resource.episode_count.map(|count| text(t.counted(&t.episodes, count))));
    add(&t.price, price(resource, t).map(text));
    add(&t.podcast_feed, resource.feed_url.as_ref().map(feed));
    let isbns: Vec<Value> = [&resource.isbn13, &resource.isbn10].into_iter().flatten().cloned().map(text).collect();
    if !isbns.is_empty() {
        details.push(Detail { name: t.isbn.clone(), values: isbns });
    }
    details
}

/// Returns the facts as a text, for search engines.
pub fn text_of(resource: &Resource, details: &[Detail], t: &Strings) -> String {
    let texts = details.iter().flat_map(|detail| &detail.values).map(|value| value.text.as_str());
    [t.kind_name(&resource.kind)].into_iter().chain(texts.take(5)).collect::<Vec<_>>().join(" · ")
}

/// Returns the people by their roles.
fn people(resource: &Resource, t: &Strings) -> Vec<Detail> {
    let roles = [
        (ContributionRole::Author, &t.author_role),
        (ContributionRole::Editor, &t.editor_role),
        (ContributionRole::Translator, &t.translator_role),
        (ContributionRole::Illustrator, &t.illustrator_role),
        (ContributionRole::Foreword, &t.foreword_role),
        (ContributionRole::Creator, &t.creator_role),
        (ContributionRole::Host, &t.host_role),
    ];
    let with_role = |role| resource.contributors.iter().filter(move |contributor| contributor.role == role);
    let contributors = roles.map(|(role, name)| (name, with_role(role).map(|one| agent(&one.person)).collect()));
    let instructors = (&t.instructor_role, resource.instructors.iter().map(agent).collect());
    let detail = |(name, values): (_, Vec<Value>)| Detail { name: t.counted(name, values.len()), values };
    let all = contributors.into_iter().chain([instructors]);
    all.map(detail).filter(|detail| !detail.values.is_empty()).collect()
}

/// Returns the price; of a free course, also that of its optional extras.
fn price(resource: &Resource, t: &Strings) -> Option<String> {
    let price = resource.price.as_ref().map(|money| format!("{} {}", money.amount, money.currency));
    match (resource.is_free, price) {
        (Some(true), Some(price)) => Some(t.free_with_extras.replace("{price}", &price)),
        (Some(true), None) => Some(t.free.clone()),
        (_, price) => price,
    }
}

fn text(text: String) -> Value {
    Value { text, link: None }
}

fn agent(agent: &NameLink) -> Value {
    Value { text: agent.name.clone(), link: Some(Target::Path(agent.path.clone())) }
}

fn feed(url: &ExternalUrl) -> Value {
    Value { text: url.host(), link: Some(Target::Url(url.0.clone())) }
}
