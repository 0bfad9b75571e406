//! The origins of other sites, as browsers send them in the `Origin` header.

use url::{Origin, Url};

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
    /// Returns whether the set contains an origin.
    #[must_use]
    pub fn contains(&self, origin: &Origin) -> bool {
        match self {
            Self::None => false,
            Self::Some(origins) => origins.contains(&origin.ascii_serialization()),
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
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.origin() {
        // Browsers send no asterisk in `Origin`, so such an entry would never match.
        Origin::Tuple(scheme, host, _)
            if is_bare && matches!(scheme.as_str(), "http" | "https") && !host.to_string().contains('*') =>
        {
            Ok(url.origin().ascii_serialization())
        }
        _ => Err(error()),
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
        for wrong in [
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
