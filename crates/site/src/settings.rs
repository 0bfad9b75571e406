//! The settings of the site.

use url::Url;

use crate::strings::Strings;

/// The settings of a site.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The title of the catalog.
    pub title: String,
    /// One sentence on the catalog, on the home page and in descriptions.
    pub tagline: Option<String>,
    /// The URL or the path of the logo.
    pub logo: Option<String>,
    /// The URL of the image for link previews, or its path on the host of the public URL.
    pub image: Option<String>,
    /// A stylesheet of the operator's own, which is loaded after the built-in one.
    pub stylesheet: Option<String>,
    /// The text at the end of every page, as plain text.
    pub footer: Option<String>,
    /// The language tag of the strings.
    pub language: String,
    pub strings: Strings,
    /// The public URL of the site, if it is known.
    pub public_url: Option<Url>,
    /// The hosts that images can come from.
    pub image_hosts: Vec<String>,
    /// The prefix of the type names `Person` and `Organization` in the schema.
    pub type_prefix: Option<String>,
}

impl Settings {
    /// Returns the sentence on the catalog.
    #[must_use]
    pub fn tagline(&self) -> &str {
        self.tagline.as_deref().unwrap_or(&self.strings.tagline)
    }

    /// Returns the address of a path of the catalog on the site: `/learn/career/ci4tzd/cook`.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let base = self.public_url.as_ref().map_or("", |url| url.path().trim_end_matches('/'));
        format!("{base}{path}")
    }

    /// Returns the absolute URL of a path if the public URL is known, or else its address.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        match &self.public_url {
            Some(url) => format!("{}{path}", url.as_str().trim_end_matches('/')),
            None => path.to_owned(),
        }
    }

    /// Returns the absolute URL of a path. `origin` is that of the request, for a site without a public URL.
    #[must_use]
    pub fn absolute_url(&self, path: &str, origin: &str) -> String {
        if self.public_url.is_some() { self.url(path) } else { format!("{origin}{path}") }
    }

    /// Returns whether pages can show an image: it comes from the site itself, or from one of the hosts.
    #[must_use]
    pub fn allows_image(&self, source: &str) -> bool {
        match Url::parse(source) {
            Ok(url) => {
                url.scheme() == "https"
                    && url.host_str().is_some_and(|host| self.image_hosts.iter().any(|other| other == host))
            }
            // Browsers treat backslashes as slashes.
            Err(_) => !source.replace('\\', "/").starts_with("//"),
        }
    }

    /// Returns the `Content-Security-Policy` of the pages.
    #[must_use]
    pub fn security_policy(&self) -> String {
        let images: String = self.image_hosts.iter().map(|host| format!(" https://{host}")).collect();
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{images}; font-src 'self'; \
             connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'self'"
        )
    }
}
