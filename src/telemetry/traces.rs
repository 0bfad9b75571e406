//! Exports traces over OTLP: a span for each HTTP request and each WebSocket operation, in the caller's trace, with a
//! child span for each SQL statement.
//!
//! The attributes follow the semantic conventions of OpenTelemetry: <https://opentelemetry.io/docs/specs/semconv/>

use std::time::{Instant, SystemTime};

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use url::Url;

use super::Operation;
use crate::config::OtlpSettings;
use crate::request_context::Statement;

/// Exports spans in batches from its own thread. If the collector is too slow, spans are dropped.
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    /// The name of the database system.
    system: &'static str,
}

/// A request and its response.
#[derive(Clone, Copy, Debug)]
pub struct ResponseInfo<'a> {
    pub id: &'a str,
    pub transport: Transport<'a>,
    pub operation: Option<&'a Operation>,
}

/// The transport of a request.
#[derive(Clone, Copy, Debug)]
pub enum Transport<'a> {
    Http { method: &'a str, path: &'a str, status: u16 },
    WebSocket,
}

impl Traces {
    /// Starts the export. Returns `None` without an endpoint.
    ///
    /// # Errors
    /// Returns an error if the client of the endpoint cannot be created.
    pub fn start(settings: &OtlpSettings, system: &'static str) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = &settings.endpoint else { return Ok(None) };
        let exporter = SpanExporter::builder().with_http().with_endpoint(traces_url(endpoint)).build()?;
        let resource = Resource::builder()
            .with_service_name(settings.service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio))))
            .with_batch_exporter(exporter)
            .build();
        let tracer = provider.tracer(env!("CARGO_PKG_NAME"));
        Ok(Some(Self { provider, tracer, system }))
    }

    /// Starts the span of a request, in the trace that its headers name: <https://www.w3.org/TR/trace-context/>
    #[must_use]
    pub fn start_span(&self, headers: &dyn Extractor) -> RequestSpan {
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), headers);
        let builder = SpanBuilder::from_name("request").with_kind(SpanKind::Server);
        let (began, start) = (opentelemetry::time::now(), Instant::now());
        RequestSpan { span: self.tracer.build_with_context(builder, &parent), began, start }
    }

    /// Ends the span of a request, with a child span for each of its statements.
    pub fn end_span(&self, request_span: RequestSpan, response: ResponseInfo<'_>, statements: Vec<Statement>) {
        let RequestSpan { mut span, began, start } = request_span;
        let within = Context::new().with_remote_span_context(span.span_context().clone());
        for statement in statements {
            let ended = began + statement.ended.saturating_duration_since(start);
            let attributes =
                [KeyValue::new("db.system.name", self.system), KeyValue::new("db.query.text", statement.text)];
            let builder = SpanBuilder::from_name("statement")
                .with_kind(SpanKind::Client)
                .with_start_time(ended.checked_sub(statement.took).unwrap_or(began))
                .with_attributes(attributes);
            self.tracer.build_with_context(builder, &within).end_with_timestamp(ended);
        }
        span.set_attribute(KeyValue::new("syllabus.request.id", response.id.to_owned()));
        match response.transport {
            Transport::Http { method, path, status } => {
                span.update_name(format!("{method} {path}"));
                span.set_attributes([
                    KeyValue::new("http.request.method", method.to_owned()),
                    KeyValue::new("url.path", path.to_owned()),
                    KeyValue::new("http.response.status_code", i64::from(status)),
                ]);
                if status >= 500 {
                    span.set_status(Status::error(""));
                }
            }
            Transport::WebSocket => span.set_attribute(KeyValue::new("network.protocol.name", "websocket")),
        }
        if let Some(operation) = response.operation {
            let name = operation.name.as_deref().unwrap_or_default();
            span.update_name(format!("{} {name}", operation.kind).trim_end().to_owned());
            span.set_attributes([
                KeyValue::new("graphql.operation.type", operation.kind.clone()),
                KeyValue::new("graphql.operation.name", name.to_owned()),
                KeyValue::new("syllabus.cost", i64::try_from(operation.cost).unwrap_or(i64::MAX)),
            ]);
        }
        span.end();
    }

    /// Exports the remaining spans. Blocks for up to some seconds, so an async task must not call it directly.
    pub fn shut_down(&self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "sending the remaining traces failed");
        }
    }
}

/// The span of a request in progress.
pub struct RequestSpan {
    span: <SdkTracer as Tracer>::Span,
    began: SystemTime,
    start: Instant,
}

impl RequestSpan {
    /// Returns whether the span is exported.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.span.is_recording()
    }

    /// Returns the trace id, in 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        SpanContext::trace_id(self.span.span_context()).to_string()
    }
}

/// Returns the URL for traces of a collector:
/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp>
fn traces_url(endpoint: &Url) -> String {
    format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'))
}
