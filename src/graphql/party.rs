//! People and organizations.

mod filter;
mod object;
mod organization_input;
mod organization_mutation;
mod organization_query;
mod person_input;
mod person_mutation;
mod person_query;

pub use filter::{OrganizationOrder, OrganizationWhere, PersonOrder, PersonWhere};
pub use object::{Organization, OrganizationSearchConnection, Person, PersonSearchConnection};
pub use organization_mutation::OrganizationMutation;
pub use organization_query::OrganizationQuery;
pub use person_mutation::PersonMutation;
pub use person_query::PersonQuery;
