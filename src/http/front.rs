//! What the handlers have: the application, and word of the server's end.

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;

use async_graphql::{Request, Response};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, request};
use opentelemetry_http::HeaderExtractor;

use super::access::Access;
use super::cache::Answers;
use super::peer::Peer;
use super::rates::{self, Left, Rates};
use super::refusal::Refusal;
use super::shutdown::Shutdown;
use super::turns::Turns;
use crate::app::App;
use crate::graphql::Prepared;
use crate::request_context::RequestContext;
use crate::telemetry::{Metrics, Operation, RequestSpan, ResponseInfo, Transport};

/// What every handler is given. Cheap to clone: each layer does.
#[derive(Clone)]
pub struct Front(Arc<Parts>);

/// What there is of it.
pub struct Parts {
    pub app: App,
    pub shutdown: Shutdown,
    pub metrics: Metrics,
    pub turns: Turns,
    pub answers: Answers,
    pub rates: Rates,
}

impl Deref for Front {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a request is answered with that is not to be executed.
pub enum NotTaken {
    /// It is not good: what GraphQL says of it.
    Answer(Response),
    /// Whoever asks has asked for too much.
    Refused(Refusal),
}

impl Front {
    /// Looks at a request, and takes what it costs from whoever asks; tells what is left to them.
    ///
    /// # Errors
    /// The answer where it is not good, which costs a little as well; a refusal where they have not as much.
    pub async fn admit(&self, access: &Access, request: Request) -> Result<(Prepared, Option<Left>), NotTaken> {
        match self.app.graphql.prepare(request, access.caller.clone()).await {
            Ok(prepared) => {
                let left = self.rates.take(access, prepared.cost().max(1)).map_err(NotTaken::Refused)?;
                Ok((prepared, left))
            }
            Err(answer) => {
                self.rates.take(access, rates::REFUSED).map_err(NotTaken::Refused)?;
                Err(NotTaken::Answer(answer))
            }
        }
    }

    /// Begins a request with this id, and its span if requests are traced.
    #[must_use]
    pub fn begin(&self, id: String, headers: &HeaderMap) -> (Arc<RequestContext>, Option<RequestSpan>) {
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
    pub fn end(
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
        let turns = Turns::new(&app.settings.limits);
        let max_age = app.settings.server.max_age.unwrap_or_default();
        let answers = Answers::new(&app.settings.cache, max_age);
        let rates = Rates::new(&app.settings.rate_limit);
        Self(Arc::new(Parts { app, shutdown, metrics: Metrics::new(), turns, answers, rates }))
    }
}

impl FromRequestParts<Front> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut request::Parts, front: &Front) -> Result<Self, Infallible> {
        Ok(Self::of(parts, &front.app.settings.server.trusted_proxies))
    }
}
