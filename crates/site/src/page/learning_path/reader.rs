//! What a reader says about themselves: the hours that they have, and what they know already.

use identifiers::code;
use serde_json::{Value, json};

use crate::address::{Address, with_parameters};
use crate::kind::Kind;

/// The hours per week of a reader who did not say.
const DEFAULT_HOURS: u8 = 10;
/// The maximum of hours per week.
const MAX_HOURS: u8 = 60;
/// The maximum number of known resources in an address: that of the argument `known` of the API.
const MAX_KNOWN: usize = 500;

/// The reader of a learning path, normalized: invalid hours and ids are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub hours: u8,
    /// The ids of the resources that the reader knows, sorted.
    pub known: Vec<String>,
}

impl Reader {
    #[must_use]
    pub fn of(address: &Address) -> Self {
        let hours = address.parameter("hours").and_then(|hours| hours.parse().ok());
        let mut known: Vec<String> = address.all("known").filter(|id| is_resource(id)).map(str::to_owned).collect();
        known.sort_unstable();
        known.dedup();
        known.truncate(MAX_KNOWN);
        Self { hours: hours.filter(|hours| (1..=MAX_HOURS).contains(hours)).unwrap_or(DEFAULT_HOURS), known }
    }

    /// Returns whether the page differs from that for everybody.
    #[must_use]
    pub fn is_somebody(&self) -> bool {
        self.hours != DEFAULT_HOURS || !self.known.is_empty()
    }

    #[must_use]
    pub fn knows(&self, id: &str) -> bool {
        self.known.iter().any(|known| known == id)
    }

    /// Returns the address of the page at a path for this reader.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        let hours = self.hours.to_string();
        let hours = (self.hours != DEFAULT_HOURS).then_some(("hours", hours.as_str()));
        with_parameters(path, hours.into_iter().chain(self.known.iter().map(|id| ("known", id.as_str()))))
    }

    /// Returns the variables of the document for the path of an object.
    #[must_use]
    pub fn variables(&self, path: &str) -> Value {
        let weekly_effort = format!("PT{}H", self.hours);
        let has_known = !self.known.is_empty();
        json!({ "path": path, "weeklyEffort": weekly_effort, "known": self.known, "hasKnown": has_known })
    }
}

/// Returns whether an id can be that of a resource, because the API rejects lists with other ids.
fn is_resource(id: &str) -> bool {
    id.split_once('_').is_some_and(|(kind, code)| {
        Kind::from_segment(kind).is_some_and(|kind| Kind::RESOURCES.contains(&kind)) && code::is_code(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(query: &str) -> Reader {
        Reader::of(&Address::parse("/career/ci4tzd/cook/path", query))
    }

    #[test]
    fn invalid_hours_and_ids_are_ignored() {
        for query in
            ["", "hours=10", "hours=0", "hours=61", "hours=x", "known=course_0", "known=person_abcdef", "known="]
        {
            assert_eq!(reader(query), Reader { hours: DEFAULT_HOURS, known: vec![] }, "{query}");
            assert!(!reader(query).is_somebody(), "{query}");
        }
    }

    #[test]
    fn known_resources_are_limited_as_in_the_api() {
        let digits = ["a", "b", "c", "d", "e", "f", "g", "h", "j", "k"];
        let mut codes: Vec<String> = Vec::new();
        for first in digits {
            for second in digits {
                codes.extend(digits.map(|third| format!("aaa{first}{second}{third}")));
            }
        }
        let query: Vec<String> = codes.iter().map(|code| format!("known=book_{code}")).collect();
        assert_eq!(reader(&query[..500].join("&")).known.len(), 500);
        assert_eq!(reader(&query.join("&")).known.len(), MAX_KNOWN, "the API rejects more");
    }

    #[test]
    fn readers_have_one_address() {
        assert_eq!(
            reader("known=course_zzzzzz&hours=5&known=book_abcdef&known=course_zzzzzz").address("/path"),
            "/path?hours=5&known=book_abcdef&known=course_zzzzzz"
        );
    }
}
