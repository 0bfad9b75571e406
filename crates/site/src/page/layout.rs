//! The parts that all pages have.

#![expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "templates pass fields by reference")]

use std::cell::Cell;

use crate::Site;
use crate::address::with_parameters;
use crate::external::ExternalUrl;
use crate::format::{self, Duration};
use crate::html;
use crate::kind::Kind;
use crate::strings::{Plural, Strings};
use crate::view::{ResourceCard, Role};

/// The head and the frame of a page.
pub struct Layout<'a> {
    pub site: &'a Site,
    /// The title of the page, without that of the site.
    pub title: &'a str,
    /// One or two sentences for search engines and link previews.
    pub description: Option<&'a str>,
    /// The canonical path; `None` if search engines should ignore the page.
    pub path: Option<&'a str>,
    /// Whether search engines should ignore the page although it has a canonical path: a variant for one reader, or a
    /// page without content.
    pub is_unindexed: bool,
    /// The URL of the item's image, for link previews.
    pub image: Option<&'a str>,
    /// A JSON-LD document.
    pub json_ld: Option<String>,
    /// The section of the navigation.
    pub section: Option<Kind>,
    /// The query in the search box.
    pub query: &'a str,
    /// The number of texts with markup so far, which have ids of their own.
    pub parts: Cell<usize>,
}

/// A section of the navigation.
pub struct Section {
    pub href: String,
    pub title: String,
    pub is_current: bool,
}

/// A text that links to an address.
pub struct Link {
    pub text: String,
    pub href: String,
}

impl<'a> Layout<'a> {
    /// Creates the layout of a page that is not indexed and has nothing but a title.
    #[must_use]
    pub fn new(site: &'a Site, title: &'a str) -> Self {
        Self {
            site,
            title,
            description: None,
            path: None,
            is_unindexed: false,
            image: None,
            json_ld: None,
            section: None,
            query: "",
            parts: Cell::new(0),
        }
    }

