//! Routes: which page an address asks for, its document and its variables.

use serde_json::{Value, json};

use super::agent;
use super::learning_path::Reader;
use super::list::List;
use super::search::Search;
use super::suggest;
use crate::Site;
use crate::address::{Address, with_parameters};
use crate::export::Export;
use crate::kind::Kind;
use crate::oembed;
use crate::query::{self, Source};
use crate::sitemap;

/// The page that an address asks for.
#[derive(Clone, Debug)]
pub enum Route {
    /// The home page.
    Home,
    /// A list of the objects of a kind.
    List(List),
    /// An object of the catalog.
    Item {
        kind: Kind,
        path: String,
    },
    /// A later page of the reading list of an object.
    MoreEntries {
        kind: Kind,
        path: String,
        after: String,
    },
    /// A later page of the reading lists that recommend a resource.
    MoreRecommendations {
        kind: Kind,
        path: String,
        after: String,
    },
    /// A later page of the works of a kind.
    MoreWorks {
        kind: Kind,
        path: String,
        work_kind: Kind,
        after: String,
    },
    /// The learning path of the object at a path, for a reader.
    LearningPath {
        path: String,
        reader: Reader,
    },
    Search(Search),
    /// Completions of a text.
    Suggest(String),
    Export(Export),
    Feed,
    SitemapIndex,
    Sitemap(sitemap::Part),
    OEmbed(oembed::Embed),
}

