//! Whether the catalog is a part of a larger graph.

use super::{Key, Reader, Section, Value};

const ON: Key = Key {
    name: "federation",
    placeholder: None,
    default: Some("false"),
    help: "Be a subgraph of an Apollo Federation 2 supergraph: entities by id and by code, and no node and nodes",
};

const PREFIX: Key = Key {
    name: "federation-prefix",
    placeholder: Some("PREFIX"),
    default: None,
    help: "Call people and organizations otherwise, where other subgraphs have types of these names: with Catalog, CatalogPerson and CatalogOrganization",
};

/// The clients that a schema is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaKind {
    /// Clients that ask it directly.
    #[default]
    Standalone,
    /// The router of a supergraph, that it is a subgraph of.
    Subgraph,
}

/// Whether the catalog is a part of a larger graph.
#[derive(Clone, Debug, Default)]
pub struct Federation {
    pub schema: SchemaKind,
    pub prefix: Option<String>,
}

impl Section for Federation {
    fn keys() -> Vec<&'static Key> {
        vec![&ON, &PREFIX]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let schema = if reader.get(&ON) { SchemaKind::Subgraph } else { SchemaKind::Standalone };
        let prefix: Option<Prefix> = reader.optional(&PREFIX);
        if schema == SchemaKind::Standalone {
            reader.refuse(&PREFIX, "needs federation as well");
        }
        Self { schema, prefix: prefix.map(|Prefix(prefix)| prefix) }
    }
}

/// What the name of a type can begin with.
struct Prefix(String);

impl Value for Prefix {
    fn parse(text: &str) -> Result<Self, String> {
        let is_good = text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.chars().all(|character| character.is_ascii_alphanumeric());
        if is_good { Ok(Self(text.to_owned())) } else { Err(format!("is no beginning of a type's name: {text:?}")) }
    }
}
