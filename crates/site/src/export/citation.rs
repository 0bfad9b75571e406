//! Resources as the sources that bibliographies cite.

use serde::Deserialize;

use crate::kind::Kind;
use crate::view::ResourceCard;

/// `fragments/citation.graphql`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    pub code: String,
    pub url: Option<String>,
    institution: Option<Name>,
    #[serde(default)]
    instructors: Vec<Name>,
    pub subtitle: Option<String>,
    pub edition: Option<String>,
    #[serde(rename = "isbn13")]
    pub isbn: Option<String>,
    publisher: Option<Name>,
    #[serde(default)]
    contributors: Vec<Contribution>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contribution {
    role: ContributionRole,
    person: Name,
}

/// The role of a contributor.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContributionRole {
    Author,
    Editor,
    Translator,
    Illustrator,
    Foreword,
    Creator,
    Host,
}

/// A source, with a key that is unique in the catalog and never changes.
pub struct Reference<'a> {
    pub key: String,
    pub kind: Kind,
    /// The title with the subtitle.
    pub title: String,
    pub url: String,
    /// The year, the month and the day, as far as they are known.
    pub date: Vec<u32>,
    resource: &'a ResourceCard,
    citation: &'a Citation,
}

impl<'a> Reference<'a> {
    /// Creates the source of a resource, which can be read at a URL.
    #[must_use]
    pub fn new(resource: &'a ResourceCard, citation: &'a Citation, url: String) -> Self {
        let title = match &citation.subtitle {
            Some(subtitle) => format!("{}: {subtitle}", resource.title),
            None => resource.title.clone(),
        };
        // Codes are unique within a kind.
        let key = format!("{}-{}", resource.kind.segment(), citation.code);
        let date = resource.date().unwrap_or_default();
        let date = date.split('-').map_while(|part| part.parse().ok()).collect();
        Self { key, kind: resource.kind, title, url, date, resource, citation }
    }

    /// Returns the names of the people who made the source.
    #[must_use]
    pub fn authors(&self) -> Vec<&'a str> {
        let instructors = self.citation.instructors.iter().map(|person| person.name.as_str());
        instructors.chain(self.resource.people().map(|person| person.name.as_str())).collect()
    }

    /// Returns the names of the contributors with a role.
    #[must_use]
    pub fn contributors(&self, role: ContributionRole) -> Vec<&'a str> {
        let contributors = self.citation.contributors.iter().filter(|contribution| contribution.role == role);
        contributors.map(|contribution| contribution.person.name.as_str()).collect()
    }

    /// Returns the name of the publisher, or of the provider of a course.
    #[must_use]
    pub fn publisher(&self) -> Option<&'a str> {
        let provider = self.resource.provider.as_ref().map(|provider| provider.name.as_str());
        let institution = self.citation.institution.as_ref().or(self.citation.publisher.as_ref());
        provider.or(institution.map(|institution| institution.name.as_str()))
    }
}
