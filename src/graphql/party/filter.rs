//! What people and organizations are filtered and ordered by.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{StringFilter, Where, combine, on_plain_text, on_text};
use crate::graphql::order::order_input;
use crate::loader::Filter;
use crate::loader::columns::{organization, person};

/// Which people. All conditions that are given must hold.
#[derive(InputObject, Debug, Default)]
pub struct PersonWhere {
    /// All of these hold.
    and: Option<Vec<PersonWhere>>,
    /// At least one of these holds.
    or: Option<Vec<PersonWhere>>,
    /// This does not hold.
    not: Option<Box<PersonWhere>>,
    /// The name.
    name: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
}

impl Where for PersonWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(person::NAME, person::NAME_FOLDED, self.name, all);
        on_plain_text(person::SLUG, self.slug, all);
        Ok(())
    }
}

order_input! {
    /// What people are ordered by.
    PersonOrder;
    /// What people can be ordered by.
    PersonOrderField by crate::loader::columns::person {
        /// The name, case and accents aside.
        Name "NAME" = BY_NAME,
        /// When the entry was made.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When the entry was last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
    }
}

/// Which organizations. All conditions that are given must hold.
#[derive(InputObject, Debug, Default)]
pub struct OrganizationWhere {
    /// All of these hold.
    and: Option<Vec<OrganizationWhere>>,
    /// At least one of these holds.
    or: Option<Vec<OrganizationWhere>>,
    /// This does not hold.
    not: Option<Box<OrganizationWhere>>,
    /// The name.
    name: Option<StringFilter>,
    /// The current slug.
    slug: Option<StringFilter>,
}

impl Where for OrganizationWhere {
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()> {
        combine(self.and, self.or, self.not, depth, all)?;
        on_text(organization::NAME, organization::NAME_FOLDED, self.name, all);
        on_plain_text(organization::SLUG, self.slug, all);
        Ok(())
    }
}

order_input! {
    /// What organizations are ordered by.
    OrganizationOrder;
    /// What organizations can be ordered by.
    OrganizationOrderField by crate::loader::columns::organization {
        /// The name, case and accents aside.
        Name "NAME" = BY_NAME,
        /// When the entry was made.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// When the entry was last changed.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
    }
}
