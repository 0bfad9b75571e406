//! How the text of a setting becomes a value.

use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use crate::db::DatabaseUrl;

/// A type that a setting can have.
pub trait Value: Sized {
    /// # Errors
    /// What is wrong, to be read after the name of the setting: "is no address: …". Where the text may hold a secret,
    /// it is not repeated.
    fn parse(text: &str) -> Result<Self, String>;
}

impl Value for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(format!("is neither true nor false: {text:?}")),
        }
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("is empty".to_owned()) } else { Ok(Self::from(text)) }
    }
}

/// A count, which is never none.
impl Value for usize {
    fn parse(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        count.ok_or_else(|| format!("is no number from 1 on: {text:?}"))
    }
}

/// The same, of what is no number of things in memory.
impl Value for u32 {
    fn parse(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        count.ok_or_else(|| format!("is no number from 1 to {}: {text:?}", Self::MAX))
    }
}

impl Value for DatabaseUrl {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_str(text)
    }
}

/// Of a site: http or https, without a password, a query or a fragment.
impl Value for Url {
    fn parse(text: &str) -> Result<Self, String> {
        let url = Self::from_str(text).map_err(|_| "is no URL (expected one like https://learn.example)".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err("takes no user, query or fragment".to_owned());
        }
        Ok(url)
    }
}

/// A text that is not empty.
pub struct NonEmptyString(pub String);

impl Value for NonEmptyString {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(Self(text.trim().to_owned())) }
    }
}
