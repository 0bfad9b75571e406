//! The names of types that other subgraphs of a supergraph are likely to have as well.
//!
//! async-graphql requires type names to be constant, so the prefix is a global: set it once, before any schema is
//! built.

use std::borrow::Cow;
use std::sync::OnceLock;

static PREFIX: OnceLock<String> = OnceLock::new();

/// The types whose names are common in other graphs, with another meaning.
const COMMON_TYPES: [&str; 2] = ["Person", "Organization"];

/// Sets the prefix of the types of people and organizations: with `Catalog`, they are `CatalogPerson` and
/// `CatalogOrganization`. Only the first call has an effect.
pub fn prefix_parties(prefix: &str) {
    PREFIX.get_or_init(|| prefix.to_owned());
}

/// Returns the prefix of the types of people and organizations, if there is one.
#[must_use]
pub fn party_prefix() -> Option<&'static str> {
    PREFIX.get().map(String::as_str)
}

/// Returns the name of an object type in the schema.
pub fn type_name(name: &'static str) -> Cow<'static, str> {
    match PREFIX.get() {
        Some(prefix) if COMMON_TYPES.contains(&name) => Cow::Owned(format!("{prefix}{name}")),
        _ => Cow::Borrowed(name),
    }
}
