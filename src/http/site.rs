//! The public site: executes the document of a page like a request of an anonymous client, and renders the data.
//!
//! Its addresses always respond with HTML, also in case of an error. Pages are cached and revalidated like the
//! responses of the API.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Request;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use site::{Asset, Page, PageRequest, Rendered, Routed, Site};

use super::client_addr::ClientAddr;
use super::error::HttpError;
use super::host;
use super::operation_info::OperationInfo;
use super::rate_limit::Remaining;
use super::request_identity::RequestIdentity;
use super::response;
use super::response_cache::{CachedPage, EncodedBodies, RawAddress, make_private};
use super::state::AppState;
use crate::config::Settings;
use crate::graphql::{BaseUrl, CacheEntryVersion, DependencyRecorder, FeedSnapshot, PreparedRequest, party_prefix};
use crate::request_context;

/// <https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#xrobotstag>
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
/// The cost of a page from the cache.
const CACHED_COST: usize = 1;

/// The site, and the parts of requests and responses that are the same for all pages.
pub struct PublicSite {
    pages: Site,
    /// The files by path.
    files: HashMap<String, File>,
    /// The base URL of the site; `None` if the site is at the root of its host.
    base: Option<BaseUrl>,
    /// The value of `Content-Security-Policy`.
    security_policy: HeaderValue,
}

/// A file of the site.
struct File {
    content_type: &'static str,
    content: Bytes,
    encoded: Arc<EncodedBodies>,
}

impl PublicSite {
    /// Creates the site.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let own = &settings.site;
        let pages = Site::new(site::Settings {
            title: own.title.clone(),
            tagline: own.tagline.clone(),
            logo: own.logo.clone(),
            image: own.image.clone(),
            stylesheet: own.stylesheet.clone(),
            footer: own.footer.clone(),
            language: own.language.clone(),
            strings: own.strings.clone(),
            public_url: settings.server.public_url.clone(),
            image_hosts: own.image_hosts.clone(),
            type_prefix: party_prefix().map(str::to_owned),
        });
        // The settings accept only hosts, which a header can contain.
        let security_policy =
            HeaderValue::try_from(pages.security_policy()).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let file = |(path, asset): (&str, &Asset)| {
            let Asset { content_type, content } = asset;
            let content = Bytes::copy_from_slice(content);
            (path.to_owned(), File { content_type, content, encoded: Arc::default() })
        };
        let files = pages.files().map(file).collect();
        Self { pages, files, base: settings.server.public_url.as_ref().map(BaseUrl::from), security_policy }
    }
}

impl File {
    /// Responds with the file, whose address changes with its content.
    fn respond(&self) -> Response {
        let cached = "public, max-age=31536000, immutable";
        let headers = [(CONTENT_TYPE, self.content_type), (CACHE_CONTROL, cached)];
        (headers, Extension(self.encoded.clone()), self.content.clone()).into_response()
    }
}

/// Responds to a GET request.
pub async fn get(State(state): State<AppState>, client: ClientAddr, uri: Uri, headers: HeaderMap) -> Response {
    let (identity, origin) = (RequestIdentity::anonymous(client), origin(&state, &uri, &headers));
    let handler = PageHandler { state: &state, identity, headers: &headers, address: RawAddress::of(&origin, &uri) };
    if let Some(responded) = handler.replay() {
        return secured(&state, responded.unwrap_or_else(|error| error_page(&state, error.into_response())));
    }
    let path = state.site.base.as_ref().and_then(|base| base.strip(uri.path())).unwrap_or(uri.path());
    if let Some(file) = state.site.files.get(path) {
        return file.respond();
    }
    match state.site.pages.route(path, uri.query().unwrap_or_default(), &origin) {
        Routed::Page(page) => secured(&state, uncached(page)),
        Routed::Request(request) => {
            let responded = handler.respond(request).await;
            secured(&state, responded.unwrap_or_else(|error| error_page(&state, error.into_response())))
        }
    }
}

/// Responds to methods other than GET and HEAD. Such a request usually comes from a program with a wrong path of the
/// API, so unknown paths get a JSON error.
pub async fn method_not_allowed(State(state): State<AppState>, uri: Uri) -> Response {
    let path = state.site.base.as_ref().and_then(|base| base.strip(uri.path())).unwrap_or(uri.path());
    let is_known = || match state.site.pages.route(path, "", "") {
        Routed::Page(page) => page.status != StatusCode::NOT_FOUND.as_u16(),
        Routed::Request(_) => true,
    };
    if !state.site.files.contains_key(path) && !is_known() {
        return HttpError::not_found().into_response();
    }
    let mut response = error_page(&state, HttpError::method_not_allowed().into_response());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    secured(&state, response)
}

/// Responds to one request for a page.
struct PageHandler<'a> {
    state: &'a AppState,
    identity: RequestIdentity,
    headers: &'a HeaderMap,
    address: RawAddress,
}

