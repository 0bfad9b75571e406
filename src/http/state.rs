//! The state of the handlers.

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;

use async_graphql::{Request, Response};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, request};
use opentelemetry_http::HeaderExtractor;

use super::client_addr::ClientAddr;
use super::concurrency::ConcurrencyLimiter;
use super::error::HttpError;
use super::rate_limit::{self, RateLimiter, Remaining};
use super::request_identity::RequestIdentity;
use super::response_cache::ResponseCache;
use super::shutdown::Shutdown;
use super::site::PublicSite;
use crate::app::App;
use crate::graphql::PreparedRequest;
use crate::request_context::RequestContext;
use crate::telemetry::{Metrics, Operation, RequestSpan, ResponseInfo, Transport};

/// The state of the handlers. Cheap to clone: each layer clones it.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

/// The parts of the state.
pub struct Inner {
    pub app: App,
    pub shutdown: Shutdown,
    pub metrics: Metrics,
    pub concurrency: ConcurrencyLimiter,
    pub response_cache: ResponseCache,
    pub rate_limiter: RateLimiter,
    pub site: PublicSite,
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Why a request is not executed.
pub enum AdmissionError {
    /// The request is invalid: the GraphQL response.
    Invalid(Response),
    /// The rate limit is exceeded.
    Rejected(HttpError),
}

impl AppState {
    /// Validates a request, and charges its cost to the client's budget. Returns the remaining budget.
    ///
    /// # Errors
    /// Returns an error if the request is invalid, which also has a small cost, or exceeds the rate limit.
    pub async fn admit(
        &self,
        identity: &RequestIdentity,
        request: Request,
    ) -> Result<(PreparedRequest, Option<Remaining>), AdmissionError> {
        match self.app.graphql.prepare(request, identity.caller.clone()).await {
            Ok(prepared) => {
                let left =
                    self.rate_limiter.charge(identity, prepared.cost().max(1)).map_err(AdmissionError::Rejected)?;
                Ok((prepared, left))
            }
            Err(response) => {
                self.rate_limiter.charge(identity, rate_limit::REJECTION_COST).map_err(AdmissionError::Rejected)?;
                Err(AdmissionError::Invalid(response))
            }
        }
    }

    /// Charges the client for a rejected request, unless the server caused the error. Returns the error to send:
    /// `error`, or 429 if the budget is exhausted.
    pub fn charge_rejection(&self, identity: &RequestIdentity, error: HttpError) -> HttpError {
        if !error.status().is_client_error() {
            return error;
        }
        self.rate_limiter.charge(identity, rate_limit::REJECTION_COST).err().unwrap_or(error)
    }

    /// Begins a request with this id, and its span if requests are traced.
    #[must_use]
    pub fn begin_request(&self, id: String, headers: &HeaderMap) -> (Arc<RequestContext>, Option<RequestSpan>) {
        let settings = &self.app.settings;
        let request_span = self.app.traces.as_ref().map(|traces| traces.start_span(&HeaderExtractor(headers)));
        let context = RequestContext::new(id, settings.log.slow_query_threshold, settings.limits.sql_statements as u64);
        let context = match request_span.as_ref().filter(|request_span| request_span.is_recorded()) {
            Some(request_span) => context.with_recorded_statements().with_trace_id(request_span.trace_id()),
            None => context,
        };
        (Arc::new(context), request_span)
    }

    /// Ends the span of a request, if there is one.
    pub fn end_request(
        &self,
        context: &RequestContext,
        request_span: Option<RequestSpan>,
        transport: Transport<'_>,
        operation: Option<&Operation>,
    ) {
        if let (Some(traces), Some(request_span)) = (&self.app.traces, request_span) {
            traces.end_span(
                request_span,
                ResponseInfo { id: context.id(), transport, operation },
                context.take_recorded(),
            );
        }
    }

    #[must_use]
    pub fn new(app: App, shutdown: Shutdown) -> Self {
        let metrics = Metrics::new();
        let concurrency = ConcurrencyLimiter::new(&app.settings.limits, metrics.overload_rejections().clone());
        let max_age = app.settings.server.max_age.unwrap_or_default();
        let response_cache = ResponseCache::new(&app.settings.cache, max_age, &app.settings.edge);
        let issuer = app.settings.auth.jwt.as_ref().map(|jwt| jwt.issuer.as_str());
        let rate_limiter = RateLimiter::new(&app.settings.rate_limit, issuer);
        let site = PublicSite::new(&app.settings);
        Self(Arc::new(Inner { app, shutdown, metrics, concurrency, response_cache, rate_limiter, site }))
    }
}

impl FromRequestParts<AppState> for ClientAddr {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut request::Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &state.app.settings.server.trusted_proxies))
    }
}
