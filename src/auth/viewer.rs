//! An authenticated caller.

use super::permissions::{Administrator, Editor};
use super::{Identity, Role};

/// An authenticated caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    identity: Identity,
    name: String,
    role: Option<Role>,
}

impl Viewer {
    /// Creates a viewer with these roles. Without a role, a viewer sees what anonymous callers see.
    #[must_use]
    pub fn new(identity: Identity, name: impl Into<String>, roles: impl IntoIterator<Item = Role>) -> Self {
        Self { identity, name: name.into(), role: roles.into_iter().max() }
    }

    /// Returns the identity.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the name for the history of the catalog. It is not unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the roles, including those that a higher role implies.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(|role| self.has(*role))
    }

    /// Returns whether the viewer has this role or a higher one.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.role >= Some(role)
    }

    /// Returns whether the viewer can request drafts.
    #[must_use]
    pub fn may_preview(&self) -> bool {
        self.has(Role::Reader)
    }

    /// Returns the permission to edit the catalog, if the viewer has it.
    #[must_use]
    pub fn editor(&self) -> Option<Editor> {
        self.has(Role::Editor).then(|| Editor::new(&self.identity, &self.name))
    }

    /// Returns the permission to manage tokens, if the viewer has it.
    #[must_use]
    pub fn administrator(&self) -> Option<Administrator> {
        self.has(Role::Admin).then(|| Administrator::named(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_roles_imply_lower_roles() {
        let rights = |roles: &[Role]| {
            let viewer = Viewer::new(Identity::api_token("ci4tzd"), "ada", roles.iter().copied());
            (viewer.may_preview(), viewer.editor().is_some(), viewer.administrator().is_some(), viewer.roles().count())
        };
        assert_eq!(rights(&[]), (false, false, false, 0));
        assert_eq!(rights(&[Role::Reader]), (true, false, false, 1));
        assert_eq!(rights(&[Role::Editor]), (true, true, false, 2));
        assert_eq!(rights(&[Role::Admin]), (true, true, true, 3));
        assert_eq!(rights(&[Role::Admin, Role::Reader]), (true, true, true, 3));
    }
}
