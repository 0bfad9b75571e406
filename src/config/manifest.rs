//! Manifests of trusted documents, as build tools of web clients write them.
//!
//! The Relay compiler and graphql-codegen's client preset write one object, `{"id": "text of the document"}`. Apollo's
//! tool writes a list of operations, `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id":
//! …, "body": …}]}`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Trusted documents by id.
#[derive(Clone, Debug, Default)]
pub struct Manifest(BTreeMap<String, String>);

/// Why a manifest is invalid.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("invalid JSON at line {0}, column {1}")]
    Json(usize, usize),
    #[error("unknown format: expected an object of documents by id, or Apollo's list of operations")]
    Shape,
}

#[derive(Deserialize)]
struct Listed {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl Manifest {
    /// Parses a manifest.
    ///
    /// # Errors
    /// Returns an error if the format is unknown.
    pub fn read(text: &str) -> Result<Self, ManifestError> {
        let value: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| ManifestError::Json(error.line(), error.column()))?;
        let is_listed = value.get("format").is_some_and(serde_json::Value::is_string);
        if is_listed {
            let listed: Listed = serde_json::from_value(value).map_err(|_| ManifestError::Shape)?;
            return Ok(Self(listed.operations.into_iter().map(|operation| (operation.id, operation.body)).collect()));
        }
        serde_json::from_value(value).map(Self).map_err(|_| ManifestError::Shape)
    }

    /// Returns the document with an id. The id can have a prefix with the hash algorithm: `sha256:…`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&str> {
        let known = self.0.get(id).or_else(|| self.0.get(id.strip_prefix("sha256:")?));
        known.map(String::as_str)
    }

    /// Returns all documents with their ids.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }
}
