//! Tokens on the command line. The log does not contain them.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use reqwest::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

/// The binary in its own directory, without our settings in its environment.
fn syllabus(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syllabus"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SYLLABUS_")) {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    syllabus(folder, arguments).output().expect("the binary runs")
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

#[test]
fn tokens_are_created_listed_and_revoked() {
    let folder = tempfile::tempdir().expect("the disk has space");
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let made = run(&["token", "create", "--name", "nightly import", "--role", "EDITOR", "--expires-in", "90d"]);
    let secret = said(&made);
    assert!(secret.starts_with("syl_") && secret.trim().len() == 47 && secret.lines().count() == 1, "{secret}");
    assert!(!String::from_utf8_lossy(&made.stderr).contains(secret.trim()));

    let list = said(&run(&["token", "list"]));
    let row = list.lines().nth(1).expect("there is one");
    assert!(row.contains(&secret[..8]) && row.contains("editor") && row.contains("active"), "{list}");
    assert!(row.ends_with("nightly import") && !list.contains(secret.trim()), "{list}");

    let id = row.split_whitespace().next().expect("the id comes first");
    said(&run(&["token", "revoke", id]));
    assert!(said(&run(&["token", "list"])).contains("revoked"));
}

#[test]
fn invalid_arguments_are_reported_in_one_line() {
    let folder = tempfile::tempdir().expect("the disk has space");
    for (arguments, code, words) in [
        (vec!["token"], 2, "Usage"),
        (vec!["token", "create", "--role", "editor"], 2, "--name"),
        (vec!["token", "create", "--name", "x", "--role", "boss"], 2, "reader, editor, admin"),
        (vec!["token", "create", "--name", "x", "--role", "reader", "--expires-in", "soon"], 2, "90d"),
        (vec!["token", "create", "--name", " ", "--role", "reader"], 1, "error: name is empty"),
        (vec!["token", "revoke", "api_token_zzzzzz"], 1, "error: id does not identify a token"),
        (vec!["serve", "--auth-jwt-issuer", "https://id.example"], 2, "requires auth.jwt-audience and auth.jwt-jwks"),
    ] {
        let output = run(folder.path(), &arguments);
        let stderr_text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr_text}");
        assert!(stderr_text.contains(words), "{arguments:?}: {stderr_text}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

/// Serves until `work` is done. Returns the standard error.
async fn serve<T>(folder: &Path, arguments: &[&str], work: impl AsyncFnOnce(&str, &str) -> T) -> (String, T) {
    let mut child = syllabus(folder, &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut stderr_text = String::new();
    let address = loop {
        let start = stderr_text.len();
        assert_ne!(stderr.read_line(&mut stderr_text).expect("output is UTF-8"), 0, "it ended: {stderr_text}");
        let line = &stderr_text[start..];
        let found = line.split_once("Listening on ").and_then(|(_, rest)| rest.split_once(". "));
        let found = found.or_else(|| line.split_once(r#""address":""#).and_then(|(_, rest)| rest.split_once('"')));
        if let Some((address, _)) = found {
            break address.to_owned();
        }
    };
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("output is UTF-8");
        rest
    });
    let done = work(&address, &stderr_text).await;
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    stderr_text.push_str(&rest.join().expect("nothing panics"));
    (stderr_text, done)
}

async fn ask(address: &str, token: &str, query: &str) -> (u16, Value) {
    let request = Client::new()
        .post(format!("http://{address}/graphql"))
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(json!({ "query": query }).to_string());
    let response = request.send().await.expect("there is an answer");
    (response.status().as_u16(), response.json().await.expect("it is JSON"))
}

#[tokio::test]
async fn tokens_are_never_logged() {
    let folder = tempfile::tempdir().expect("the disk has space");
    let admin = said(&run(folder.path(), &["token", "create", "--name", "ada", "--role", "admin"])).trim().to_owned();
    for format in ["text", "json"] {
        let arguments = ["--log-level", "trace", "--log-format", format];
        let (log, secrets) = serve(folder.path(), &arguments, async |address, _| {
            let create = r#"mutation { apiTokenCreate(input: { name: "x", role: READER }) { secret } }"#;
            let (status, made) = ask(address, &admin, create).await;
            assert_eq!(status, 200, "{made}");
            let made = made["data"]["apiTokenCreate"]["secret"].as_str().expect("it is shown").to_owned();
            let unknown = format!("syl_{}", "b".repeat(43));
            let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl".to_owned();
            for wrong in [&unknown, &jwt, &"neither-jwt-nor-api-token".to_owned()] {
                assert_eq!(ask(address, wrong, "{ __typename }").await.0, 401);
            }
            vec![admin.clone(), made, unknown, jwt, "neither-jwt-nor-api-token".to_owned()]
        })
        .await;
        assert!(log.contains("401"), "the requests were logged: {log}");
        for secret in secrets {
            // Even a part of it would help an attacker.
            assert!(!log.contains(&secret[4..16]), "{format}: the log holds a token");
        }
    }
}

#[tokio::test]
async fn demo_prints_its_editor_token_to_terminals_only() {
    let folder = tempfile::tempdir().expect("the disk has space");
    serve(folder.path(), &["--demo"], async |address, stderr_text| {
        let token = stderr_text.split_once("Authorization: Bearer ").expect("it is shown").1;
        let token = token.split_whitespace().next().expect("it is there");
        let (status, answer) = ask(address, token, "{ viewer { roles } }").await;
        assert_eq!((status, &answer["data"]["viewer"]["roles"]), (200, &json!(["READER", "EDITOR"])));
    })
    .await;
    let (log, ()) = serve(folder.path(), &["--demo", "--log-format", "json"], async |_, _| {}).await;
    assert!(!log.contains("syl_"), "{log}");
}
