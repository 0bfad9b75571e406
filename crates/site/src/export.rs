//! Exports: a reading list with its notes in a format for other programs.

mod atom;
mod bibtex;
mod citation;
mod csl_json;
mod csv;
mod markdown;

use async_graphql_value::ConstValue;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Site;
use crate::address::Address;
use crate::kind::Kind;
use crate::page::{Page, PageRequest, Partial, RenderError, Rendered, Resolved, missing, read, redirect};
use crate::view::{NextPage, ResourceCard, Role, list_title};
use citation::{Citation, Reference};

/// A format of reading lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Markdown,
    Csv,
    Bibtex,
    CslJson,
    Atom,
}

impl Format {
    /// All formats, in the order of the links to them.
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Csv, Self::Bibtex, Self::CslJson, Self::Atom];

    /// Returns the name, which is the same in all languages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Csv => "CSV",
            Self::Bibtex => "BibTeX",
            Self::CslJson => "CSL-JSON",
            Self::Atom => "Atom",
        }
    }

    /// Returns the end of the addresses.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Bibtex => "bib",
            Self::CslJson => "json",
            Self::Atom => "atom",
        }
    }

    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json",
            Self::Atom => "application/atom+xml; charset=utf-8",
        }
    }
}

/// What an address asks for: the list of the owner at a path, in a format.
#[derive(Clone, Debug)]
pub struct Export {
    pub path: String,
    pub format: Format,
}

impl Export {
    /// Returns the export of an address: the address of a page and an extension.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        let (path, extension) = address.path.rsplit_once('.')?;
        let format = Format::ALL.into_iter().find(|format| format.extension() == extension)?;
        let (kind, _) = path.strip_prefix('/')?.split_once('/')?;
        let owns_list = Kind::from_segment(kind).is_some_and(Kind::owns_list);
        (owns_list && address.segments().len() <= 3).then(|| Self { path: path.to_owned(), format })
    }

    /// Returns the variables of the document for the entries after a cursor.
    #[must_use]
    pub fn variables(&self, after: Option<&str>) -> Value {
        json!({ "path": self.path, "after": after })
    }
}

/// The owner of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Owner {
    title: String,
    reading_list: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    title: String,
    introduction: Option<String>,
    updated_at: String,
    entries: Entries,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entries {
    page_info: NextPage,
    nodes: Vec<Entry>,
}

/// An entry with all that the formats need.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entry {
    position: usize,
    role: Option<Role>,
    /// Markdown.
    note: Option<String>,
    note_html: Option<String>,
    added_at: String,
    resource: ResourceCard,
    citation: Citation,
}

/// A complete list, and where its links lead.
struct CompleteList<'a> {
    site: &'a Site,
    origin: &'a str,
    /// The canonical path of the owner.
    path: &'a str,
    title: String,
    introduction: Option<&'a str>,
    updated_at: &'a str,
    entries: &'a [Entry],
}

impl CompleteList<'_> {
    /// Returns the absolute URL of a path.
    fn url(&self, path: &str) -> String {
        self.site.settings().absolute_url(path, self.origin)
    }

    /// Returns an entry's resource as the source that a bibliography cites.
    fn reference<'a>(&self, entry: &'a Entry) -> Reference<'a> {
        let url = entry.citation.url.clone().unwrap_or_else(|| self.url(&entry.resource.path));
        Reference::new(&entry.resource, &entry.citation, url)
    }
}

