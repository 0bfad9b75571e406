//! Persisted documents, which a request references instead of sending their text.
//!
//! *Trusted* documents come from a manifest that the operator provides, under their ids. *Automatic* persisted queries
//! come from clients, under the SHA-256 of their text, and are cached:
//! <https://www.apollographql.com/docs/apollo-server/performance/apq>

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{Request, ServerError, Value};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::Requester;
use super::error::{ErrorCode, request_error};
use crate::config::Manifest;

/// The maximum size of the cache of automatic persisted queries, in bytes.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// The memory of an entry beside its text, in bytes.
const ENTRY_OVERHEAD: u32 = 200;
/// The name of the request extension with the id of a trusted document.
pub const DOCUMENT_ID: &str = "documentId";

/// The persisted documents.
pub struct PersistedDocuments {
    trusted: Manifest,
    /// The hashes of the trusted documents, which are also trusted when a request sends their text.
    hashes: HashSet<Hash>,
    only_trusted: bool,
    automatic: Cache<Hash, Arc<str>>,
}

/// The SHA-256 of a text.
type Hash = [u8; 32];

impl PersistedDocuments {
    /// Creates the store from a manifest. With `only_trusted`, only editors can send other documents.
    #[must_use]
    pub fn new(trusted: Manifest, only_trusted: bool) -> Self {
        let hashes = trusted.documents().map(|(_, text)| hash(text)).collect();
        let weigh =
            |_: &Hash, text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_add(ENTRY_OVERHEAD);
        let automatic = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).build();
        Self { trusted, hashes, only_trusted, automatic }
    }

    /// Sets the text of the document that a request references. Returns the hash under which to register the document
    /// once it is validated, if the client requests that.
    ///
    /// # Errors
    /// When the document is unknown, does not match its hash, or is not trusted although it must be.
    pub fn resolve(
        &self,
        request: &mut Request,
        requester: &Requester,
    ) -> Result<Option<PersistedQueryHash>, ServerError> {
        let reference = reference(request)?;
        let is_unrestricted = !self.only_trusted || requester.is_editor();
        let Some(reference) = reference else {
            let is_trusted = || self.hashes.contains(&hash(&request.query));
            return if is_unrestricted || is_trusted() { Ok(None) } else { Err(not_trusted()) };
        };
        if let Some(text) = self.trusted.get(&reference.id) {
            text.clone_into(&mut request.query);
            return Ok(None);
        }
        let Some(expected) = reference.hash else { return Err(not_found()) };
        if request.query.is_empty() {
            let cached = if is_unrestricted { self.automatic.get(&expected) } else { None };
            let Some(text) = cached else { return Err(if is_unrestricted { not_found() } else { not_trusted() }) };
            request.query = text.to_string();
            return Ok(None);
        }
        if hash(&request.query) != expected {
            let message =
                "extensions.persistedQuery.sha256Hash does not match the query: send the SHA-256 hash of its text.";
            return Err(request_error(ErrorCode::BadUserInput, message));
        }
        if self.hashes.contains(&expected) {
            return Ok(None);
        }
        if is_unrestricted { Ok(Some(PersistedQueryHash(expected))) } else { Err(not_trusted()) }
    }

    /// The trusted documents.
    #[must_use]
    pub fn trusted(&self) -> &Manifest {
        &self.trusted
    }

    /// Registers a valid document.
    pub fn register(&self, hash: PersistedQueryHash, text: &str) {
        if !self.automatic.contains_key(&hash.0) {
            self.automatic.insert(hash.0, Arc::from(text));
        }
    }
}

/// The hash of an automatic persisted query.
#[derive(Clone, Copy, Debug)]
pub struct PersistedQueryHash(Hash);

/// The reference of a request to a document.
struct DocumentReference {
    id: String,
    /// The id as a hash, if it is one.
    hash: Option<Hash>,
}

/// Reads the reference from `documentId`, or from `extensions.persistedQuery.sha256Hash`.
fn reference(request: &Request) -> Result<Option<DocumentReference>, ServerError> {
    if let Some(id) = request.extensions.get(DOCUMENT_ID) {
        let Value::String(id) = id else { return Err(malformed("documentId must be a string.")) };
        return Ok(Some(DocumentReference { id: id.clone(), hash: None }));
    }
    let extension = match request.extensions.get("persistedQuery") {
        None | Some(Value::Null) => return Ok(None),
        Some(extension) => extension,
    };
    let Value::Object(extension) = extension else {
        return Err(malformed("extensions.persistedQuery must be an object."));
    };
    if extension.get("version").is_some_and(|version| *version != Value::from(1)) {
        return Err(malformed("extensions.persistedQuery.version must be 1."));
    }
    match extension.get("sha256Hash") {
        Some(Value::String(hex)) => Ok(Some(DocumentReference { id: hex.clone(), hash: parse_hex(hex) })),
        _ => Err(malformed("extensions.persistedQuery.sha256Hash must be a string.")),
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

fn parse_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != hash.len() * 2 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(hash)
}

fn malformed(message: &str) -> ServerError {
    request_error(ErrorCode::BadUserInput, message)
}

/// Clients recognize this message and send the request again with the document.
fn not_found() -> ServerError {
    request_error(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn not_trusted() -> ServerError {
    let message = "The server accepts only trusted documents: send the documentId of one of them.";
    request_error(ErrorCode::PersistedQueryNotTrusted, message)
}
