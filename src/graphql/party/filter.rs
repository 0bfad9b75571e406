//! Filters and orders of people and organizations.

use async_graphql::{InputObject, Result};

use crate::graphql::filter::{StringFilter, Where, combine, on_plain_text, on_text};
use crate::graphql::order::order_input;
use crate::loader::Filter;
use crate::loader::columns::{organization, person};

/// A filter for people. All fields that are set must match; `{}` matches everybody.
#[derive(InputObject, Debug, Default)]
pub struct PersonWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<PersonWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<PersonWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<PersonWhere>>,
    /// Matches the name. `contains` and `startsWith` ignore case and accents.
    name: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
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
    /// A sort key for lists of people: a field and a direction.
    PersonOrder;
    /// The fields by which `people` can be sorted. People with equal values are always in the same order.
    PersonOrderField by crate::loader::columns::person {
        /// The name. Case and accents only break ties, and numbers compare by value: "Studio 2" precedes "Studio 10".
        Name "NAME" = BY_NAME,
        /// The time at which the person or organization was added to the catalog.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// The time of the last change of the person or organization.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
    }
}

/// A filter for organizations. All fields that are set must match; `{}` matches every organization.
#[derive(InputObject, Debug, Default)]
pub struct OrganizationWhere {
    /// All of these filters must match. An empty list matches everything.
    and: Option<Vec<OrganizationWhere>>,
    /// At least one of these filters must match. An empty list matches nothing.
    or: Option<Vec<OrganizationWhere>>,
    /// This filter must not match. Comparisons with unknown values do not match, so their negation does.
    not: Option<Box<OrganizationWhere>>,
    /// Matches the name. `contains` and `startsWith` ignore case and accents.
    name: Option<StringFilter>,
    /// Matches the current slug character by character. Former slugs do not match.
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
    /// A sort key for lists of organizations: a field and a direction.
    OrganizationOrder;
    /// The fields by which `organizations` can be sorted. Organizations with equal values are always in the same order.
    OrganizationOrderField by crate::loader::columns::organization {
        /// The name. Case and accents only break ties, and numbers compare by value: "Studio 2" precedes "Studio 10".
        Name "NAME" = BY_NAME,
        /// The time at which the person or organization was added to the catalog.
        CreatedAt "CREATED_AT" = BY_CREATED_AT,
        /// The time of the last change of the person or organization.
        UpdatedAt "UPDATED_AT" = BY_UPDATED_AT,
    }
}
