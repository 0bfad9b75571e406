//! Which JWTs are accepted and which are rejected.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use syllabus::auth::Role;
use syllabus::auth::jwt::{JwksSource, JwtSettings};
use tempfile::TempDir;

use crate::auth::keys::{Pair, jwks, unsigned};
use crate::auth::site::{Reply, Site};
use crate::common::on_each_engine;

/// Returns the settings of a provider whose keys are in a file.
pub fn setup(directory: &TempDir, keys: &[&Pair]) -> JwtSettings {
    let path = directory.path().join("jwks.json");
    std::fs::write(&path, jwks(keys).to_string()).expect("it can be written");
    settings(JwksSource::File(path))
}

pub fn settings(jwks: JwksSource) -> JwtSettings {
    JwtSettings {
        issuer: "https://id.example".to_owned(),
        audience: "syllabus".to_owned(),
        jwks,
        roles_claim: "roles".to_owned(),
        name_claim: "preferred_username".to_owned(),
        role_map: "".parse().expect("it is a map"),
    }
}

/// Returns valid claims, replaced with the given ones; null removes a claim.
pub fn claims(site: &Site, changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://id.example", "aud": "syllabus", "exp": site.seconds() + 300, "nbf": site.seconds(),
        "sub": "4711", "preferred_username": "ada", "roles": ["EDITOR"],
    });
    for (name, value) in changes.as_object().expect("they are an object") {
        claims[name] = value.clone();
    }
    claims.as_object_mut().expect("it is one").retain(|_, value| !value.is_null());
    claims
}

/// Returns a token with valid claims, replaced with the given ones.
pub fn sign(key: &Pair, site: &Site, changes: &Value) -> String {
    key.sign(&claims(site, changes))
}

pub async fn ask(site: &Site, token: &str) -> Reply {
    site.ask_as(&format!("Bearer {token}"), "{ viewer { name roles } }").await
}

#[test]
fn asymmetric_algorithms_are_accepted() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let rsa = Pair::rsa("rsa", Algorithm::RS256);
        let (p256, p384, ed) = (Pair::es256("p256"), Pair::es384("p384"), Pair::ed25519("ed"));
        let site = Site::with(store, Some(setup(&directory, &[&rsa, &p256, &p384, &ed])));
        let of_rsa = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS512];
        let mut pairs: Vec<Pair> = of_rsa.into_iter().map(|algorithm| rsa.with(algorithm)).collect();
        pairs.extend([p256, p384, ed]);
        for pair in pairs {
            let reply = ask(&site, &sign(&pair, &site, &json!({}))).await;
            let expected = json!({"name": "ada", "roles": ["READER", "EDITOR"]});
            assert_eq!(reply.data()["viewer"], expected, "{:?}", pair.algorithm);
            assert_eq!(reply.header("cache-control"), "no-store");
        }
    });
}

#[test]
fn issuer_audience_and_validity_are_checked() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let key = Pair::es256("one");
        let site = Site::with(store, Some(setup(&directory, &[&key])));
        let now = site.seconds();
        for (changes, said) in [
            (json!({"exp": now - 10}), "expired"),
            (json!({"exp": null}), "exp claim"),
            (json!({"nbf": now + 60}), "not valid yet"),
            (json!({"iss": "https://evil.example"}), "issuer"),
            (json!({"iss": null}), "issuer"),
            (json!({"aud": "another"}), "audience"),
            (json!({"aud": ["another"]}), "audience"),
            (json!({"aud": null}), "audience"),
        ] {
            ask(&site, &sign(&key, &site, &changes)).await.assert_refused(said);
        }
        let token = sign(&key, &site, &json!({}));
        assert_eq!(ask(&site, &token).await.data()["viewer"]["name"], "ada");
        site.pass(306);
        ask(&site, &token).await.assert_refused("expired");
    });
}

#[test]
fn clients_are_identified_by_subject_not_by_name() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let key = Pair::es256("one");
        let site = Site::with(store, Some(setup(&directory, &[&key])));
        let (token, namesake) =
            (site.create("ada", Role::Editor, None).await, site.create("ada", Role::Editor, None).await);
        let jwt = |changes: &Value| sign(&key, &site, changes);
        for (token, status) in [
            (token.secret.expose().to_owned(), 200),
            (token.secret.expose().to_owned(), 429),
            (namesake.secret.expose().to_owned(), 200),
            (jwt(&json!({})), 200),
            (jwt(&json!({"preferred_username": "grace"})), 429),
            (jwt(&json!({"sub": "4712"})), 200),
            (jwt(&json!({"sub": null})), 200),
            (jwt(&json!({"sub": null})), 429),
            (jwt(&json!({"sub": "ada"})), 200),
            (jwt(&json!({"sub": "important"})), 200),
            (jwt(&json!({"sub": "important"})), 200),
            (jwt(&json!({"sub": "important"})), 200),
            (jwt(&json!({"sub": "important"})), 429),
        ] {
            assert_eq!(site.ask_from_afar(&token).await.status, status, "{token}");
        }
    });
}