/// Renders an export, or adds the data to that of earlier requests if the list has more entries.
pub fn render(
    site: &Site,
    request: &mut PageRequest,
    export: &Export,
    data: ConstValue,
) -> Result<Rendered, RenderError> {
    let Resolved::<Owner> { resolve, is_gone } = read(data)?;
    let Some(resolution) = resolve else { return Ok(Rendered::Page(missing(site, is_gone))) };
    let (path, format) = (&resolution.canonical_path, export.format);
    if !resolution.is_canonical {
        return Ok(Rendered::Page(redirect(site, &format!("{path}.{}", format.extension()))));
    }
    let Owner { title, reading_list: list } = resolution.target;
    let mut entries = if let Partial::Entries(entries) = request.take_partial() { entries } else { Vec::new() };
    entries.extend(list.entries.nodes);
    if let Some(cursor) = list.entries.page_info.cursor() {
        return Ok(request.continue_with(export.variables(Some(cursor)), Partial::Entries(entries)));
    }
    let list = CompleteList {
        site,
        origin: request.origin(),
        path,
        title: list_title(&title, &list.title).into_owned(),
        introduction: list.introduction.as_deref(),
        updated_at: &list.updated_at,
        entries: &entries,
    };
    let body = match format {
        Format::Markdown => markdown::write(&list),
        Format::Csv => csv::write(&list),
        Format::Bibtex => bibtex::write(&list),
        Format::CslJson => csl_json::write(&list),
        Format::Atom => atom::write(&list)?,
    };
    Ok(Rendered::Page(Page::new(format.content_type(), body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{render, request, site};

    fn entry(position: usize, code: &str, title: &str) -> Value {
        json!({
            "position": position,
            "role": "CORE",
            "note": format!("Note *{position}*.\n\n- more"),
            "noteHtml": format!("<p>Note <em>{position}</em>.</p>\n<ul>\n<li>more</li>\n</ul>\n"),
            "addedAt": format!("2026-01-0{position}T00:00:00Z"),
            "resource": {
                "__typename": "Book",
                "path": format!("/book/{code}/a"),
                "title": title,
                "summary": null,
                "level": null,
                "language": "en",
                "timeRequired": null,
                "imageUrl": null,
                "authors": [{ "name": "Ada Lovelace", "path": "/person/bbbbbb/ada" }],
                "publicationYear": 2011,
                "pageCount": null,
            },
            "citation": {
                "code": code,
                "url": null,
                "subtitle": null,
                "edition": null,
                "isbn13": "9780441172719",
                "publisher": null,
                "contributors": [],
            },
        })
    }

    fn data(is_canonical: bool, entries: &[Value], cursor: Option<&str>) -> Value {
        json!({
            "isGone": false, "resolve": {
                "canonicalPath": "/career/aaaaaa/cook",
                "isCanonical": is_canonical,
                "target": {
                    "title": "Cook",
                    "readingList": {
                        "title": "From egg to menu",
                        "introduction": "Read *both*.",
                        "updatedAt": "2026-01-02T00:00:00Z",
                        "entries": {
                            "pageInfo": { "hasNextPage": cursor.is_some(), "endCursor": cursor },
                            "nodes": entries,
                        },
                    },
                },
            },
        })
    }

    /// Exports a list with two entries.
    fn export(extension: &str) -> String {
        let site = site(Some("https://a.example/learn/"));
        let mut request = request(&site, &format!("/career/aaaaaa/cook.{extension}"), "");
        let entries = [entry(1, "cccccc", "Eggs & \u{b}<Ham>"), entry(2, "dddddd", "=1+1")];
        render(&site, &mut request, data(true, &entries, None)).expect("the list is complete").body
    }

    #[test]
    fn lists_with_more_entries_than_a_page_need_several_requests() {
        let site = site(None);
        let mut request = request(&site, "/career/aaaaaa/cook.md", "");
        let key = request.key.clone();
        assert!(render(&site, &mut request, data(true, &[entry(1, "cccccc", "One")], Some("next"))).is_none());
        assert_eq!(request.variables.get("after").map(ToString::to_string).as_deref(), Some("\"next\""));
        assert_eq!(request.key, key);
        let page = render(&site, &mut request, data(true, &[entry(2, "dddddd", "Two")], None));
        let text = page.expect("the list is complete").body;
        assert!(text.find("1. [One]").is_some_and(|one| text.find("2. [Two]").is_some_and(|two| one < two)), "{text}");
    }

    #[test]
    fn exports_redirect_to_the_canonical_address_with_their_extension() {
        let site = site(None);
        let mut request = request(&site, "/career/aaaaaa/chef.bib", "utm_source=mail");
        let page = render(&site, &mut request, data(false, &[], None)).expect("a redirect needs no entries");
        assert_eq!((page.status, page.location.as_deref()), (301, Some("/career/aaaaaa/cook.bib")));
    }

    #[test]
    fn formats_and_origins_have_keys_of_their_own() {
        let (local, public) = (site(None), site(Some("https://a.example")));
        let key = |site, path| request(site, path, "").key;
        assert_ne!(key(&local, "/career/aaaaaa/cook.md"), key(&local, "/career/aaaaaa/cook.csv"));
        assert_ne!(key(&local, "/feed.atom"), key(&public, "/feed.atom"));
        assert!(key(&local, "/sitemap.xml").contains(crate::testing::ORIGIN));
        assert!(!key(&public, "/sitemap.xml").contains(crate::testing::ORIGIN));
    }

    #[test]
    fn markdown_has_links_facts_and_notes() {
        let text = export("md");
        assert!(text.starts_with("# Cook: From egg to menu\n\n<https://a.example/learn/career/aaaaaa/cook>"), "{text}");
        assert!(text.contains("\n\nRead *both*.\n"), "{text}");
        let second = "\n2. [=1+1](<https://a.example/learn/book/dddddd/a>) (Core)\n\n   Book · Ada Lovelace · 2011\n\n   \
                      Note *2*.\n\n   - more\n";
        assert!(text.contains(second), "{text}");
    }

    #[test]
    fn csv_has_a_row_for_each_entry() {
        let text = export("csv");
        let row = "2,CORE,BOOK,'=1+1,Ada Lovelace,,2011,,en,,9780441172719,,https://a.example/learn/book/dddddd/a,\
                   \"Note *2*.\n\n- more\",2026-01-02T00:00:00Z\r\n";
        assert!(text.starts_with("position,role,") && text.ends_with(row), "{text}");
    }

    #[test]
    fn bibliographies_have_permanent_keys_and_plain_notes() {
        let text = export("bib");
        assert!(text.contains("@book{book-cccccc,\n  author = {Ada Lovelace},\n  title = {{Eggs \\& "), "{text}");
        assert!(text.contains("  annote = {Note 2. more}\n}\n"), "{text}");
        let items: Value = serde_json::from_str(&export("json")).expect("the export is JSON");
        assert_eq!(items[1]["id"], "book-dddddd");
        assert_eq!(items[1]["issued"], json!({ "date-parts": [[2011]] }));
        assert_eq!(items[1]["URL"], "https://a.example/learn/book/dddddd/a");
        assert_eq!(items[1]["note"], "Note 2.\nmore");
    }

    #[test]
    fn feeds_start_with_the_entry_that_was_added_last() {
        let text = export("atom");
        let first = "<entry>\n<id>https://a.example/learn/career/aaaaaa#book-dddddd</id>\n<title>=1+1</title>";
        assert!(text.find("<entry>") == text.find(first), "{text}");
        assert!(text.contains("<title>Eggs &amp; &lt;Ham&gt;</title>"), "{text}");
        assert!(text.contains("<updated>2026-01-02T00:00:00Z</updated>\n<entry>"), "{text}");
        assert!(text.contains("&lt;p&gt;Note &lt;em&gt;1&lt;/em&gt;.&lt;/p&gt;"), "{text}");
    }

    #[test]
    fn owners_of_lists_have_exports() {
        for (path, expected) in [
            ("/career/ci4tzd/cook.md", Some(("/career/ci4tzd/cook", Format::Markdown))),
            ("/topic/ci4tzd.atom", Some(("/topic/ci4tzd", Format::Atom))),
            ("/course/cooking.json", Some(("/course/cooking", Format::CslJson))),
            ("/book/ci4tzd/cook.md", None),
            ("/career/ci4tzd/cook.pdf", None),
            ("/career/ci4tzd/cook", None),
            ("/career/ci4tzd/cook/path.md", None),
            ("/career.md", None),
        ] {
            let export = Export::of(&Address::parse(path, ""));
            assert_eq!(export.as_ref().map(|export| (export.path.as_str(), export.format)), expected, "{path}");
        }
    }
}
