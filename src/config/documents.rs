//! Which documents the server accepts, and whether it publishes the schema.

use std::path::Path;

use super::value::read_text;
use super::{Manifest, Section, Setting, SettingsReader, Value};

const INTROSPECTION: Setting = Setting {
    name: "introspection",
    placeholder: None,
    default: Some("true"),
    help: "Answer introspection queries, serve the schema, and suggest corrections in error messages",
};

const TRUSTED_DOCUMENTS: Setting = Setting {
    name: "trusted-documents",
    placeholder: Some("PATH"),
    default: None,
    help: "Manifest of documents that requests can refer to by id, in the format of the Relay compiler, graphql-codegen or Apollo",
};

const TRUSTED_DOCUMENTS_ONLY: Setting = Setting {
    name: "trusted-documents-only",
    placeholder: None,
    default: Some("false"),
    help: "Reject all other documents, except from editors",
};

/// Which documents the server accepts, and whether it publishes the schema.
#[derive(Clone, Debug)]
pub struct DocumentSettings {
    pub introspection: bool,
    pub trusted_documents: Manifest,
    pub trusted_documents_only: bool,
}

impl Section for DocumentSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&INTROSPECTION, &TRUSTED_DOCUMENTS, &TRUSTED_DOCUMENTS_ONLY]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let introspection = reader.get(&INTROSPECTION);
        let trusted_documents = reader.optional(&TRUSTED_DOCUMENTS).unwrap_or_default();
        let trusted_documents_only = reader.get(&TRUSTED_DOCUMENTS_ONLY);
        if trusted_documents_only && !reader.is_set(&TRUSTED_DOCUMENTS) {
            reader.reject(&TRUSTED_DOCUMENTS_ONLY, "requires trusted-documents");
        }
        Self { introspection, trusted_documents, trusted_documents_only }
    }
}

/// The path of the file.
impl Value for Manifest {
    fn parse(text: &str) -> Result<Self, String> {
        Self::read(&read_text(Path::new(text))?).map_err(|error| error.to_string())
    }
}
