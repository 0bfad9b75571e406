//! Connections to a PostgreSQL that speaks TLS.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use syllabus::db::{Database, DatabaseUrl, Engine, Sql};
use tempfile::TempDir;

use crate::common::{Certificate, Cluster};

/// A certificate authority as PEM, and a server certificate for `localhost` that it signed.
struct Papers {
    authority: String,
    server: String,
    key: String,
}

fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().expect("there is randomness");
    let mut params = CertificateParams::new(Vec::new()).expect("it names nobody");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let certificate = params.self_signed(&key).expect("it can be signed");
    (certificate.pem(), Issuer::new(params, key))
}

fn papers() -> Papers {
    let (authority, issuer) = authority("An authority of a test");
    let key = KeyPair::generate().expect("there is randomness");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("it is a name");
    let server = params.signed_by(&key, &issuer).expect("it can be signed");
    Papers { authority, server: server.pem(), key: key.serialize_pem() }
}

/// Returns whether the connection is encrypted, or the error.
async fn connected(url: &str) -> Result<bool, String> {
    let url: DatabaseUrl = url.parse()?;
    let database = Database::connect(&url).await.map_err(|error| error.to_string())?;
    let sql = Sql::new(Engine::Postgres, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    let rows = database.rows(sql).await.expect("it can be asked");
    let is_encrypted = rows[0].columns().read_next().expect("it is a boolean");
    database.close().await.expect("it can be left");
    Ok(is_encrypted)
}

fn written(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("the disk has space");
    shown(&path)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn connections_follow_sslmode() {
    let Papers { authority: ca, server, key } = papers();
    let Some(cluster) = Cluster::encrypted(&Certificate { certificate: &server, key: &key }) else { return };
    let folder = tempfile::tempdir().expect("the disk has space");
    let ours = written(&folder, "ca.pem", &ca);
    let other = written(&folder, "other.pem", &authority("Somebody else").0);
    let none = shown(&folder.path().join("none.pem"));
    let garbage = written(&folder, "garbage.pem", "no certificate");
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let localhost = cluster.remote_url("localhost", "postgres");
        let by_number = cluster.remote_url("127.0.0.1", "postgres");
        for (url, encrypted) in [
            (localhost.clone(), true),
            (format!("{localhost}?sslmode=disable"), false),
            (format!("{localhost}?sslmode=prefer"), true),
            (format!("{localhost}?sslmode=require"), true),
            (format!("{localhost}?sslmode=verify-ca&sslrootcert={ours}"), true),
            (format!("{by_number}?sslmode=verify-ca&sslrootcert={ours}"), true),
            (format!("{localhost}?sslmode=verify-full&sslrootcert={ours}"), true),
        ] {
            assert_eq!(connected(&url).await, Ok(encrypted), "{url}");
        }
        let untrusted =
            "the server's certificate is not signed by a CA in sslrootcert, has expired, or is for another host";
        for (url, reason) in [
            (format!("{localhost}?sslmode=verify-full"), untrusted.to_owned()),
            (format!("{localhost}?sslmode=verify-full&sslrootcert={other}"), untrusted.to_owned()),
            (format!("{localhost}?sslmode=verify-ca&sslrootcert={other}"), untrusted.to_owned()),
            (format!("{by_number}?sslmode=verify-full&sslrootcert={ours}"), untrusted.to_owned()),
            (
                format!("{localhost}?sslmode=verify-full&sslrootcert={none}"),
                format!("cannot read sslrootcert {none}: no such file or directory"),
            ),
            (
                format!("{localhost}?sslmode=verify-full&sslrootcert={garbage}"),
                format!("sslrootcert {garbage} contains no PEM certificate"),
            ),
        ] {
            let refused = connected(&url).await.expect_err(&url);
            let shown = url.split_once('?').expect("it has parameters").0.replace("syllabus@", "");
            assert_eq!(refused, format!("cannot open {shown}: {reason}"));
        }
    });
}

#[test]
fn servers_without_tls_are_rejected_if_required() {
    let Some(cluster) = Cluster::start() else { return };
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    let refused = runtime.block_on(connected(&format!("{}&sslmode=require", cluster.url("postgres"))));
    let reason = "sslmode requires encryption, but the server does not support it: enable ssl on the server, or choose \
                  another sslmode";
    assert!(refused.expect_err("it is not encrypted").ends_with(reason));
}