impl PageHandler<'_> {
    /// Responds with the cached page of an address that was requested before; `None` if there is none.
    fn replay(&self) -> Option<Result<Response, PageError>> {
        let (page, valid_for) = self.state.response_cache.page_at(&self.state.app.graphql, self.address)?;
        Some(self.respond_from_cache(&page, valid_for))
    }

    /// Responds with a page, from the cache if possible.
    ///
    /// # Errors
    /// Returns an error if the rate limit is exceeded, the server is overloaded, or the execution fails.
    async fn respond(&self, mut request: PageRequest) -> Result<Response, PageError> {
        let Self { state, identity, headers, address } = self;
        let graphql = &state.app.graphql;
        let cache = &state.response_cache;
        let cached = || cache.cached_page(request.is_cacheable.then_some(request.key.as_str())?);
        let if_valid = |page, snapshot| cache.valid_page(graphql, page, (*address, request.key.as_str()), snapshot);
        let page = cached();
        if let Some((snapshot, valid_for)) = graphql.current_snapshot()
            && let Some(page) = if_valid(page, snapshot)
        {
            return self.respond_from_cache(&page, valid_for);
        }
        let _permit = state.concurrency.acquire().await?;
        let prepared = prepare(state, &request).await?;
        let page = cached();
        // Before execution, so that a concurrent write invalidates the page.
        let (snapshot, valid_for) = graphql.snapshot(&prepared).await?;
        if let Some(page) = if_valid(page, snapshot) {
            return self.respond_from_cache(&page, valid_for);
        }
        let (recorder, info) = (Arc::default(), OperationInfo::of(&prepared));
        let (page, left) = render(state, identity, &mut request, prepared, (snapshot, &recorder)).await?;
        let version = CacheEntryVersion::new(snapshot, recorder.dependencies());
        let page = CachedPage::new(page, version, &graphql.clock().now().to_http_date());
        if request.is_cacheable {
            state.response_cache.insert_page(&request.key, &page);
        }
        let mut response = with_budget(state, state.response_cache.respond_with_page(&page, headers, valid_for), left);
        if !request.is_cacheable {
            make_private(response.headers_mut());
        }
        response.extensions_mut().insert(info);
        Ok(response)
    }

    fn respond_from_cache(&self, page: &CachedPage, valid_for: Option<Duration>) -> Result<Response, PageError> {
        let Self { state, identity, headers, .. } = self;
        let left = state.rate_limiter.charge(identity, CACHED_COST)?;
        Ok(with_budget(state, state.response_cache.respond_with_page(page, headers, valid_for), left))
    }
}

/// Executes the document of a page until all its data is there, and renders it. Omits facets while the search index is
/// not up to date: a list is useful without its filters.
async fn render(
    state: &AppState,
    identity: &RequestIdentity,
    request: &mut PageRequest,
    mut prepared: PreparedRequest,
    (snapshot, recorder): (FeedSnapshot, &Arc<DependencyRecorder>),
) -> Result<(Page, Option<Remaining>), PageError> {
    loop {
        let left = state.rate_limiter.charge(identity, prepared.cost().max(1))?;
        let executed = state.app.graphql.execute_recorded(prepared, snapshot, recorder.clone()).await;
        if !executed.errors.is_empty() {
            if is_unavailable(&executed) && request.omit_facets() {
                prepared = prepare(state, request).await?;
                continue;
            }
            return Err(executed.into());
        }
        let rendered = state.site.pages.render(request, executed.data).map_err(|error| {
            tracing::error!(page = request.document.name, %error, "cannot render a page");
            HttpError::internal()
        })?;
        match rendered {
            Rendered::Page(page) => return Ok((page, left)),
            Rendered::Incomplete => prepared = prepare(state, request).await?,
        }
    }
}

/// Returns whether a part of the data is unavailable at present, as facets are until the search index is built.
fn is_unavailable(executed: &async_graphql::Response) -> bool {
    executed.errors.iter().all(|error| response::error_code(error) == Some("SERVICE_UNAVAILABLE"))
}

/// Prepares the next execution of the document of a page.
async fn prepare(state: &AppState, request: &PageRequest) -> Result<PreparedRequest, PageError> {
    let own = Request::new(&request.document.text).variables(request.variables.clone());
    let prepared = state.app.graphql.prepare_own(own).await;
    Ok(prepared.map_err(|rejected| {
        // A parameter became a variable that its type does not accept.
        if rejected.errors.iter().all(|error| response::error_code(error) == Some("BAD_USER_INPUT")) {
            return HttpError::bad_request("The address has an invalid parameter.");
        }
        let errors: Vec<&str> = rejected.errors.iter().map(|error| error.message.as_str()).collect();
        tracing::error!(page = request.document.name, ?errors, "the document of a page is invalid");
        HttpError::internal()
    })?)
}

fn with_budget(state: &AppState, mut response: Response, left: Option<Remaining>) -> Response {
    state.rate_limiter.add_headers(left, &mut response);
    response
}

/// Why there is no page: the response that the API would give.
struct PageError(Box<Response>);

impl From<HttpError> for PageError {
    fn from(error: HttpError) -> Self {
        Self(Box::new(error.into_response()))
    }
}

impl From<async_graphql::Response> for PageError {
    fn from(failed: async_graphql::Response) -> Self {
        let status = response::error_status(&failed);
        let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Self(Box::new(response))
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Replaces the body of an error response by a page.
fn error_page(state: &AppState, mut response: Response) -> Response {
    let request = request_context::current();
    let is_internal = response.status() == StatusCode::INTERNAL_SERVER_ERROR;
    let request_id = request.as_ref().filter(|_| is_internal).map(|request| request.id());
    let page = state.site.pages.error_page(response.status().as_u16(), request_id);
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(page.content_type));
    *response.body_mut() = page.body.into();
    response
}

/// Responds with a page that needs no data.
fn uncached(page: Page) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, page.content_type), (CACHE_CONTROL, "no-cache")], page.body).into_response()
}

/// Adds the content-security policy, and keeps search engines from listing other formats beside the pages.
fn secured(state: &AppState, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, state.site.security_policy.clone());
    let is_html = |content_type: &HeaderValue| content_type.as_bytes().starts_with(b"text/html");
    if headers.get(CONTENT_TYPE).is_some_and(|content_type| !is_html(content_type)) {
        headers.insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex"));
    }
    response
}

/// Returns the scheme and the authority of a request.
fn origin(state: &AppState, uri: &Uri, headers: &HeaderMap) -> String {
    let scheme = if state.app.settings.server.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", host::authority(uri, headers).unwrap_or("localhost"))
}
