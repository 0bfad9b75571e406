//! Addresses: a path and a query string.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

/// All bytes that a value in a query string cannot contain as they are.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address of a request.
#[derive(Clone, Debug)]
pub struct Address {
    /// The path as requested, percent-encoded.
    pub path: String,
    /// The segments of the path, decoded, without a trailing empty one.
    segments: Vec<String>,
    /// The parameters, decoded, without the empty ones.
    parameters: Vec<(String, String)>,
}

impl Address {
    /// Parses a path and a query string.
    #[must_use]
    pub fn parse(path: &str, query: &str) -> Self {
        let mut segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        while segments.last().is_some_and(String::is_empty) {
            segments.pop();
        }
        let parameters = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Self { path: path.to_owned(), segments, parameters }
    }

    /// Returns the segments.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Returns the last value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Returns all values of a parameter.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Encodes a value for a query string.
#[must_use]
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// Appends parameters to a path: `/books?level=core&page=2`.
#[must_use]
pub fn with_parameters<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = parameters.into_iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}
