//! A server with the demo catalog, and tokens of each role.

use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use syllabus::clock::Clock;
use tempfile::TempDir;

use crate::serving::{binary, serving_and_logging};

const ISSUER: &str = "https://id.example";

/// A server with the demo catalog. It ends with this.
pub struct Demo {
    child: Child,
    /// Host and port.
    pub address: String,
    key: EncodingKey,
    log: Arc<Mutex<String>>,
    _folder: TempDir,
}

impl Demo {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("the disk has space");
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("there is randomness");
        let key = EncodingKey::from_ed_der(document.as_ref());
        let jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).expect("it has a public key");
        let keys = folder.path().join("jwks.json");
        std::fs::write(&keys, json!({ "keys": [jwk] }).to_string()).expect("the disk has space");
        let mut command = binary();
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0"]);
        command.args(["--auth-jwt-issuer", ISSUER, "--auth-jwt-audience", "syllabus", "--auth-jwt-jwks"]).arg(keys);
        command.current_dir(folder.path()).stdout(Stdio::null());
        let log = Arc::new(Mutex::new(String::new()));
        let lines = log.clone();
        let (child, url) = serving_and_logging(&mut command, move |line| {
            let mut lines = lines.lock().expect("no thread panics");
            lines.push_str(&line);
            lines.push('\n');
        });
        let address = url.trim_start_matches("http://").to_owned();
        Self { child, address, key, log, _folder: folder }
    }

    /// Signs a token of a role.
    pub fn token(&self, role: &str) -> String {
        let now = Clock::system().now().0 / 1_000_000;
        let claims = json!({
            "iss": ISSUER, "aud": "syllabus", "sub": role, "preferred_username": format!("demo {role}"),
            "roles": [role.to_uppercase()], "exp": now + 3600,
        });
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.key).expect("it can be signed")
    }

    /// Sends an operation, and returns the response.
    pub async fn send(&self, query: &str, variables: Option<Value>, role: Option<&str>) -> Value {
        let mut request = reqwest::Client::new().post(format!("http://{}/graphql", self.address));
        if let Some(role) = role {
            request = request.bearer_auth(self.token(role));
        }
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.expect("the server answers");
        response.json().await.expect("the response is JSON")
    }

    /// Returns its log since it listens.
    pub fn log(&self) -> String {
        self.log.lock().expect("no thread panics").clone()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
