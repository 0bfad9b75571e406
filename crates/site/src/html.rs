//! Adapts the sanitized HTML of the API to the content-security policy of the pages.
//!
//! The policy allows no inline styles, and no images from hosts that the operator did not list. The API serializes HTML
//! in one form: attributes in double quotes, with `&quot;` inside.

use std::borrow::Cow;

/// Replaces the alignment of table cells by classes, and images from other hosts by links to them.
#[must_use]
pub fn adapt(html: &str, allows_image: impl Fn(&str) -> bool) -> String {
    adapt_tags(html, allows_image, Cow::Borrowed)
}

/// Adapts a text that is one of several on a page, such as a note. Its headings become paragraphs, because they do not
/// belong to the outline of the page, and the ids of its footnotes get the number of the text.
#[must_use]
pub fn adapt_part(html: &str, number: usize, allows_image: impl Fn(&str) -> bool) -> String {
    adapt_tags(html, allows_image, |tag| match tag.as_bytes() {
        [b'<', b'h', b'1'..=b'6', ..] => Cow::Borrowed("<p class=\"heading\">"),
        [b'<', b'/', b'h', b'1'..=b'6', b'>'] => Cow::Borrowed("</p>"),
        _ => Cow::Owned(
            tag.replace(" id=\"fn", &format!(" id=\"{number}-fn"))
                .replace(" href=\"#fn", &format!(" href=\"#{number}-fn")),
        ),
    })
}

fn adapt_tags<'h>(
    html: &'h str,
    allows_image: impl Fn(&str) -> bool,
    adapt_other: impl Fn(&'h str) -> Cow<'h, str>,
) -> String {
    let mut adapted = String::with_capacity(html.len());
    let (mut rest, mut is_in_link) = (html, false);
    // In texts, `<` is a character reference.
    while let Some(start) = rest.find('<') {
        let (text, tag_and_rest) = rest.split_at(start);
        let (tag, after) = tag_and_rest.split_at(tag_length(tag_and_rest));
        adapted.push_str(text);
        rest = after;
        if tag.starts_with("<th style=") || tag.starts_with("<td style=") {
            adapted.push_str(&tag.replacen("style=\"text-align: ", "class=\"align-", 1));
        } else if tag.starts_with("<img ") {
            adapted.push_str(&image(tag, is_in_link, &allows_image));
        } else {
            is_in_link = tag.starts_with("<a ") || (is_in_link && tag != "</a>");
            adapted.push_str(&adapt_other(tag));
        }
    }
    adapted.push_str(rest);
    adapted
}

/// Returns an image, or its text in a link if the policy blocks it.
fn image(tag: &str, is_in_link: bool, allows_image: impl Fn(&str) -> bool) -> String {
    let source = attribute(tag, "src").unwrap_or_default();
    if allows_image(source) {
        return tag.replacen("<img ", "<img loading=\"lazy\" ", 1);
    }
    let text = attribute(tag, "alt").filter(|text| !text.trim().is_empty()).unwrap_or(source);
    let text = text.replace('<', "&lt;");
    if is_in_link { text } else { format!("<a href=\"{source}\" rel=\"noopener noreferrer nofollow\">{text}</a>") }
}

/// Returns the length of the tag at the start of a text. `>` can occur in the values of attributes.
fn tag_length(text: &str) -> usize {
    let mut is_in_value = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_in_value = !is_in_value,
            b'>' if !is_in_value => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns the value of an attribute, with its character references.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let length = tag[start..].find('"')?;
    Some(&tag[start..start + length])
}

/// Returns the text of HTML of the API. Paragraphs and lines become lines.
#[must_use]
pub fn text(html: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(start) = rest.find('<') {
        let (tag, after) = rest[start..].split_at(tag_length(&rest[start..]));
        text.push_str(&rest[..start]);
        if ["<br>", "</p>", "</li>", "</pre>", "</tr>"].contains(&tag) || tag.starts_with("</h") {
            text.push('\n');
        } else if ["</td>", "</th>"].contains(&tag) {
            text.push(' ');
        }
        rest = after;
    }
    text.push_str(rest);
    // `&amp;` is last, so that `&amp;lt;` becomes `&lt;`.
    for (reference, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")] {
        text = text.replace(reference, character);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Escapes JSON for a `<script>` element: `<` cannot end the element or start a comment.
#[must_use]
pub fn json_for_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocked_images_become_links_and_alignment_becomes_a_class() {
        for (html, adapted) in [
            (r#"<td style="text-align: right">1</td>"#, r#"<td class="align-right">1</td>"#),
            (r#"<code> style="text-align: right"</code>"#, r#"<code> style="text-align: right"</code>"#),
            (r#"<img src="/a.png" alt="A">"#, r#"<img loading="lazy" src="/a.png" alt="A">"#),
            (
                r#"<img src="https://x.example/a.png" alt="A > <b>" title="x">!"#,
                r#"<a href="https://x.example/a.png" rel="noopener noreferrer nofollow">A > &lt;b></a>!"#,
            ),
            (r#"<a href="/b"><img src="https://x.example/a.png" alt="A"></a>"#, r#"<a href="/b">A</a>"#),
            (r#"<a title="<img src=" href="/b">c</a>"#, r#"<a title="<img src=" href="/b">c</a>"#),
        ] {
            assert_eq!(adapt(html, |source| source.starts_with('/')), adapted);
        }
    }

    #[test]
    fn parts_have_no_headings_and_footnotes_of_their_own() {
        let html = "<h1 id=\"a\">A</h1>\n<p>b<sup><a href=\"#fn:1\" id=\"fnref:1\">1</a></sup></p><hr>";
        let adapted = "<p class=\"heading\">A</p>\n<p>b<sup><a href=\"#7-fn:1\" id=\"7-fnref:1\">1</a></sup></p><hr>";
        assert_eq!(adapt_part(html, 7, |_| true), adapted);
    }

    #[test]
    fn texts_have_no_markup() {
        for (html, expected) in [
            ("<p>Read <em>this</em>:</p>\n<ul>\n<li>a &lt; b</li>\n<li>c</li>\n</ul>\n", "Read this:\na < b\nc"),
            (r#"<p><a title="a > b" href="/b">&amp;lt;</a><br>x</p>"#, "&lt;\nx"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(text(html), expected);
        }
    }

    #[test]
    fn json_cannot_leave_its_script_element() {
        assert_eq!(json_for_script(r#"{"name":"</script><script>"}"#), r#"{"name":"\u003c/script>\u003cscript>"}"#);
    }
}