    /// Returns the strings.
    #[must_use]
    pub fn t(&self) -> &'a Strings {
        self.site.strings()
    }

    /// Returns the title for the browser's tab.
    #[must_use]
    pub fn full_title(&self) -> String {
        let site = &self.site.settings.title;
        if self.title.is_empty() || self.title == site { site.clone() } else { format!("{} · {site}", self.title) }
    }

    /// Returns the address of a path of the catalog on this site.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        self.site.settings.href(path)
    }

    /// Returns the absolute URL of a path if the public URL is known, or else its address.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.site.settings.url(path)
    }

    /// Returns the absolute URL of the oEmbed document of the page at a path.
    #[must_use]
    pub fn oembed_url(&self, path: &str, format: &str) -> String {
        self.url(&with_parameters("/oembed", [("url", self.url(path).as_str()), ("format", format)]))
    }

    /// Returns the address of the list of a kind, by its name in the plural.
    #[must_use]
    pub fn list_of(&self, plural: &str) -> String {
        self.href(&format!("/{plural}"))
    }

    /// Returns the address of the page of a long list after a cursor.
    #[must_use]
    pub fn more(&self, path: &str, parameter: &str, cursor: &str) -> String {
        self.href(&with_parameters(path, [(parameter, cursor)]))
    }

    /// Returns the text of a link to a whole list: `All 97 books`.
    #[must_use]
    pub fn all_of(&self, kind: Kind, count: usize) -> String {
        self.t().all.replace("{count}", &self.t().count_of(kind, count))
    }

    /// Returns the text of a link to more objects of a kind: `Books: next page`.
    #[must_use]
    pub fn more_of(&self, plural: &str) -> String {
        self.t().more_of.replace("{kind}", plural)
    }

    /// Returns the label of a link that removes a filter.
    #[must_use]
    pub fn remove_filter(&self, name: &str) -> String {
        self.t().remove_filter.replace("{name}", name)
    }

    /// Returns a link to another site, with its host as the text: `Open at example.org`.
    #[must_use]
    pub fn open_at(&self, url: &ExternalUrl) -> Link {
        Link { text: self.t().open_at.replace("{host}", &url.host()), href: url.0.clone() }
    }

    /// Returns the aliases of an item.
    #[must_use]
    pub fn also_called(&self, aliases: &[String]) -> String {
        self.t().also_called.replace("{names}", &aliases.join(", "))
    }

    /// Returns the sections of the navigation.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let section = |kind: Kind| Section {
            href: self.list_of(kind.plural()),
            title: self.t().plural_name(&kind).to_owned(),
            is_current: self.section == Some(kind),
        };
        Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Person | Kind::Organization)).map(section).collect()
    }

    /// Returns HTML of the API in the form that the content-security policy allows.
    #[must_use]
    pub fn html(&self, html: &str) -> String {
        html::adapt(html, |source| self.site.settings.allows_image(source))
    }

    /// Returns a note or another text of the API that is one of several on the page.
    #[must_use]
    pub fn part(&self, html: &str) -> String {
        self.parts.set(self.parts.get() + 1);
        html::adapt_part(html, self.parts.get(), |source| self.site.settings.allows_image(source))
    }

    /// Returns an image's address if the content-security policy allows it.
    #[must_use]
    pub fn allowed_image<'b>(&self, image: &'b Option<String>) -> Option<&'b str> {
        image.as_deref().filter(|image| self.site.settings.allows_image(image))
    }

    #[must_use]
    pub fn date(&self, time: &str) -> String {
        format::date(time, self.t())
    }

    /// Returns the value of the attribute `datetime`.
    #[must_use]
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub fn datetime(&self, time: &str) -> String {
        format::datetime(time)
    }

    #[must_use]
    pub fn duration(&self, duration: &Duration) -> String {
        duration.text(self.t())
    }

    /// Returns a text with a count.
    #[must_use]
    pub fn counted(&self, plural: &Plural, count: &usize) -> String {
        self.t().counted(plural, *count)
    }

    /// Returns the reading time of an article.
    #[must_use]
    pub fn minutes_to_read(&self, minutes: &usize) -> String {
        self.t().reading_time.replace("{n}", &self.t().number(*minutes))
    }

    /// Returns the total time of a list, in which some resources may have no known time.
    #[must_use]
    pub fn total_time(&self, total: &Duration, unknown: &usize) -> String {
        let text = if *unknown == 0 { &self.t().total_time } else { &self.t().total_time_at_least };
        text.replace("{duration}", &self.duration(total))
    }

    #[must_use]
    pub fn role(&self, role: &Role) -> &'a str {
        match role {
            Role::Introductory => &self.t().role_introductory,
            Role::Core => &self.t().role_core,
            Role::Reference => &self.t().role_reference,
            Role::Advanced => &self.t().role_advanced,
        }
    }

    /// Returns whether a row of a resource has makers or facts to show.
    #[must_use]
    pub fn has_facts(&self, resource: &ResourceCard) -> bool {
        resource.provider.is_some() || resource.people().next().is_some() || !self.facts(resource).is_empty()
    }

    /// Returns the facts of a resource for its row, the most important first.
    #[must_use]
    pub fn facts(&self, resource: &ResourceCard) -> Vec<String> {
        let t = self.t();
        let free = resource.is_free.filter(|is_free| *is_free).map(|_| t.free.clone());
        let pages = resource.page_count.map(|count| t.counted(&t.pages, count));
        let episodes = resource.episode_count.map(|count| t.counted(&t.episodes, count));
        let time = resource.time_required.map(|duration| self.duration(&duration));
        let level = resource.level.map(|level| t.level_name(level).to_owned());
        let language = resource.language.as_deref().filter(|tag| !is_same_language(tag, &self.site.settings.language));
        let language = language.map(|language| t.language_name(language));
        [resource.year(t), pages, episodes, time, level, free, language].into_iter().flatten().collect()
    }
}

/// Returns whether two language tags have the same language, perhaps of different regions.
fn is_same_language(one: &str, other: &str) -> bool {
    one.split('-').next() == other.split('-').next()
}
