//! Documents that a request names instead of sending them.
//!
//! *Trusted* ones come from a manifest that the operator gives at the start: they are known under their ids for good.
//! *Automatic* ones come from clients, under the SHA-256 of their text, and are kept while there is room:
//! <https://www.apollographql.com/docs/apollo-server/performance/apq>

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{Request, ServerError, Value};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::Requester;
use super::error::{ErrorCode, request_error};
use crate::config::Manifest;

/// How many bytes of automatic documents are kept.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// What each takes beside its text.
const ENTRY_OVERHEAD: u32 = 200;
/// Among the extensions of a request: the id of a trusted document.
pub const DOCUMENT_ID: &str = "documentId";

/// Documents by their names.
pub struct PersistedDocuments {
    trusted: Manifest,
    /// Texts that are trusted, also when they are sent.
    hashes: HashSet<Hash>,
    trusted_only: bool,
    automatic: Cache<Hash, Arc<str>>,
}

/// The SHA-256 of a text.
type Hash = [u8; 32];

impl PersistedDocuments {
    /// With the documents of a manifest; where these are the only ones, others are for editors.
    #[must_use]
    pub fn new(trusted: Manifest, trusted_only: bool) -> Self {
        let hashes = trusted.documents().map(|(_, text)| hash(text)).collect();
        let weigh =
            |_: &Hash, text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_add(ENTRY_OVERHEAD);
        let automatic = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).build();
        Self { trusted, hashes, trusted_only, automatic }
    }

    /// Puts in the document that a request names, and refuses one that is not trusted where only such are.
    /// The name under which it is to be kept, once it was found good, where the client asks for that.
    ///
    /// # Errors
    /// When there is no such document; when it is not the one that was named; when it is not trusted.
    pub fn resolve(
        &self,
        request: &mut Request,
        requester: &Requester,
    ) -> Result<Option<PersistedQueryHash>, ServerError> {
        let reference = reference(request)?;
        let is_unrestricted = !self.trusted_only || requester.is_editor();
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

    /// Keeps a document that was found good.
    pub fn register(&self, hash: PersistedQueryHash, text: &str) {
        if !self.automatic.contains_key(&hash.0) {
            self.automatic.insert(hash.0, Arc::from(text));
        }
    }
}

/// The name under which an automatic document is kept.
#[derive(Clone, Copy, Debug)]
pub struct PersistedQueryHash(Hash);

/// A document as a request names it.
struct DocumentReference {
    id: String,
    /// The same, where it is a hash.
    hash: Option<Hash>,
}

/// The name in `documentId`, or in `extensions.persistedQuery.sha256Hash`.
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

/// Clients know it by this message, and send the document along the next time.
fn not_found() -> ServerError {
    request_error(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn not_trusted() -> ServerError {
    let message = "The server accepts only trusted documents: send the documentId of one of them.";
    request_error(ErrorCode::PersistedQueryNotTrusted, message)
}
