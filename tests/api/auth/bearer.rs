//! The header `Authorization`: an invalid token gets a 401 and is never treated as anonymous.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use syllabus::auth::{Administrator, Role};
use syllabus::service::api_token;

use crate::auth::site::Site;
use crate::common::{moment, on_each_engine};

const QUERY: &str = "{ viewer { name } }";

#[test]
fn authorization_headers_without_bearer_are_rejected() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let good = site.bearer(Role::Editor).await;
        let token = good.strip_prefix("Bearer ").expect("it begins so");
        for header in [
            "Basic YWRhOmh1bnRlcjI=",
            "Basic",
            "null",
            "undefined",
            "Bearer null",
            "Bearer undefined",
            ",",
            token,
            &format!("{good} more"),
            &format!("Token {token}"),
            &format!("{good},{good}"),
            "Bearer \u{fc}",
        ] {
            let reply = site.ask_as(header, QUERY).await;
            assert_eq!((reply.status, reply.code()), (401, "UNAUTHENTICATED"), "{header:?}");
        }
        let twice = site.ask(&[("authorization", &good), ("authorization", &good)], QUERY).await;
        twice.assert_refused("send it once");
        for spelled in [format!("bearer {token}"), format!("BEARER   {token} ")] {
            assert_eq!(site.ask_as(&spelled, QUERY).await.data()["viewer"]["name"], "EDITOR");
        }
    });
}

#[test]
fn empty_authorization_header_is_anonymous() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let without = site.ask(&[], QUERY).await;
        for header in ["", " ", "\t", "Bearer", "bearer", "BEARER ", "Bearer   "] {
            let reply = site.ask_as(header, QUERY).await;
            assert_eq!(reply.data()["viewer"], serde_json::Value::Null, "{header:?}");
            assert_eq!(reply.header("cache-control"), without.header("cache-control"), "{header:?}");
        }
        let by_get = Request::get("/graphql?query=%7B__typename%7D").header(AUTHORIZATION, "");
        let by_get = site.send(by_get.body(Body::empty()).expect("it is a request")).await;
        assert_eq!(by_get.header("cache-control"), "public, max-age=0, must-revalidate");
        let twice = site.ask(&[("authorization", ""), ("authorization", "Bearer ")], QUERY).await;
        assert_eq!(twice.status, 200);
        // Proxies differ in which of two headers they use.
        let good = site.bearer(Role::Reader).await;
        site.ask(&[("authorization", ""), ("authorization", &good)], QUERY).await.assert_refused("send it once");
    });
}

#[test]
fn empty_request_headers_count_as_absent() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        for name in ["catalog-preview", "catalog-version-at-least", "content-encoding", "accept"] {
            for value in ["", " "] {
                let reply = site.ask(&[(name, value)], QUERY).await;
                assert_eq!(reply.data()["viewer"], serde_json::Value::Null, "{name}");
            }
        }
    });
}

#[test]
fn unknown_tokens_are_rejected() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let good = site.bearer(Role::Admin).await;
        let other_end = if good.ends_with('A') { "Q" } else { "A" };
        for (header, said) in [
            ("Bearer secret".to_owned(), "malformed"),
            ("Bearer syl_".to_owned(), "malformed"),
            (good[..good.len() - 1].to_owned(), "malformed"),
            (format!("{good}A"), "malformed"),
            (format!("Bearer syl_{}", "A".repeat(43)), "unknown"),
            (format!("{}{other_end}{}", &good[..20], &good[21..]), "unknown"),
            ("Bearer a.b.c".to_owned(), "does not accept JWTs"),
        ] {
            if header != good {
                site.ask_as(&header, QUERY).await.assert_refused(said);
            }
        }
    });
}

#[test]
fn expired_and_revoked_tokens_are_rejected_immediately() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let expires = moment("2026-01-15T12:01:00Z");
        let short = site.create("short", Role::Editor, Some(expires)).await.secret;
        let short = format!("Bearer {}", short.expose());
        let long = site.create("long", Role::Editor, None).await;
        let header = format!("Bearer {}", long.secret.expose());
        site.pass(59);
        assert_eq!(site.ask_as(&short, QUERY).await.data()["viewer"]["name"], "short");
        site.pass(1);
        site.ask_as(&short, QUERY).await.assert_refused("expired");

        assert_eq!(site.ask_as(&header, QUERY).await.data()["viewer"]["name"], "long");
        let id = api_token::id(&long.token);
        let revoked = api_token::revoke(&site.database, &Administrator::operator(), &id, site.now()).await;
        assert_eq!(revoked.expect("it is there").revoked_by.as_deref(), Some("command line"));
        site.ask_as(&header, QUERY).await.assert_refused("revoked");
    });
}

#[test]
fn get_requests_are_authenticated_and_the_explorer_is_public() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let good = site.bearer(Role::Reader).await;
        let get = |address: &str, header: &str, accept: &str| {
            let request = Request::get(address).header(AUTHORIZATION, header).header("accept", accept);
            site.send(request.body(Body::empty()).expect("it is a request"))
        };
        let asking = "/graphql?query=%7Bviewer%7Bname%7D%7D";
        assert_eq!(get(asking, &good, "application/json").await.data()["viewer"]["name"], "READER");
        get(asking, "Bearer no", "application/json").await.assert_refused("malformed");
        assert_eq!(get("/graphql", "Bearer no", "text/html").await.status, 200);
    });
}
