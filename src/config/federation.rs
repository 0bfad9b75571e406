//! The settings of federation.

use super::{Section, Setting, SettingsReader, Value};

const ENABLED: Setting = Setting {
    name: "federation",
    placeholder: None,
    default: Some("false"),
    help: "Serve a subgraph of an Apollo Federation 2 supergraph: entities by id and by code, without node and nodes",
};

const PREFIX: Setting = Setting {
    name: "federation-prefix",
    placeholder: Some("PREFIX"),
    default: None,
    help: "Prefix of the types Person and Organization, if other subgraphs have types of these names: Catalog gives CatalogPerson and CatalogOrganization",
};

/// The audience of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaKind {
    /// Clients that query the server directly.
    #[default]
    Standalone,
    /// The router of a supergraph, of which the server is a subgraph.
    Subgraph,
}

/// The settings of federation.
#[derive(Clone, Debug, Default)]
pub struct FederationSettings {
    pub schema: SchemaKind,
    pub prefix: Option<String>,
}

impl Section for FederationSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&ENABLED, &PREFIX]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let schema = if reader.get(&ENABLED) { SchemaKind::Subgraph } else { SchemaKind::Standalone };
        let prefix: Option<Prefix> = reader.optional(&PREFIX);
        if schema == SchemaKind::Standalone && !reader.is_rejected(&ENABLED) {
            reader.reject(&PREFIX, "requires federation");
        }
        Self { schema, prefix: prefix.map(|Prefix(prefix)| prefix) }
    }
}

/// A prefix of type names.
struct Prefix(String);

impl Value for Prefix {
    fn parse(text: &str) -> Result<Self, String> {
        let is_valid = text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.chars().all(|character| character.is_ascii_alphanumeric());
        if is_valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("invalid prefix {text:?}: expected a capital letter, then ASCII letters and digits"))
        }
    }
}
