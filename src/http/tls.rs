//! TLS, for servers without a proxy. The certificate is reloaded when its files change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::net::TcpStream;
use tokio::time::{interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;

/// How often the files are checked for changes.
const RELOAD_INTERVAL: Duration = Duration::from_secs(10);
/// How long the handshake can take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the files are invalid.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: no {what} in PEM format", path = .0.display(), what = .1)]
    Pem(PathBuf, &'static str),
    #[error("invalid certificate: {0}")]
    Invalid(#[from] rustls::Error),
}

/// The current TLS configuration.
pub struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// Returns an error if they are invalid.
    pub fn open(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let config = RwLock::new(read(&files)?);
        Ok(Arc::new(Self { files, config }))
    }

    /// Performs the handshake with a client.
    ///
    /// # Errors
    /// Returns an error if the handshake fails, or takes too long.
    pub async fn accept(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        timeout(HANDSHAKE_TIMEOUT, TlsAcceptor::from(self.config()).accept(socket)).await?
    }

    /// Reloads the files whenever they change. If they are invalid, the previous certificate stays in use.
    pub async fn reload_on_change(&self) {
        let mut ticks = interval(RELOAD_INTERVAL);
        let mut seen = self.modified_at();
        loop {
            ticks.tick().await;
            let now = self.modified_at();
            if now != seen {
                seen = now;
                self.reload();
            }
        }
    }

    fn reload(&self) {
        match read(&self.files) {
            Ok(config) => {
                *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
                tracing::info!("reloaded the TLS certificate");
            }
            Err(error) => {
                tracing::error!(%error, "reloading the TLS certificate failed; the previous one stays in use");
            }
        }
    }

    fn config(&self) -> Arc<ServerConfig> {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn modified_at(&self) -> [Option<SystemTime>; 2] {
        let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        [changed(&self.files.certificate), changed(&self.files.key)]
    }
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let certificates =
        CertificateDer::pem_file_iter(&files.certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.ok().filter(|chain| !chain.is_empty());
    let certificates = certificates.ok_or_else(|| TlsError::Pem(files.certificate.clone(), "certificate"))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|_| TlsError::Pem(files.key.clone(), "private key"))?;
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_certificates_are_not_reloaded() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let files = TlsFiles { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
        let write = || {
            let made =
                rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("`localhost` is a valid name");
            std::fs::write(&files.certificate, made.cert.pem()).expect("the temporary directory is writable");
            std::fs::write(&files.key, made.signing_key.serialize_pem()).expect("the temporary directory is writable");
        };
        assert!(matches!(Tls::open(files.clone()), Err(TlsError::Pem(_, "certificate"))));
        write();
        let tls = Tls::open(files.clone()).expect("both are good");
        let first = tls.config();
        std::fs::write(&files.key, "nothing").expect("the temporary directory is writable");
        tls.reload();
        assert!(Arc::ptr_eq(&first, &tls.config()));
        write();
        tls.reload();
        assert!(!Arc::ptr_eq(&first, &tls.config()));
    }
}
