//! Traces as a collector receives them from the binary.

use std::process::{Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing;
use futures_util::{SinkExt, StreamExt};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const QUERY: &str = "query Traced { topics(first: 1) { nodes { title } totalCount } }";

/// The address of a collector, and the spans that it receives.
async fn collector() -> (String, UnboundedReceiver<ExportTraceServiceRequest>) {
    async fn take(State(got): State<UnboundedSender<ExportTraceServiceRequest>>, body: Bytes) {
        got.send(ExportTraceServiceRequest::decode(body).expect("it is OTLP")).expect("somebody listens");
    }
    let (sender, got) = unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let address = format!("http://{}", listener.local_addr().expect("it has one"));
    let router = Router::new().route("/v1/traces", routing::post(take)).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, got)
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == name);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(AnyValue::StringValue(text)) => text,
        Some(AnyValue::IntValue(number)) => number.to_string(),
        other => panic!("{name} of {} is {other:?}", span.name),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The trace id that a client sends.
fn traceparent(sampled: &str) -> String {
    format!("00-{TRACE}-{CALLER}-{sampled}")
}

/// Posts a query.
async fn post(served: String, sampled: &str) {
    let request = reqwest::Client::new().post(format!("http://{served}/graphql")).json(&json!({ "query": QUERY }));
    let answer = request.header("traceparent", traceparent(sampled)).send().await;
    assert_eq!(answer.expect("there is an answer").status(), 200);
}

/// Sends the same query over a WebSocket.
async fn talk(served: String) {
    let mut request = format!("ws://{served}/graphql").into_client_request().expect("it is a request");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("it is a value"));
    request.headers_mut().insert("traceparent", traceparent("01").parse().expect("it is a value"));
    let (mut socket, _) = connect_async(request).await.expect("it is opened");
    for message in
        [json!({ "type": "connection_init" }), json!({ "type": "subscribe", "id": "a", "payload": { "query": QUERY } })]
    {
        socket.send(Message::text(message.to_string())).await.expect("it reads");
    }
    while let Some(Ok(message)) = socket.next().await {
        if message.to_text().is_ok_and(|text| text.contains("\"complete\"")) {
            return;
        }
    }
    panic!("the operation comes to no end");
}

/// Starts a server, sends requests to it and stops it. Returns the spans of the requests.
async fn spans(sample: &str, ask: impl AsyncFnOnce(String)) -> Vec<Span> {
    let (address, mut got) = collector().await;
    let mut command = crate::serving::binary();
    command.args([
        "serve",
        "--demo",
        "--listen",
        "127.0.0.1:0",
        "--otlp-endpoint",
        &address,
        "--otlp-sample-ratio",
        sample,
    ]);
    let (mut child, served) = crate::serving::serving(&mut command);
    ask(served).await;
    let stop = Command::new("kill").arg(child.id().to_string()).stdout(Stdio::null()).status();
    assert!(stop.is_ok_and(|status| status.success()), "it can be asked to stop");
    let ended = tokio::task::spawn_blocking(move || child.wait()).await.expect("nothing panics");
    assert!(ended.expect("it ends").success());
    got.close();
    let mut spans = Vec::new();
    while let Ok(Some(sent)) = timeout(Duration::from_secs(1), got.recv()).await {
        for resource in sent.resource_spans {
            let origin = resource.resource.expect("it identifies the sender");
            let service =
                origin.attributes.iter().find(|attribute| attribute.key == "service.name").expect("it is named");
            let name = service.value.clone().and_then(|value| value.value);
            assert_eq!(name, Some(AnyValue::StringValue("syllabus".to_owned())));
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    spans
}

#[tokio::test]
async fn requests_join_the_trace_of_the_caller() {
    let spans = spans("0", async |served| post(served, "01").await).await;
    let request = checked(&spans);
    for (name, value) in
        [("http.request.method", "POST"), ("url.path", "/graphql"), ("http.response.status_code", "200")]
    {
        assert_eq!(attribute(request, name), value, "{name}");
    }
}

#[tokio::test]
async fn websocket_operations_join_the_trace_of_the_handshake() {
    let spans = spans("0", talk).await;
    let of_operations: Vec<_> = spans.into_iter().filter(|span| span.name != "GET /graphql").collect();
    assert_eq!(attribute(checked(&of_operations), "network.protocol.name"), "websocket");
}

/// Checks the span of the query and those of its statements. Returns the first.
fn checked(spans: &[Span]) -> &Span {
    let (served, statements): (Vec<_>, Vec<_>) = spans.iter().partition(|span| span.name != "statement");
    let [request] = served[..] else { panic!("one request was made: {spans:#?}") };
    assert_eq!((hex(&request.trace_id), hex(&request.parent_span_id)), (TRACE.to_owned(), CALLER.to_owned()));
    assert_eq!(request.name, "query Traced");
    for (name, value) in
        [("graphql.operation.type", "query"), ("graphql.operation.name", "Traced"), ("syllabus.cost", "3")]
    {
        assert_eq!(attribute(request, name), value, "{name}");
    }
    assert_eq!(statements.len(), 3, "a look at the catalog's state, a page and a count");
    for statement in statements {
        assert_eq!((&statement.trace_id, &statement.parent_span_id), (&request.trace_id, &request.span_id));
        assert_eq!(attribute(statement, "db.system.name"), "sqlite");
        assert!(attribute(statement, "db.query.text").starts_with("SELECT "));
        assert!(request.start_time_unix_nano <= statement.start_time_unix_nano);
        assert!(statement.end_time_unix_nano <= request.end_time_unix_nano);
    }
    request
}

#[tokio::test]
async fn unsampled_callers_are_not_traced() {
    assert_eq!(spans("1", async |served| post(served, "00").await).await, []);
}
