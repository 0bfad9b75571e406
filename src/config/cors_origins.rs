//! The origins of other sites, as browsers send them in the `Origin` header.

use url::Url;

use super::Value;

/// A set of origins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CorsOrigins {
    #[default]
    None,
    /// These origins, as browsers send them: `https://learn.example`.
    Some(Vec<String>),
    All,
}

impl CorsOrigins {
    /// Returns whether the set contains the origin of a URL.
    #[must_use]
    pub fn contains(&self, url: &Url) -> bool {
        match self {
            Self::None => false,
            Self::Some(origins) => serialized(url).is_some_and(|origin| origins.contains(&origin)),
            Self::All => true,
        }
    }
}

impl Value for CorsOrigins {
    fn parse(text: &str) -> Result<Self, String> {
        let origins: Vec<&str> = text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).collect();
        match origins[..] {
            [] => Ok(Self::None),
            ["*"] => Ok(Self::All),
            _ => origins.into_iter().map(origin).collect::<Result<_, _>>().map(Self::Some),
        }
    }
}

fn origin(text: &str) -> Result<String, String> {
    let error =
        || format!("invalid origin {text:?}: expected one like https://learn.example without wildcards, or only *");
    let url = Url::parse(text).map_err(|_| error())?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    // Browsers send no asterisk in `Origin`, so such an entry would never match.
    serialized(&url).filter(|origin| is_bare && !origin.contains('*')).ok_or_else(error)
}

/// Returns the origin of a URL, as browsers send it; `None` if pages with this URL have no origin. The URLs of pages in
/// apps and extensions have schemes of their own: `capacitor://localhost`.
fn serialized(url: &Url) -> Option<String> {
    match (url.scheme(), url.host_str()?) {
        ("http" | "https", _) => Some(url.origin().ascii_serialization()),
        ("file" | "ftp" | "ws" | "wss", _) | (_, "") => None,
        (scheme, host) => {
            Some(url.port().map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalized() {
        assert_eq!(CorsOrigins::parse(""), Ok(CorsOrigins::None));
        assert_eq!(CorsOrigins::parse("*"), Ok(CorsOrigins::All));
        let two = vec!["https://learn.example".to_owned(), "http://localhost:3000".to_owned()];
        assert_eq!(CorsOrigins::parse("https://Learn.example/, http://localhost:3000"), Ok(CorsOrigins::Some(two)));
        let apps = ["capacitor://localhost", "tauri://localhost:1420", "chrome-extension://abcdef"];
        let text = format!("{}/", apps.join(", "));
        assert_eq!(CorsOrigins::parse(&text), Ok(CorsOrigins::Some(apps.map(str::to_owned).to_vec())));
        for wrong in [
            "file:///",
            "data:text/html,a",
            "capacitor://",
            "capacitor://localhost/a",
            "*, https://a.example",
            "https://*",
            "https://*.a.example",
            "learn.example",
            "https://a.example/path",
            "ftp://a.example",
            "null",
        ] {
            assert!(CorsOrigins::parse(wrong).is_err(), "{wrong}");
        }
    }
}
