//! A self-signed certificate for `localhost`.

use std::path::Path;

use syllabus::config::TlsFiles;

/// Writes a certificate and its key. Returns their paths, and the certificate as PEM.
pub fn create(folder: &Path) -> (TlsFiles, String) {
    let files = TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("it can be made");
    std::fs::write(&files.certificate, made.cert.pem()).expect("it can be written");
    std::fs::write(&files.key, made.signing_key.serialize_pem()).expect("it can be written");
    (files, made.cert.pem())
}
