//! Authentication with the JWTs of an identity provider.

use super::value::NonEmptyString;
use super::{Section, Setting, SettingsReader, Value};
use crate::auth::jwt::{JwksSource, JwtSettings, RoleMap};

const ISSUER: Setting = Setting {
    name: "auth.jwt-issuer",
    placeholder: Some("ISSUER"),
    default: None,
    help: "Accept JWTs of this issuer, the value of their claim iss; requires the audience and the JWKS",
};

const AUDIENCE: Setting = Setting {
    name: "auth.jwt-audience",
    placeholder: Some("AUDIENCE"),
    default: None,
    help: "Audience that the claim aud of a JWT must contain",
};

const JWKS: Setting = Setting {
    name: "auth.jwt-jwks",
    placeholder: Some("PATH|URL"),
    default: None,
    help: "Public keys of the identity provider, as a JWKS; reloaded when they change",
};

const ROLES_CLAIM: Setting = Setting {
    name: "auth.jwt-roles-claim",
    placeholder: Some("CLAIM"),
    default: Some("roles"),
    help: "Claim with the caller's roles or groups; dots select nested fields: realm_access.roles",
};

const ROLE_MAP: Setting = Setting {
    name: "auth.jwt-role-map",
    placeholder: Some("MAP"),
    default: None,
    help: "Roles of the values of this claim: catalog-editors=EDITOR,catalog-admins=ADMIN; by default the values READER, EDITOR and ADMIN",
};

const NAME_CLAIM: Setting = Setting {
    name: "auth.jwt-name-claim",
    placeholder: Some("CLAIM"),
    default: Some("preferred_username"),
    help: "Claim with the caller's name in the history; sub if a token lacks it",
};

/// The settings of authentication.
#[derive(Clone, Debug, Default)]
pub struct AuthSettings {
    pub jwt: Option<JwtSettings>,
}

impl Section for AuthSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&ISSUER, &AUDIENCE, &JWKS, &ROLES_CLAIM, &ROLE_MAP, &NAME_CLAIM]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let issuer: Option<NonEmptyString> = reader.optional(&ISSUER);
        let audience: Option<NonEmptyString> = reader.optional(&AUDIENCE);
        let jwks: Option<JwksSource> = reader.optional(&JWKS);
        let NonEmptyString(roles_claim) = reader.get(&ROLES_CLAIM);
        let NonEmptyString(name_claim) = reader.get(&NAME_CLAIM);
        let role_map: RoleMap = reader.optional(&ROLE_MAP).unwrap_or_default();
        require_complete_provider(reader);
        let (Some(NonEmptyString(issuer)), Some(NonEmptyString(audience)), Some(jwks)) = (issuer, audience, jwks)
        else {
            return Self::default();
        };
        Self { jwt: Some(JwtSettings { issuer, audience, jwks, roles_claim, name_claim, role_map }) }
    }
}

/// Requires issuer, audience and keys to be set together: any part alone would accept no token, or any.
fn require_complete_provider(reader: &mut SettingsReader<'_>) {
    let needed = [&ISSUER, &AUDIENCE, &JWKS];
    let missing: Vec<&str> = needed.iter().filter(|key| !reader.is_set(key)).map(|key| key.name).collect();
    if let Some(given) =
        AuthSettings::settings().into_iter().find(|key| reader.is_set(key)).filter(|_| !missing.is_empty())
    {
        reader.reject(given, format!("requires {}", missing.join(" and ")));
    }
}

impl Value for JwksSource {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

impl Value for RoleMap {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
    }
}
