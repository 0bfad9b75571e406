//! The GraphQL documents of the pages. A document ends with the fragments that it spreads.

use crate::kind::Kind;

/// A GraphQL document with one query.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name of its query.
    pub name: &'static str,
    pub text: String,
}

macro_rules! documents {
    ($($constant:ident = $name:literal $file:literal + [$($fragment:literal),*];)+) => {
        $(pub const $constant: Source = Source {
            name: $name,
            text: concat!(
                include_str!(concat!("../queries/", $file, ".graphql")),
                $(include_str!(concat!("../queries/fragments/", $fragment, ".graphql"))),*
            ),
        };)+

        /// All documents.
        const ALL: &[&Source] = &[$(&$constant),+];
    };
}

/// A document as it is in the files.
pub struct Source {
    name: &'static str,
    text: &'static str,
}

documents! {
    READING_LIST_EXPORT = "ReadingListExport" "reading_list_export" + ["resource_card", "citation"];
    FEED = "Feed" "feed" + ["feed_item"];
    SITEMAP_INDEX = "SitemapIndex" "sitemap_index" + [];
    SITEMAP = "Sitemap" "sitemap" + [];
    OEMBED = "OEmbed" "oembed" + [];
    CAREER = "CareerPage" "career" + ["reading_list", "resource_card"];
    LEARNING_PATH = "LearningPathPage" "learning_path" + ["resource_card"];
    SEARCH = "SearchPage" "search" + ["resource_card"];
    SUGGEST = "Suggestions" "suggest" + [];
    HOME = "HomePage" "home" + [];
    TOPIC = "TopicPage" "topic" + ["reading_list", "resource_card"];
    RESOURCE = "ResourcePage" "resource" + ["resource", "recommendations"];
    COURSE = "CoursePage" "course" + ["resource", "recommendations", "reading_list", "resource_card"];
    AGENT = "AgentPage" "agent" + ["works", "resource_card"];
    MORE_ENTRIES = "MoreEntriesPage" "more_entries" + ["reading_list", "resource_card"];
    MORE_RECOMMENDATIONS = "MoreRecommendationsPage" "more_recommendations" + ["recommendations"];
    MORE_WORKS = "MoreWorksPage" "more_works" + ["works", "resource_card"];
    CAREERS = "CareerListPage" "careers" + ["page_info"];
    TOPICS = "TopicListPage" "topics" + ["page_info"];
    RESOURCES = "ResourceListPage" "resources" + ["resource_card", "page_info"];
    PEOPLE = "PersonListPage" "people" + ["page_info"];
    ORGANIZATIONS = "OrganizationListPage" "organizations" + ["page_info"];
}

impl Source {
    /// Returns the document for a schema in which `Person` and `Organization` have this prefix.
    #[must_use]
    pub fn document(&self, type_prefix: Option<&str>) -> Document {
        let text = match type_prefix {
            Some(prefix) => ["Person", "Organization"].iter().fold(self.text.to_owned(), |text, name| {
                text.replace(&format!(" on {name} "), &format!(" on {prefix}{name} "))
            }),
            None => self.text.to_owned(),
        };
        Document { name: self.name, text }
    }

    /// Returns the document for the list of a kind. The document in the file is that for books.
    #[must_use]
    pub fn document_of(&self, kind: Kind, type_prefix: Option<&str>) -> Document {
        let Document { name, text } = self.document(type_prefix);
        let text = text.replace("books(", &format!("{}(", kind.plural()));
        let text = ["Where", "Order"]
            .iter()
            .fold(text, |text, input| text.replace(&format!("Book{input}"), &format!("{kind:?}{input}")));
        Document { name, text }
    }
}

impl Document {
    /// Returns all documents.
    #[must_use]
    pub fn all(type_prefix: Option<&str>) -> Vec<Self> {
        let lists = Kind::RESOURCES.map(|kind| RESOURCES.document_of(kind, type_prefix));
        let sitemaps = Kind::ALL.map(|kind| SITEMAP.document_of(kind, type_prefix));
        let others = ALL.iter().map(|source| source.document(type_prefix));
        others.chain(lists).chain(sitemaps).collect()
    }
}
