//! The identity of a request's caller, from its headers.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::client_addr::ClientAddr;
use super::error::HttpError;
use super::request::single_header;
use crate::auth::{AuthError, Authenticator, Identity, Secret};
use crate::graphql::Requester;
use crate::request_context;

/// Requests drafts, for callers with permission to see them.
pub const PREVIEW: HeaderName = HeaderName::from_static("catalog-preview");

/// The caller of a request, and its token, which can be revoked during a subscription.
#[derive(Clone)]
pub struct RequestIdentity {
    pub caller: Requester,
    token: Option<Secret>,
    client: ClientAddr,
}

/// The owner of a rate-limit budget.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RateLimitKey {
    /// A caller with a token.
    Principal(Identity),
    /// A caller without a token, by address or network.
    Address(IpAddr),
}

/// Identifies the caller. A request without a token is anonymous; one with an invalid token is an error.
///
/// # Errors
/// Returns an error if the token is invalid, or the preview header has an unknown value.
pub async fn identify(
    authenticator: &Authenticator,
    headers: &HeaderMap,
    client: ClientAddr,
) -> Result<RequestIdentity, HttpError> {
    let token = token(headers)?;
    let viewer = match &token {
        // Boxed because most requests have no token, and every request reserves space for the future.
        Some(token) => Some(Arc::new(Box::pin(authenticator.authenticate(token)).await?)),
        None => None,
    };
    if let Some(viewer) = &viewer {
        request_context::set_caller(viewer.identity().as_str());
    }
    Ok(RequestIdentity { caller: Requester::new(viewer, wants_drafts(headers)?), token, client })
}

impl RequestIdentity {
    /// Returns the identity of a caller without a token.
    #[must_use]
    pub fn anonymous(client: ClientAddr) -> Self {
        Self { caller: Requester::default(), token: None, client }
    }

    /// Returns the owner of the budget; `None` for programs on this machine, which have no limit.
    #[must_use]
    pub fn rate_limit_key(&self) -> Option<RateLimitKey> {
        if self.client.is_local() {
            return None;
        }
        match &self.caller.viewer {
            Some(viewer) => Some(RateLimitKey::Principal(viewer.identity().clone())),
            None => self.client.rate_limit_prefix().map(RateLimitKey::Address),
        }
    }

    /// Checks that the token is still valid.
    ///
    /// # Errors
    /// Returns an error if the token is invalid, or cannot be checked.
    pub async fn reauthenticate(&self, authenticator: &Authenticator) -> Result<(), HttpError> {
        if let Some(token) = &self.token {
            authenticator.authenticate(token).await?;
        }
        Ok(())
    }
}

/// Returns whether a request has credentials, valid or not.
#[must_use]
pub fn has_credentials(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| !lacks_credentials(value))
}

/// Returns whether a value of `Authorization` has no credentials. Clients without a token often send
/// the header nevertheless, empty or with only the scheme:
/// <https://www.apollographql.com/docs/react/networking/authentication>.
#[must_use]
pub fn lacks_credentials(value: &HeaderValue) -> bool {
    let content = value.as_bytes().trim_ascii();
    content.is_empty() || content.eq_ignore_ascii_case(b"bearer")
}

fn token(headers: &HeaderMap) -> Result<Option<Secret>, AuthError> {
    if !has_credentials(headers) {
        return Ok(None);
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(AuthError::Header) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.trim().split_once(' ')).ok_or(AuthError::Header)?;
    let token = token.trim();
    let fits = scheme.eq_ignore_ascii_case("bearer") && !token.contains(char::is_whitespace);
    if fits { Ok(Some(Secret::new(token))) } else { Err(AuthError::Header) }
}

fn wants_drafts(headers: &HeaderMap) -> Result<bool, HttpError> {
    match single_header(headers, &PREVIEW)? {
        None => Ok(false),
        Some(value) if value == "drafts" => Ok(true),
        Some(_) => Err(HttpError::bad_request("The Catalog-Preview header must be drafts, or be omitted.")),
    }
}
