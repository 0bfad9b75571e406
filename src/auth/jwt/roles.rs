//! Maps the groups of an identity provider to roles.

use std::str::FromStr;

use serde_json::Value;

use crate::auth::Role;

/// Maps the values of a claim to roles. An empty map accepts the names of the roles, in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleMap(Vec<(String, Role)>);

impl FromStr for RoleMap {
    type Err = String;

    /// Parses `catalog-editors=EDITOR,catalog-admins=ADMIN`.
    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty()).map(|pair| {
            let (group, role) = pair
                .rsplit_once('=')
                .ok_or_else(|| format!("invalid pair {pair:?}: expected one like catalog-editors=EDITOR"))?;
            let role = Role::from_text(&role.trim().to_uppercase())
                .ok_or_else(|| format!("unknown role {role:?}: expected READER, EDITOR or ADMIN"))?;
            Ok((group.trim().to_owned(), role))
        });
        pairs.collect::<Result<_, String>>().map(Self)
    }
}

impl RoleMap {
    /// Returns the roles for the value of a claim: a list of strings, or one string with whitespace between the names.
    #[must_use]
    pub fn roles(&self, claim: Option<&Value>) -> Vec<Role> {
        match claim {
            Some(Value::Array(values)) => {
                values.iter().filter_map(Value::as_str).filter_map(|v| self.role(v)).collect()
            }
            Some(Value::String(text)) => {
                text.split_whitespace().chain([text.as_str()]).filter_map(|v| self.role(v)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn role(&self, value: &str) -> Option<Role> {
        if self.0.is_empty() {
            return Role::from_text(&value.to_uppercase());
        }
        // A group can have several entries: the highest role counts.
        self.0.iter().filter(|(group, _)| group == value).map(|(_, role)| *role).max()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_map_assigns_roles_to_groups() {
        let map: RoleMap = "catalog-editors=EDITOR, catalog-admins=admin,".parse().expect("the role map is valid");
        assert_eq!(map.roles(Some(&json!(["staff", "catalog-editors", 1]))), [Role::Editor]);
        assert_eq!(map.roles(Some(&json!("catalog-admins staff"))), [Role::Admin]);
        for nothing in [json!(["EDITOR"]), json!([]), json!({"catalog-editors": true}), json!(null)] {
            assert_eq!(map.roles(Some(&nothing)), [], "{nothing}");
        }
        assert_eq!(map.roles(None), []);
    }

    #[test]
    fn the_default_map_uses_role_names() {
        let map = RoleMap::default();
        assert_eq!(map.roles(Some(&json!(["editor", "ADMIN", "owner"]))), [Role::Editor, Role::Admin]);
    }

    #[test]
    fn invalid_maps_are_rejected() {
        for (text, said) in [("editors", "invalid pair"), ("editors=BOSS", "unknown role")] {
            assert!(text.parse::<RoleMap>().expect_err("it is none").contains(said));
        }
    }
}