#[test]
fn foreign_signatures_are_rejected() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let (rsa, ec, stranger) = (Pair::rsa("rsa", Algorithm::RS256), Pair::es256("ec"), Pair::es256("ec"));
        let site = Site::with(store, Some(setup(&directory, &[&rsa, &ec])));
        let good = claims(&site, &json!({"roles": ["ADMIN"]}));

        // Without a signature, in any spelling.
        for algorithm in ["none", "None", "NONE", "nOnE"] {
            for kid in [json!({"alg": algorithm, "kid": "ec"}), json!({"alg": algorithm})] {
                ask(&site, &format!("{}.", unsigned(&kid, &good))).await.assert_refused("asymmetric");
                ask(&site, &format!("{}.AAAA", unsigned(&kid, &good))).await.assert_refused("asymmetric");
            }
        }
        // With the public key as a shared secret, in every format in which an attacker could have it.
        let public = rsa.public();
        let modulus = URL_SAFE_NO_PAD.decode(public["n"].as_str().expect("it is a text")).expect("it is base64");
        for secret in [modulus, public.to_string().into_bytes(), jwks(&[&rsa, &ec]).to_string().into_bytes(), vec![]] {
            for id in ["rsa", "ec"] {
                for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                    let header = Header { kid: Some(id.to_owned()), ..Header::new(algorithm) };
                    let token = encode(&header, &good, &EncodingKey::from_secret(&secret)).expect("it can be signed");
                    ask(&site, &token).await.assert_refused("asymmetric");
                }
            }
        }
        // By a key that is not the provider's, with the id of the provider's key or included in the token.
        ask(&site, &stranger.sign(&good)).await.assert_refused("signature");
        let own = serde_json::from_value(stranger.public()).expect("it is a key");
        let header = Header { jwk: Some(own), ..Header::new(Algorithm::ES256) };
        ask(&site, &stranger.sign_as(&header, &good)).await.assert_refused("");
        // With the algorithm of another key of the provider.
        let header = Header { kid: Some("rsa".to_owned()), ..Header::new(Algorithm::ES256) };
        ask(&site, &ec.sign_as(&header, &good)).await.assert_refused("asymmetric");

        // Correctly signed and then changed.
        let token = ec.sign(&claims(&site, &json!({})));
        let [header, said, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("it has three parts") };
        let changed = URL_SAFE_NO_PAD.encode(good.to_string());
        ask(&site, &format!("{header}.{changed}.{signature}")).await.assert_refused("signature");
        ask(&site, &format!("{header}.{said}.")).await.assert_refused("signature");
        ask(&site, &format!("{header}.{said}.{}", &signature[..40])).await.assert_refused("signature");
        for broken in
            [".", "..", "...", &format!("{token}."), &format!(".{said}.{signature}"), &format!("{header}.{said}")]
        {
            ask(&site, broken).await.assert_refused("");
        }
        let critical =
            Header { crit: Some(vec!["exp".to_owned()]), kid: Some("ec".to_owned()), ..Header::new(Algorithm::ES256) };
        ask(&site, &ec.sign_as(&critical, &good)).await.assert_refused("signature algorithm");
        assert_eq!(ask(&site, &token).await.data()["viewer"]["name"], "ada", "the token itself was good");
    });
}

#[test]
fn encryption_keys_do_not_verify_tokens() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let path = directory.path().join("jwks.json");
        let (narrow, sealed) = (Pair::rsa("narrow", Algorithm::RS256), Pair::es256("sealed"));
        let secret = b"a shared secret of some length, which is published";
        let mut keys = jwks(&[&narrow, &sealed]);
        keys["keys"][0]["alg"] = json!("RS256");
        keys["keys"][1]["use"] = json!("enc");
        let shared = json!({"kty": "oct", "kid": "shared", "alg": "HS256", "k": URL_SAFE_NO_PAD.encode(secret)});
        keys["keys"].as_array_mut().expect("it is a list").extend([shared, json!({"kty": "later"}), json!(7)]);
        std::fs::write(&path, keys.to_string()).expect("it can be written");
        let site = Site::with(store, Some(settings(JwksSource::File(path))));

        assert_eq!(ask(&site, &sign(&narrow, &site, &json!({}))).await.data()["viewer"]["name"], "ada");
        ask(&site, &sign(&narrow.with(Algorithm::PS256), &site, &json!({}))).await.assert_refused("asymmetric");
        ask(&site, &sign(&sealed, &site, &json!({}))).await.assert_refused("does not publish");
        let header = Header { kid: Some("shared".to_owned()), ..Header::new(Algorithm::HS256) };
        let token =
            encode(&header, &claims(&site, &json!({})), &EncodingKey::from_secret(secret)).expect("it is signed");
        ask(&site, &token).await.assert_refused("does not publish");
    });
}

#[test]
fn roles_come_from_a_claim() {
    on_each_engine(async |store| {
        let directory = tempfile::tempdir().expect("the disk has space");
        let key = Pair::ed25519("one");
        let mut settings = setup(&directory, &[&key]);
        settings.roles_claim = "realm_access.groups".to_owned();
        settings.role_map = "catalog-editors=EDITOR,catalog-admins=ADMIN".parse().expect("it is a map");
        let site = Site::with(store, Some(settings));
        for (groups, roles) in [
            (json!(["staff"]), json!([])),
            (json!(["EDITOR"]), json!([])),
            (json!(["staff", "catalog-editors"]), json!(["READER", "EDITOR"])),
            (json!(["catalog-editors", "catalog-admins"]), json!(["READER", "EDITOR", "ADMIN"])),
        ] {
            let token = sign(&key, &site, &json!({"roles": ["ADMIN"], "realm_access": {"groups": groups}}));
            assert_eq!(ask(&site, &token).await.data()["viewer"]["roles"], roles, "{groups}");
        }
    });
}
