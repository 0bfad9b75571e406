//! The types of settings.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use url::Url;

use crate::db::{DatabaseUrl, describe_io_error};
use crate::domain::language;

/// The type of a setting.
pub trait Value: Sized {
    /// Parses a value.
    ///
    /// # Errors
    /// Returns a reason that follows the name of the setting: "invalid address …". It does not repeat a text that may
    /// contain a secret.
    fn parse(text: &str) -> Result<Self, String>;
}

/// Opens a file.
///
/// # Errors
/// Returns the reason, with the path.
pub fn open_file(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|error| unreadable(path, &error))
}

/// Reads a text file.
///
/// # Errors
/// Returns the reason, with the path.
pub fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes).map_err(|_| format!("cannot read {}: it is not UTF-8 text", path.display()))
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {}", path.display(), describe_io_error(error))
}

impl Value for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(format!("invalid value {text:?}: expected true or false")),
        }
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(Self::from(text)) }
    }
}

/// A count of at least 1. Some libraries panic at larger ones.
impl Value for usize {
    fn parse(text: &str) -> Result<Self, String> {
        u32::parse(text).map(|count| Self::try_from(count).unwrap_or(Self::MAX))
    }
}

/// A count of at least 1.
impl Value for u32 {
    fn parse(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        count.ok_or_else(|| format!("invalid number {text:?}: expected 1 to {}", Self::MAX))
    }
}

impl Value for DatabaseUrl {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_str(text)
    }
}

/// The URL of a site: http or https, without a user, a query or a fragment.
impl Value for Url {
    fn parse(text: &str) -> Result<Self, String> {
        let url =
            Self::from_str(text).map_err(|_| "invalid URL: expected one like https://learn.example".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err("must not contain a user, a query or a fragment".to_owned());
        }
        Ok(url)
    }
}

/// A text that is not empty.
pub struct NonEmptyString(pub String);

impl Value for NonEmptyString {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() { Err("must not be empty".to_owned()) } else { Ok(Self(text.trim().to_owned())) }
    }
}

/// A language tag in canonical case.
pub struct LanguageTag(pub String);

impl Value for LanguageTag {
    fn parse(text: &str) -> Result<Self, String> {
        language::parse(text).map(Self).map_err(|error| format!("{error}: {text:?}"))
    }
}
