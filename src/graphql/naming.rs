//! What the types are called that other subgraphs of a supergraph are likely to have as well.
//!
//! A type's name is a constant to async-graphql, so the prefix is one of the process: set once, before any schema is built.

use std::borrow::Cow;
use std::sync::OnceLock;

static PREFIX: OnceLock<String> = OnceLock::new();

/// The types that many graphs have, and mean something else by.
const COMMON_TYPES: [&str; 2] = ["Person", "Organization"];

/// Calls people and organizations otherwise from now on: with `Catalog`, `CatalogPerson` and `CatalogOrganization`.
/// The first one counts.
pub fn prefix_parties(prefix: &str) {
    PREFIX.get_or_init(|| prefix.to_owned());
}

/// What an object type is called.
pub fn type_name(name: &'static str) -> Cow<'static, str> {
    match PREFIX.get() {
        Some(prefix) if COMMON_TYPES.contains(&name) => Cow::Owned(format!("{prefix}{name}")),
        _ => Cow::Borrowed(name),
    }
}
