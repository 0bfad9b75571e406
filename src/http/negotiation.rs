//! Content negotiation: the `Accept` header, as RFC 9110 defines it.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// The formats of a single response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseFormat {
    /// `application/graphql-response+json`: the status code reflects errors.
    GraphQl,
    /// `application/json`: the status code is 200 for every well-formed request, as older clients expect.
    Json,
}

impl ResponseFormat {
    /// Returns the value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// How much a client prefers a media type: by quality, then by specificity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// In thousandths.
    quality: u16,
    specificity: u8,
}

/// How a client accepts an event stream (`text/event-stream`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamPreference {
    /// The header does not name event streams: `*/*` alone means a single response.
    NotAccepted,
    /// The client accepts event streams, for operations with more than one response.
    Accepted,
    /// The client prefers event streams for every operation.
    Preferred,
}

/// The result of the negotiation.
#[derive(Clone, Copy, Debug)]
pub struct Negotiated {
    /// The preferred format, or `None` if no format is acceptable. JSON without an `Accept` header.
    pub format: Option<ResponseFormat>,
    pub stream: StreamPreference,
}

/// Negotiates the response format.
pub fn negotiate(headers: &HeaderMap) -> Negotiated {
    let ranges = ranges(headers);
    let json = preference(&ranges, "application", "json");
    let graphql = preference(&ranges, "application", "graphql-response+json");
    let format = match (graphql, json) {
        (None, None) => None,
        // If the header names both equally, the newer format wins; if both match only `*/*`, the older one.
        (Some(graphql), json) if Some(graphql) > json || (Some(graphql) == json && graphql.specificity == 2) => {
            Some(ResponseFormat::GraphQl)
        }
        _ => Some(ResponseFormat::Json),
    };
    let stream = match preference(&ranges, "text", "event-stream").filter(|preference| preference.specificity == 2) {
        None => StreamPreference::NotAccepted,
        stream if stream > json.max(graphql) => StreamPreference::Preferred,
        Some(_) => StreamPreference::Accepted,
    };
    Negotiated { format, stream }
}

/// Returns whether the client prefers HTML to every response format, as browsers do.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers);
    let page = preference(&ranges, "text", "html").filter(|preference| preference.specificity == 2);
    let answer =
        preference(&ranges, "application", "json").max(preference(&ranges, "application", "graphql-response+json"));
    page.is_some() && page > answer
}

/// An entry of the header: `application/json;q=0.9`.
struct Range<'a> {
    main_type: &'a str,
    subtype: &'a str,
    quality: u16,
}

fn ranges(headers: &HeaderMap) -> Vec<Range<'_>> {
    let lines = || headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    if lines().all(|line| line.trim().is_empty()) {
        return range("*/*").into_iter().collect();
    }
    lines().flat_map(|line| line.split(',')).filter_map(range).collect()
}

/// Parses an entry. Ignores malformed entries and other charsets than UTF-8.
fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let (main_type, subtype) = parts.next()?.split_once('/')?;
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            quality = thousandths(value.trim())?;
        } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return None;
        }
    }
    Some(Range { main_type: main_type.trim(), subtype: subtype.trim(), quality })
}

/// Returns whether the value of a `charset` parameter is UTF-8, quoted or not.
pub fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Parses a quality such as `1`, `0.9` or `0.125`.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if fraction.len() > 3 {
        return None;
    }
    let value = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

/// Returns the preference of the most specific matching range. Quality 0 means not acceptable.
fn preference(ranges: &[Range<'_>], main_type: &str, subtype: &str) -> Option<Preference> {
    let fits = |range: &Range<'_>| match (range.main_type, range.subtype) {
        ("*", "*") => Some(0),
        (k, "*") if k.eq_ignore_ascii_case(main_type) => Some(1),
        (k, s) if k.eq_ignore_ascii_case(main_type) && s.eq_ignore_ascii_case(subtype) => Some(2),
        _ => None,
    };
    ranges
        .iter()
        .filter_map(|range| Some(Preference { specificity: fits(range)?, quality: range.quality }))
        .max_by_key(|preference| preference.specificity)
        .filter(|preference| preference.quality > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT, axum::http::HeaderValue::from_static(value))])
    }

    #[test]
    fn the_format_follows_the_accept_header() {
        for (header, expected) in [
            ("", Some(ResponseFormat::Json)),
            ("*/*", Some(ResponseFormat::Json)),
            ("application/*", Some(ResponseFormat::Json)),
            ("application/json", Some(ResponseFormat::Json)),
            ("application/graphql-response+json", Some(ResponseFormat::GraphQl)),
            ("Application/GraphQL-Response+JSON; charset=UTF-8", Some(ResponseFormat::GraphQl)),
            ("application/graphql-response+json, application/json", Some(ResponseFormat::GraphQl)),
            ("application/json, application/graphql-response+json", Some(ResponseFormat::GraphQl)),
            ("application/json, application/graphql-response+json;q=0.5", Some(ResponseFormat::Json)),
            ("application/json;q=0.2, application/graphql-response+json;q=0.3", Some(ResponseFormat::GraphQl)),
            ("application/graphql-response+json;q=0.5, */*", Some(ResponseFormat::Json)),
            ("application/json;q=0, */*", Some(ResponseFormat::GraphQl)),
            ("application/json;charset=latin1", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("nonsense", None),
        ] {
            assert_eq!(negotiate(&accept(header)).format, expected, "{header}");
        }
    }

    #[test]
    fn streams_require_an_explicit_media_type() {
        for (header, expected) in [
            ("", StreamPreference::NotAccepted),
            ("*/*", StreamPreference::NotAccepted),
            ("text/*", StreamPreference::NotAccepted),
            ("text/event-stream;q=0", StreamPreference::NotAccepted),
            ("text/event-stream", StreamPreference::Preferred),
            ("text/event-stream, */*;q=0.1", StreamPreference::Preferred),
            ("text/event-stream, application/json;q=0.9", StreamPreference::Preferred),
            (
                "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
                StreamPreference::Accepted,
            ),
            ("application/json, text/event-stream;q=0.5", StreamPreference::Accepted),
        ] {
            assert_eq!(negotiate(&accept(header)).stream, expected, "{header}");
        }
    }

    #[test]
    fn browsers_prefer_html() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert!(prefers_html(&accept(browser)));
        assert!(prefers_html(&accept("text/html")));
        for other in ["", "*/*", "application/json", "text/html;q=0.5, application/json"] {
            assert!(!prefers_html(&accept(other)), "{other}");
        }
    }
}
