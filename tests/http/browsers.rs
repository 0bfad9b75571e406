//! Pages of other sites.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use reqwest::{Method, Response};
use syllabus::config::{Origins, Settings};

use crate::site::{Site, header};

const OURS: &str = "https://learn.example";
const FOREIGN: &str = "https://evil.example";

async fn site(origins: Origins) -> Site {
    let mut settings = Settings::for_testing();
    settings.server.cors_origins = origins;
    Site::with(settings).await
}

async fn preflight(site: &Site, origin: &str) -> Response {
    let request = site.request(Method::OPTIONS, "/graphql").header(ORIGIN, origin);
    let request = request.header(ACCESS_CONTROL_REQUEST_METHOD, "POST");
    request
        .header(ACCESS_CONTROL_REQUEST_HEADERS, "content-type,authorization")
        .send()
        .await
        .expect("there is an answer")
}

async fn asked(site: &Site, origin: &str) -> Response {
    site.post(r#"{"query":"{__typename}"}"#).header(ORIGIN, origin).send().await.expect("there is an answer")
}

#[tokio::test]
async fn no_other_site_is_let_in_by_default() {
    let site = site(Origins::None).await;
    assert_eq!(header(&preflight(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), "");
    assert_eq!(header(&asked(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), "");
}

#[tokio::test]
async fn the_sites_that_the_operator_names_are() {
    let site = site(Origins::Some(vec![OURS.to_owned()])).await;
    let preflight_ = preflight(&site, OURS).await;
    assert_eq!(header(&preflight_, ACCESS_CONTROL_ALLOW_ORIGIN), OURS);
    assert!(header(&preflight_, ACCESS_CONTROL_ALLOW_HEADERS).contains("authorization"));
    assert_eq!(header(&asked(&site, OURS).await, ACCESS_CONTROL_ALLOW_ORIGIN), OURS);
    for response in [preflight(&site, FOREIGN).await, asked(&site, FOREIGN).await] {
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), "");
    }
}

#[tokio::test]
async fn all_sites_never_come_with_credentials() {
    let site = site(Origins::All).await;
    for response in [preflight(&site, FOREIGN).await, asked(&site, FOREIGN).await] {
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(header(&response, ACCESS_CONTROL_ALLOW_CREDENTIALS), "");
    }
}
