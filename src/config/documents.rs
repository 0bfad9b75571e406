//! Which documents are taken, and what is told of the schema.

use std::path::Path;

use super::{Key, Manifest, Reader, Section, Value};

const INTROSPECTION: Key = Key {
    name: "introspection",
    placeholder: None,
    default: Some("true"),
    help: "Answer introspection, serve the schema, and suggest in errors what may have been meant",
};

const TRUSTED_DOCUMENTS: Key = Key {
    name: "trusted-documents",
    placeholder: Some("PATH"),
    default: None,
    help: "A manifest of documents that requests may name by their ids, as the Relay compiler, graphql-codegen or Apollo's tool write it",
};

const TRUSTED_ONLY: Key = Key {
    name: "trusted-documents-only",
    placeholder: None,
    default: Some("false"),
    help: "Take no other documents than these, but from editors",
};

/// Which documents are taken, and what is told of the schema.
#[derive(Clone, Debug)]
pub struct Documents {
    pub introspection: bool,
    pub trusted: Manifest,
    pub trusted_only: bool,
}

impl Section for Documents {
    fn keys() -> Vec<&'static Key> {
        vec![&INTROSPECTION, &TRUSTED_DOCUMENTS, &TRUSTED_ONLY]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let introspection = reader.get(&INTROSPECTION);
        let trusted = reader.optional(&TRUSTED_DOCUMENTS).unwrap_or_default();
        let trusted_only = reader.get(&TRUSTED_ONLY);
        if trusted_only && !reader.is_set(&TRUSTED_DOCUMENTS) {
            reader.refuse(&TRUSTED_ONLY, "needs trusted-documents as well");
        }
        Self { introspection, trusted, trusted_only }
    }
}

/// The path of a file, which is read.
impl Value for Manifest {
    fn parse(text: &str) -> Result<Self, String> {
        let file = std::fs::read_to_string(Path::new(text)).map_err(|error| format!("cannot be read: {error}"))?;
        Self::read(&file).map_err(|error| error.to_string())
    }
}
