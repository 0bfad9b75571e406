//! The log lines of requests.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::auth::Role;
use syllabus::config::Settings;
use tracing::Level;

use crate::http::site::Site;

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().expect("nobody panics with it");
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with it").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn lines_name_the_client_the_caller_and_the_operation() {
    let log = Log::default();
    let writer = log.clone();
    // With a single subscriber, tracing disables a line for good if a thread without a subscriber reaches it first.
    let _other = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false);
    let _guard = tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish());
    let mut settings = Settings::for_testing();
    settings.server.trusted_proxies = vec!["127.0.0.1".parse().expect("it is an address")];
    settings.log.slow_query_threshold = Duration::ZERO;
    let site = Site::with(settings).await;
    let token = site.token(Role::Reader).await;
    let renamed = site.app.database.writer().execute_unprepared("UPDATE api_token SET code = 'ci4tzd'").await;
    renamed.expect("it can be done");
    let request = site.post(json!({ "query": "query Shelf { books { totalCount } }" }).to_string());
    let request = request.bearer_auth(token).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(request.send().await.expect("there is an answer").status(), 200);
    let lines = log.lines();
    let completed = lines.iter().find(|line| line.contains("request completed")).expect("it is logged");
    let described = r#"client=203.0.113.9 caller="api_token_ci4tzd" operation="Shelf""#;
    assert!(completed.contains(described), "{completed}");
    let is_slow_query = |line: &String| line.contains(r#"slow query operation="Shelf""#) && line.contains("item");
    assert!(lines.iter().any(is_slow_query), "{lines:#?}");
}
