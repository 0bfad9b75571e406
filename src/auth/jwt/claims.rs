//! Verifies the claims of a token whose signature is valid.

use entity::timestamp::Timestamp;
use serde_json::{Map, Value};

use super::JwtSettings;
use crate::auth::{AuthError, Identity, Viewer};

/// The tolerated difference between the clocks of the provider and the server, in seconds.
const LEEWAY: i64 = 5;
/// The maximum length of a stored name, in characters.
const MAX_NAME_LENGTH: usize = 200;

/// The claims of a token.
pub type Claims = Map<String, Value>;

/// Verifies the claims against the settings and returns the viewer that they describe.
///
/// # Errors
/// Returns an error if the token is expired or not yet valid, or has the wrong issuer or audience.
pub fn verify(claims: &Claims, settings: &JwtSettings, now: Timestamp) -> Result<Viewer, AuthError> {
    check_time(claims, now)?;
    if claims.get("iss").and_then(Value::as_str) != Some(&settings.issuer) {
        return Err(AuthError::Issuer);
    }
    let matches_audience = match claims.get("aud") {
        Some(Value::String(audience)) => *audience == settings.audience,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| *audience == settings.audience),
        _ => false,
    };
    if !matches_audience {
        return Err(AuthError::Audience);
    }
    let roles = settings.role_map.roles(claim_at(claims, &settings.roles_claim));
    let name = name(claims, &settings.name_claim)?;
    let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty());
    let identity = match subject {
        Some(subject) => Identity::subject(&settings.issuer, subject),
        None => Identity::named(&settings.issuer, &name),
    };
    Ok(Viewer::new(identity, name, roles))
}

fn check_time(claims: &Claims, now: Timestamp) -> Result<(), AuthError> {
    let now = now.0.div_euclid(1_000_000);
    let expires = claims.get("exp").and_then(seconds).ok_or(AuthError::NoExpiry)?;
    if expires.saturating_add(LEEWAY) <= now {
        return Err(AuthError::Expired);
    }
    match claims.get("nbf").map(seconds) {
        None => Ok(()),
        Some(Some(begins)) if begins <= now + LEEWAY => Ok(()),
        Some(_) => Err(AuthError::NotYetValid),
    }
}

/// Returns a time in whole seconds since 1970, from a number with or without a fraction.
fn seconds(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else { return None };
    number.to_string().split('.').next()?.parse().ok()
}

/// Returns the claim with this name, or else at this path. Providers use dots both in names and in paths.
fn claim_at<'a>(claims: &'a Claims, path: &str) -> Option<&'a Value> {
    claims.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        claim_at(claims.get(first)?.as_object()?, rest)
    })
}

fn name(claims: &Claims, claim: &str) -> Result<String, AuthError> {
    let text = |value: Option<&Value>| {
        let text: String = value?.as_str()?.chars().filter(|c| !c.is_control()).take(MAX_NAME_LENGTH).collect();
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    text(claim_at(claims, claim)).or_else(|| text(claims.get("sub"))).ok_or(AuthError::NoSubject)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::auth::Role;
    use crate::auth::jwt::{JwksSource, RoleMap};

    const NOW: i64 = 1_800_000_000;

    fn settings() -> JwtSettings {
        JwtSettings {
            issuer: "https://id.example".to_owned(),
            audience: "syllabus".to_owned(),
            jwks: JwksSource::File("keys.json".into()),
            roles_claim: "realm_access.roles".to_owned(),
            name_claim: "preferred_username".to_owned(),
            role_map: RoleMap::default(),
        }
    }

    /// Reads the claims of a valid token after these changes; null removes a claim.
    fn read(changes: &Value) -> Result<Viewer, AuthError> {
        let mut claims = json!({
            "iss": "https://id.example", "aud": "syllabus", "exp": NOW + 60, "sub": "4711",
            "preferred_username": "ada", "realm_access": {"roles": ["EDITOR"]},
        });
        for (name, value) in changes.as_object().expect("they are an object") {
            claims[name] = value.clone();
        }
        let mut claims = claims.as_object().expect("they are an object").clone();
        claims.retain(|_, value| !value.is_null());
        verify(&claims, &settings(), Timestamp(NOW * 1_000_000))
    }

    #[test]
    fn valid_claims_identify_a_viewer_and_its_roles() {
        let viewer = |name: &str, roles: &[Role]| {
            Ok(Viewer::new(Identity::subject("https://id.example", "4711"), name, roles.iter().copied()))
        };
        assert_eq!(read(&json!({})), viewer("ada", &[Role::Editor]));
        assert_eq!(read(&json!({"aud": ["other", "syllabus"], "nbf": NOW})), viewer("ada", &[Role::Editor]));
        assert_eq!(read(&json!({"preferred_username": null})), viewer("4711", &[Role::Editor]));
        assert_eq!(read(&json!({"realm_access": null})), viewer("ada", &[]));
        assert_eq!(read(&json!({"realm_access.roles": ["ADMIN"]})), viewer("ada", &[Role::Admin]));
        assert_eq!(read(&json!({"exp": 1_800_000_060.5})), viewer("ada", &[Role::Editor]));
    }

    #[test]
    fn an_identity_follows_the_subject_and_not_the_name() {
        let identity = |changes: &Value| read(changes).map(|viewer| viewer.identity().clone());
        assert_eq!(identity(&json!({"preferred_username": "other"})), identity(&json!({})));
        assert_ne!(identity(&json!({"sub": "other"})), identity(&json!({})));
        assert_ne!(identity(&json!({"sub": null, "preferred_username": "4711"})), identity(&json!({})));
        assert_eq!(identity(&json!({"sub": ""})), Ok(Identity::named("https://id.example", "ada")));
    }

    #[test]
    fn invalid_claims_are_rejected() {
        for (changes, error) in [
            (json!({"exp": null}), AuthError::NoExpiry),
            (json!({"exp": "2100-01-01"}), AuthError::NoExpiry),
            (json!({"exp": 1e300}), AuthError::NoExpiry),
            (json!({"exp": NOW - LEEWAY}), AuthError::Expired),
            (json!({"exp": i64::MIN}), AuthError::Expired),
            (json!({"nbf": NOW + LEEWAY + 1}), AuthError::NotYetValid),
            (json!({"nbf": "soon"}), AuthError::NotYetValid),
            (json!({"iss": null}), AuthError::Issuer),
            (json!({"iss": "https://id.example/"}), AuthError::Issuer),
            (json!({"iss": ["https://id.example"]}), AuthError::Issuer),
            (json!({"aud": null}), AuthError::Audience),
            (json!({"aud": "other"}), AuthError::Audience),
            (json!({"aud": []}), AuthError::Audience),
            (json!({"aud": {"syllabus": true}}), AuthError::Audience),
            (json!({"preferred_username": " ", "sub": null}), AuthError::NoSubject),
        ] {
            assert_eq!(read(&changes), Err(error), "{changes}");
        }
    }
}
