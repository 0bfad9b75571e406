//! The settings of the public site.

use std::path::Path;

use site::Strings;
use url::{Host, Url};

use super::value::{LanguageTag, NonEmptyString, read_text};
use super::{Section, Setting, SettingsReader, Value};

const ENABLED: Setting = Setting {
    name: "site.enabled",
    placeholder: None,
    default: Some("true"),
    help: "Serve the public site; if false, / redirects to the explorer, and public-url is the URL of a web app of your own",
};

const TITLE: Setting =
    Setting { name: "site.title", placeholder: Some("TEXT"), default: Some("Syllabus"), help: "Title of the site" };

const TAGLINE: Setting = Setting {
    name: "site.tagline",
    placeholder: Some("TEXT"),
    default: None,
    help: "Sentence about the catalog, shown on the home page and in link previews",
};

const LOGO: Setting = Setting {
    name: "site.logo",
    placeholder: Some("URL"),
    default: None,
    help: "Path or URL of the logo; the host of a URL must be in site.image-hosts",
};

const IMAGE: Setting = Setting {
    name: "site.image",
    placeholder: Some("URL"),
    default: None,
    help: "Path or URL of the image in link previews, 1200 × 630 pixels; a path needs public-url",
};

const STYLESHEET: Setting = Setting {
    name: "site.stylesheet",
    placeholder: Some("PATH"),
    default: None,
    help: "Stylesheet that is loaded after the built-in one",
};

const FOOTER: Setting =
    Setting { name: "site.footer", placeholder: Some("TEXT"), default: None, help: "Text at the end of every page" };

const LANGUAGE: Setting = Setting {
    name: "site.language",
    placeholder: Some("TAG"),
    default: Some("en"),
    help: "Language of the site's own texts; other languages than en need site.strings",
};

const STRINGS: Setting = Setting {
    name: "site.strings",
    placeholder: Some("PATH"),
    default: None,
    help: "TOML file with texts that replace the built-in ones",
};

const IMAGE_HOSTS: Setting = Setting {
    name: "site.image-hosts",
    placeholder: Some("HOSTS"),
    default: Some(""),
    help: "Hosts whose images the pages show, separated by commas: images.example; images from other hosts become links",
};

/// The settings of the public site.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    pub is_enabled: bool,
    pub title: String,
    pub tagline: Option<String>,
    pub logo: Option<String>,
    /// The image in link previews, unless an item has its own.
    pub image: Option<String>,
    /// The content of the operator's stylesheet.
    pub stylesheet: Option<String>,
    pub footer: Option<String>,
    /// A language tag.
    pub language: String,
    pub strings: Strings,
    pub image_hosts: Vec<String>,
}

impl Section for SiteSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&ENABLED, &TITLE, &TAGLINE, &LOGO, &IMAGE, &STYLESHEET, &FOOTER, &LANGUAGE, &STRINGS, &IMAGE_HOSTS]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let text = |text: NonEmptyString| text.0;
        let content = |FileContent(content): FileContent| content;
        let LanguageTag(language) = reader.get(&LANGUAGE);
        let strings = strings(reader, &language);
        let Hosts(image_hosts) = reader.get(&IMAGE_HOSTS);
        let logo = reader.optional(&LOGO).map(text);
        if let Some(Err(reason)) = logo.as_deref().map(|logo| check_logo(logo, &image_hosts)) {
            reader.reject(&LOGO, reason);
        }
        let image = reader.optional(&IMAGE).map(text);
        // Other sites show the image, so the content-security policy does not matter.
        if let Some(Err(reason)) = image.as_deref().map(host_of) {
            reader.reject(&IMAGE, reason);
        }
        Self {
            is_enabled: reader.get(&ENABLED),
            title: text(reader.get(&TITLE)),
            tagline: reader.optional(&TAGLINE).map(text),
            logo,
            image,
            stylesheet: reader.optional(&STYLESHEET).map(content),
            footer: reader.optional(&FOOTER).map(text),
            language,
            strings,
            image_hosts,
        }
    }
}

/// Reads the texts in the language of the site.
fn strings(reader: &mut SettingsReader<'_>, language: &str) -> Strings {
    let overrides = reader.optional(&STRINGS).map(|FileContent(content)| content);
    Strings::new(language, overrides.as_deref()).unwrap_or_else(|error| {
        reader.reject(if overrides.is_some() { &STRINGS } else { &LANGUAGE }, error.0);
        Strings::built_in()
    })
}

/// Checks that the content-security policy allows the logo.
fn check_logo(logo: &str, image_hosts: &[String]) -> Result<(), String> {
    match host_of(logo)? {
        Some(host) if !image_hosts.contains(&host) => {
            Err(format!("the pages show no images from {host}: add it to site.image-hosts"))
        }
        _ => Ok(()),
    }
}

/// Returns the host of an image with an https URL; `None` for a path.
fn host_of(image: &str) -> Result<Option<String>, String> {
    let is_path = image.starts_with('/') && !image.starts_with("//");
    let url = Url::parse(image).ok().filter(|url| url.scheme() == "https");
    match url.as_ref().and_then(Url::host_str) {
        Some(host) => Ok(Some(host.to_owned())),
        None if is_path => Ok(None),
        None => Err(format!("invalid value {image:?}: expected a path such as /image.png or an https URL")),
    }
}

/// Host names.
struct Hosts(Vec<String>);

impl Value for Hosts {
    fn parse(text: &str) -> Result<Self, String> {
        let hosts = text.split(',').map(str::trim).filter(|host| !host.is_empty());
        let checked = hosts.map(|host| match Host::parse(host) {
            Ok(Host::Domain(domain)) if is_name(&domain) => Ok(domain),
            _ => Err(format!("invalid host {host:?}: expected a name such as images.example")),
        });
        checked.collect::<Result<_, _>>().map(Self)
    }
}

/// Returns whether a domain has only the characters of host names. Others would have a meaning of their own in the
/// content-security policy.
fn is_name(domain: &str) -> bool {
    domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// The content of a text file, whose path is the value.
struct FileContent(String);

impl Value for FileContent {
    fn parse(text: &str) -> Result<Self, String> {
        read_text(Path::new(text)).map(Self)
    }
}
