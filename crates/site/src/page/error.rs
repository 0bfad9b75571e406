//! The pages of errors.

use askama::Template;

use super::Page;
use super::layout::Layout;
use crate::Site;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Layout<'a>,
    text: &'a str,
    request_id: Option<&'a str>,
}

/// Renders the page of an error with this HTTP status.
pub fn render(site: &Site, status: u16, request_id: Option<&str>) -> Page {
    let t = &site.strings();
    let (title, text) = match status {
        404 => (&t.not_found, &t.not_found_text),
        405 => (&t.method_not_allowed, &t.method_not_allowed_text),
        410 => (&t.gone, &t.gone_text),
        429 => (&t.too_many_requests, &t.too_many_requests_text),
        503 => (&t.unavailable, &t.unavailable_text),
        400..=499 => (&t.bad_request, &t.bad_request_text),
        _ => (&t.internal_error, &t.internal_error_text),
    };
    let page = ErrorPage { page: Layout::new(site, title), text, request_id };
    // If the template fails, the title alone is better than nothing.
    Page::html(status, page.render().unwrap_or_else(|_| title.clone()))
}
