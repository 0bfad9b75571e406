//! HTTPS without a proxy.

use reqwest::{Certificate, Client, Version};
use serde_json::{Value, json};
use syllabus::app::App;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::db::{Database, DatabaseUrl};
use syllabus::http::Server;

use crate::certificate;

#[tokio::test]
async fn https_uses_the_configured_certificate() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (files, certificate) = certificate::create(folder.path());
    let mut settings = Settings::for_testing();
    settings.server.tls = Some(files);
    let database = Database::open(&DatabaseUrl::memory("https"), true).await.expect("memory can be opened");
    let server = Server::bind(App::new(database, Clock::system(), settings)).await.expect("there is a port");
    let port = server.address().port();
    assert!(server.uses_tls());
    tokio::spawn(server.run(std::future::pending(), std::future::pending()));

    let certificate = Certificate::from_pem(certificate.as_bytes()).expect("it is one");
    let trusting = || Client::builder().tls_certs_only([certificate.clone()]);
    let client = trusting().build().expect("there is a client");
    let http1 = trusting().http1_only().build().expect("there is a client");
    let ask = |client: &Client, scheme: &str| {
        client.post(format!("{scheme}://localhost:{port}/graphql")).json(&json!({ "query": "{ __typename }" })).send()
    };
    for (client, version) in [(&client, Version::HTTP_2), (&http1, Version::HTTP_11)] {
        let answer = ask(client, "https").await.expect("there is an answer");
        assert_eq!(answer.version(), version, "ALPN decides");
        let answer: Value = answer.json().await.expect("it is JSON");
        assert_eq!(answer["data"]["__typename"], "Query");
    }
    assert!(ask(&client, "http").await.is_err(), "what is not encrypted is not answered");
    assert!(
        Client::new().get(format!("https://localhost:{port}/healthz")).send().await.is_err(),
        "nobody else vouches for it"
    );
}
