//! What a client wants to get: the header `Accept`, read as RFC 9110 has it.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// The forms in which GraphQL answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `application/graphql-response+json`: the status says how it went.
    GraphQl,
    /// `application/json`: the status says 200 to every well-formed request, as older clients expect.
    Json,
}

impl Form {
    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// How much a client wants a type: by quality, then by how exactly the type was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    /// In thousandths.
    quality: u16,
    exactness: u8,
}

/// How a client feels about a stream of events (`text/event-stream`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Events {
    /// It does not name them: `*/*` alone means one answer, not a stream.
    No,
    /// It takes them, where the operation has more than one answer.
    Taken,
    /// It prefers them whatever the operation.
    Preferred,
}

/// What a client takes.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// The form that suits it best, or none that it takes. JSON where it does not say.
    pub form: Option<Form>,
    pub events: Events,
}

/// What a client takes, by its headers.
pub fn accepted(headers: &HeaderMap) -> Accepted {
    let ranges = ranges(headers);
    let json = wish(&ranges, "application", "json");
    let graphql = wish(&ranges, "application", "graphql-response+json");
    let form = match (graphql, json) {
        (None, None) => None,
        // Where both are named alike the richer form wins, where both only fall under `*/*` the older one.
        (Some(graphql), json) if Some(graphql) > json || (Some(graphql) == json && graphql.exactness == 2) => {
            Some(Form::GraphQl)
        }
        _ => Some(Form::Json),
    };
    let events = match wish(&ranges, "text", "event-stream").filter(|wish| wish.exactness == 2) {
        None => Events::No,
        events if events > json.max(graphql) => Events::Preferred,
        Some(_) => Events::Taken,
    };
    Accepted { form, events }
}

/// Whether a page suits the client better than any form of answer: that is a browser.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers);
    let page = wish(&ranges, "text", "html").filter(|wish| wish.exactness == 2);
    let answer = wish(&ranges, "application", "json").max(wish(&ranges, "application", "graphql-response+json"));
    page.is_some() && page > answer
}

/// One entry of the header: `application/json;q=0.9`.
struct Range<'a> {
    kind: &'a str,
    subkind: &'a str,
    quality: u16,
}

fn ranges(headers: &HeaderMap) -> Vec<Range<'_>> {
    let lines = || headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    if lines().all(|line| line.trim().is_empty()) {
        return range("*/*").into_iter().collect();
    }
    lines().flat_map(|line| line.split(',')).filter_map(range).collect()
}

/// What cannot be read is passed over, as is a charset other than ours.
fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let (kind, subkind) = parts.next()?.split_once('/')?;
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            quality = thousandths(value.trim())?;
        } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return None;
        }
    }
    Some(Range { kind: kind.trim(), subkind: subkind.trim(), quality })
}

/// Whether the value of a parameter `charset` is UTF-8, in quotes or not.
pub fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// `1`, `0.9`, `0.125`
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if fraction.len() > 3 {
        return None;
    }
    let value = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

/// The most exact range that fits decides; quality 0 means never.
fn wish(ranges: &[Range<'_>], kind: &str, subkind: &str) -> Option<Wish> {
    let fits = |range: &Range<'_>| match (range.kind, range.subkind) {
        ("*", "*") => Some(0),
        (k, "*") if k.eq_ignore_ascii_case(kind) => Some(1),
        (k, s) if k.eq_ignore_ascii_case(kind) && s.eq_ignore_ascii_case(subkind) => Some(2),
        _ => None,
    };
    ranges
        .iter()
        .filter_map(|range| Some(Wish { exactness: fits(range)?, quality: range.quality }))
        .max_by_key(|wish| wish.exactness)
        .filter(|wish| wish.quality > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT, axum::http::HeaderValue::from_static(value))])
    }

    #[test]
    fn the_form_follows_the_header() {
        for (header, expected) in [
            ("", Some(Form::Json)),
            ("*/*", Some(Form::Json)),
            ("application/*", Some(Form::Json)),
            ("application/json", Some(Form::Json)),
            ("application/graphql-response+json", Some(Form::GraphQl)),
            ("Application/GraphQL-Response+JSON; charset=UTF-8", Some(Form::GraphQl)),
            ("application/graphql-response+json, application/json", Some(Form::GraphQl)),
            ("application/json, application/graphql-response+json", Some(Form::GraphQl)),
            ("application/json, application/graphql-response+json;q=0.5", Some(Form::Json)),
            ("application/json;q=0.2, application/graphql-response+json;q=0.3", Some(Form::GraphQl)),
            ("application/graphql-response+json;q=0.5, */*", Some(Form::Json)),
            ("application/json;q=0, */*", Some(Form::GraphQl)),
            ("application/json;charset=latin1", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("nonsense", None),
        ] {
            assert_eq!(accepted(&accept(header)).form, expected, "{header}");
        }
    }

    #[test]
    fn a_stream_is_for_those_who_name_it() {
        for (header, expected) in [
            ("", Events::No),
            ("*/*", Events::No),
            ("text/*", Events::No),
            ("text/event-stream;q=0", Events::No),
            ("text/event-stream", Events::Preferred),
            ("text/event-stream, */*;q=0.1", Events::Preferred),
            ("text/event-stream, application/json;q=0.9", Events::Preferred),
            ("application/graphql-response+json, application/json, text/event-stream, multipart/mixed", Events::Taken),
            ("application/json, text/event-stream;q=0.5", Events::Taken),
        ] {
            assert_eq!(accepted(&accept(header)).events, expected, "{header}");
        }
    }

    #[test]
    fn a_page_is_for_browsers() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert!(wants_page(&accept(browser)));
        assert!(wants_page(&accept("text/html")));
        for other in ["", "*/*", "application/json", "text/html;q=0.5, application/json"] {
            assert!(!wants_page(&accept(other)), "{other}");
        }
    }
}
