//! The source of an identity provider's keys: a file or a URL.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use std::{fmt, io};

use reqwest::redirect::Policy;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use url::Url;

use super::key::Key;
use crate::db::describe_io_error;
use crate::http_client;

/// The maximum size of a JWKS, in bytes.
const MAX_SIZE: usize = 1024 * 1024;
/// How long the provider can take to respond.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The location of a JSON Web Key Set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwksSource {
    File(PathBuf),
    Url(Url),
}

/// Why a JWKS could not be read, for the log.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    #[error("cannot read the file: {}", describe_io_error(.0))]
    File(#[from] io::Error),
    #[error("cannot fetch the URL: {}", http_client::describe_error(.0))]
    Fetch(#[from] reqwest::Error),
    #[error("the provider responded with status {0}")]
    Status(u16),
    #[error("larger than {MAX_SIZE} bytes")]
    TooLarge,
    #[error("not a JSON object with a list of keys")]
    Malformed,
}

impl FromStr for JwksSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(Self::File(text.into())) };
        }
        let url =
            Url::parse(text).map_err(|_| "invalid URL: expected one like https://id.example/jwks.json".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must be a path, or begin with http:// or https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user or a password".to_owned());
        }
        Ok(Self::Url(url))
    }
}

impl fmt::Display for JwksSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url) => write!(f, "{url}"),
        }
    }
}

impl JwksSource {
    /// Returns how long the keys are considered current. A file is cheaper to read than a URL.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        match self {
            Self::File(_) => Duration::from_secs(10),
            Self::Url(_) => Duration::from_mins(5),
        }
    }

    /// Reads the keys that can verify signatures.
    ///
    /// # Errors
    /// Returns an error if the source cannot be read, or is not a JWKS.
    pub async fn read(&self) -> Result<Vec<Key>, JwksError> {
        let bytes = match self {
            Self::File(path) => read(path).await?,
            Self::Url(url) => fetch(url).await?,
        };
        let set: Value = serde_json::from_slice(&bytes).map_err(|_| JwksError::Malformed)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(JwksError::Malformed)?;
        // Skip keys of unknown types: a provider can publish keys for other purposes.
        Ok(keys.iter().filter_map(Key::read).collect())
    }
}

async fn read(path: &PathBuf) -> Result<Vec<u8>, JwksError> {
    let mut bytes = Vec::new();
    let file = tokio::fs::File::open(path).await?;
    file.take(MAX_SIZE as u64 + 1).read_to_end(&mut bytes).await?;
    if bytes.len() > MAX_SIZE { Err(JwksError::TooLarge) } else { Ok(bytes) }
}

/// Fetches a JWKS. Does not follow redirects: the settings determine where keys come from.
async fn fetch(url: &Url) -> Result<Vec<u8>, JwksError> {
    let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none()).build()?;
    let mut response = client.get(url.clone()).send().await?;
    if !response.status().is_success() {
        return Err(JwksError::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_SIZE {
            return Err(JwksError::TooLarge);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_path_or_a_url() {
        assert_eq!("/etc/keys.json".parse(), Ok(JwksSource::File("/etc/keys.json".into())));
        let url = "https://id.example/keys?p=policy";
        assert_eq!(url.parse::<JwksSource>().map(|source| source.to_string()), Ok(url.to_owned()));
        for wrong in ["", "ftp://id.example/keys", "https://", "https://ada:hunter2@id.example/keys"] {
            let said = wrong.parse::<JwksSource>().expect_err("it is none");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