impl Route {
    /// Returns the page of an address; `None` if there is none.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        match address.segments()[..] {
            [] => Some(Self::Home),
            ["search"] => Some(Self::Search(Search::of(address))),
            ["suggest"] => Some(Self::Suggest(address.parameter("q").unwrap_or_default().to_owned())),
            [plural] => Kind::from_plural(plural).map(|kind| Self::List(List::of(kind, address))),
            // With three segments, `path` is the slug of an object.
            [kind, _, _, "path"] if Kind::from_segment(kind).is_some_and(Kind::owns_list) => {
                let path = address.path.trim_end_matches('/').rsplit_once('/')?.0.to_owned();
                Some(Self::LearningPath { path, reader: Reader::of(address) })
            }
            // As the API does, accepts any segments after the code; they redirect to the canonical path.
            [kind, ..] => Kind::from_segment(kind).map(|kind| Self::object(kind, address)),
        }
    }

    /// Returns the page of an object, or a later page of one of its lists.
    fn object(kind: Kind, address: &Address) -> Self {
        let path = address.path.clone();
        let after = |name| address.parameter(name).map(str::to_owned);
        let work_kind = || address.parameter("kind").and_then(Kind::from_segment).filter(|kind| kind.is_resource());
        match (after("after"), after("recommended-after")) {
            (_, Some(after)) if kind.is_resource() => Self::MoreRecommendations { kind, path, after },
            (Some(after), _) if kind.owns_list() => Self::MoreEntries { kind, path, after },
            (Some(after), _) if matches!(kind, Kind::Person | Kind::Organization) => match work_kind() {
                Some(work_kind) => Self::MoreWorks { kind, path, work_kind, after },
                None => Self::Item { kind, path },
            },
            _ => Self::Item { kind, path },
        }
    }

    /// Returns the address of the same page of an object whose canonical path is `path`: with the parameters of the
    /// page, and without all others.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        match self {
            Self::MoreEntries { after, .. } => with_parameters(path, [("after", after.as_str())]),
            Self::MoreRecommendations { after, .. } => with_parameters(path, [("recommended-after", after.as_str())]),
            Self::MoreWorks { work_kind, after, .. } => agent::more(path, *work_kind, after),
            Self::LearningPath { reader, .. } => reader.address(&format!("{path}/path")),
            _ => path.to_owned(),
        }
    }

    /// Returns the document and its variables.
    pub fn query(&self) -> (&'static Source, Value) {
        match self {
            Self::Home => (&query::HOME, json!({})),
            Self::List(list) => (list.source(), list.variables()),
            Self::Item { kind, path } => {
                let source = match kind {
                    Kind::Career => &query::CAREER,
                    Kind::Topic => &query::TOPIC,
                    Kind::Person | Kind::Organization => &query::AGENT,
                    Kind::Course => &query::COURSE,
                    _ => &query::RESOURCE,
                };
                (source, json!({ "path": path }))
            }
            Self::MoreEntries { path, after, .. } => (&query::MORE_ENTRIES, json!({ "path": path, "after": after })),
            Self::MoreRecommendations { path, after, .. } => {
                (&query::MORE_RECOMMENDATIONS, json!({ "path": path, "after": after }))
            }
            Self::MoreWorks { path, work_kind, after, .. } => {
                (&query::MORE_WORKS, json!({ "path": path, "kind": work_kind.constant(), "after": after }))
            }
            Self::LearningPath { path, reader } => (&query::LEARNING_PATH, reader.variables(path)),
            Self::Search(search) => (&query::SEARCH, search.variables()),
            Self::Suggest(text) => (&query::SUGGEST, json!({ "prefix": suggest::prefix(text) })),
            Self::Export(export) => (&query::READING_LIST_EXPORT, export.variables(None)),
            Self::Feed => (&query::FEED, json!({})),
            Self::SitemapIndex => (&query::SITEMAP_INDEX, sitemap::Index::default().variables()),
            Self::Sitemap(part) => (&query::SITEMAP, part.variables(None)),
            Self::OEmbed(embed) => (&query::OEMBED, json!({ "path": embed.path })),
        }
    }

    /// Returns the kind of the objects that the page lists, if several kinds have its document in common.
    pub fn kind_of_list(&self) -> Option<Kind> {
        match self {
            Self::List(list) => Some(list.kind).filter(|kind| kind.is_resource()),
            Self::Sitemap(part) => Some(part.kind),
            _ => None,
        }
    }

    /// Returns what distinguishes responses with the same document and variables: the format, and the base of absolute
    /// URLs.
    pub fn variant(&self, site: &Site, origin: &str) -> String {
        let format = match self {
            Self::Export(export) => export.format.extension().to_owned(),
            Self::OEmbed(embed) => embed.variant(),
            Self::Feed | Self::SitemapIndex | Self::Sitemap(_) | Self::Suggest(_) => String::new(),
            _ => return String::new(),
        };
        format + " " + &site.settings.absolute_url("/", origin)
    }

    /// Returns whether the page is for one reader.
    pub fn is_personal(&self) -> bool {
        matches!(self, Self::LearningPath { reader, .. } if reader.is_somebody())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str, query: &str) -> Option<&'static str> {
        let route = Route::of(&Address::parse(path, query))?;
        Some(route.query().0.document(None).name)
    }

    #[test]
    fn addresses_have_pages() {
        for (path, query, expected) in [
            ("/", "", Some("HomePage")),
            ("/books/", "", Some("ResourceListPage")),
            ("/topic/abc123", "after=x", Some("MoreEntriesPage")),
            ("/course/abc123/a", "after=x", Some("MoreEntriesPage")),
            ("/course/abc123/a", "recommended-after=x", Some("MoreRecommendationsPage")),
            ("/book/abc123/a", "after=x", Some("ResourcePage")),
            ("/person/abc123/a", "after=x", Some("AgentPage")),
            ("/person/abc123/a", "after=x&kind=topic", Some("AgentPage")),
            ("/person/abc123/a", "after=x&kind=book", Some("MoreWorksPage")),
            ("/nothing", "", None),
            ("/nothing/abc123/a", "", None),
        ] {
            assert_eq!(name(path, query), expected, "{path}?{query}");
        }
    }

    fn route(path: &str) -> Option<Route> {
        Route::of(&Address::parse(path, ""))
    }

    #[test]
    fn the_address_at_another_path_has_the_parameters_of_the_page_only() {
        for (path, query, address) in [
            ("/career/aaaaaa/chef", "utm_source=mail&x=", "/career/aaaaaa/cook"),
            ("/career/aaaaaa/chef", "after=a%2Bb&utm_source=mail", "/career/aaaaaa/cook?after=a%2Bb"),
            ("/career/aaaaaa/a/b", "after=x", "/career/aaaaaa/cook?after=x"),
            ("/topic/chef", "after=x&recommended-after=y", "/topic/aaaaaa/cook?after=x"),
            ("/course/aaaaaa", "after=x&recommended-after=y", "/course/aaaaaa/cook?recommended-after=y"),
            // A book has no reading list.
            ("/book/aaaaaa/chef", "after=x", "/book/aaaaaa/cook"),
            ("/person/aaaaaa/chef", "after=x&kind=book", "/person/aaaaaa/cook?kind=book&after=x"),
            ("/person/aaaaaa/chef", "kind=book", "/person/aaaaaa/cook"),
            ("/career/aaaaaa/chef/path", "utm_source=mail", "/career/aaaaaa/cook/path"),
            (
                "/career/aaaaaa/chef/path",
                "known=book_bbbbbb&hours=5&known=nonsense",
                "/career/aaaaaa/cook/path?hours=5&known=book_bbbbbb",
            ),
        ] {
            let route = Route::of(&Address::parse(path, query)).expect("the address has a page");
            let canonical = format!("/{}/aaaaaa/cook", path.split('/').nth(1).expect("the path has a kind"));
            assert_eq!(route.address(&canonical), address, "{path}?{query}");
        }
    }

    #[test]
    fn learning_paths_are_below_owners_of_reading_lists() {
        for path in ["/career/ci4tzd/cook/path", "/topic/ci4tzd/cook/path/", "/course/ci4tzd/cook/path"] {
            let Some(Route::LearningPath { path: owner, .. }) = route(path) else { panic!("{path}") };
            assert!(owner.ends_with("/ci4tzd/cook"), "{owner}");
        }
        assert!(matches!(route("/book/ci4tzd/soups/path"), Some(Route::Item { kind: Kind::Book, .. })));
    }

    #[test]
    fn extra_segments_lead_to_the_object() {
        for path in ["/career/ci4tzd/a/b", "/book/ci4tzd/a/b/c", "/topic/ci4tzd/a/b/path", "/person/ci4tzd/a//"] {
            let Some(Route::Item { path: requested, .. }) = route(path) else { panic!("{path}") };
            assert_eq!(requested, path, "the API resolves it");
        }
        assert!(route("/nothing/ci4tzd/a/b").is_none());
    }

    #[test]
    fn objects_can_have_the_slug_path() {
        for path in ["/career/ci4tzd/path", "/topic/path", "/career/path/"] {
            assert!(matches!(route(path), Some(Route::Item { .. })), "{path}");
        }
    }
}
