//! The settings of the server.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::value::open_file;
use super::{CorsOrigins, Listen, Network, Section, Setting, SettingsReader, units};

pub(super) const LISTEN: Setting = Setting {
    name: "listen",
    placeholder: Some("ADDRESS"),
    default: Some("127.0.0.1:4000"),
    help: "Address and port to listen on: an IP address, or localhost for both loopback addresses; with port 0 the system \
           picks one",
};

const DEMO: Setting = Setting {
    name: "demo",
    placeholder: None,
    default: Some("false"),
    help: "Serve the demo catalog from memory; no database is opened and nothing is left on disk",
};

pub(super) const PUBLIC_URL: Setting = Setting {
    name: "public-url",
    placeholder: Some("URL"),
    default: None,
    help: "URL at which the public reaches the site, or a web app of your own that shows the catalog; the base of absolute links",
};

const PUBLIC_METRICS: Setting = Setting {
    name: "public-metrics",
    placeholder: None,
    default: Some("false"),
    help: "Serve /metrics to all clients, not only to those on this machine",
};

const TRUSTED_PROXIES: Setting = Setting {
    name: "trusted-proxies",
    placeholder: Some("ADDRESSES"),
    default: Some(""),
    help: "Proxies whose header X-Forwarded-For is trusted: addresses and networks such as 10.0.0.0/8, separated by commas",
};

const MAX_AGE: Setting = Setting {
    name: "max-age",
    placeholder: Some("DURATION"),
    default: None,
    help: "How long caches may reuse responses to anonymous GET queries without revalidation; by default they always revalidate",
};

const DRAIN_DELAY: Setting = Setting {
    name: "drain-delay",
    placeholder: Some("DURATION"),
    default: None,
    help: "How long a stopping server still accepts connections while /readyz returns 503, so that load balancers stop \
           sending requests; by default it closes its listener at once",
};

const CORS_ORIGINS: Setting = Setting {
    name: "cors-origins",
    placeholder: Some("ORIGINS"),
    default: Some(""),
    help: "Origins whose pages can read responses and open WebSockets, separated by commas: https://learn.example; \
           * allows all",
};

const TLS_CERT: Setting = Setting {
    name: "tls.cert",
    placeholder: Some("PATH"),
    default: None,
    help: "Serve HTTPS with this certificate and its chain, in PEM format; reloaded when it changes",
};

const TLS_KEY: Setting = Setting {
    name: "tls.key",
    placeholder: Some("PATH"),
    default: None,
    help: "Private key of the certificate, in PEM format",
};

/// The files of a certificate and its private key.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The settings of the server.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    pub listen: Listen,
    pub demo: bool,
    pub public_url: Option<Url>,
    pub public_metrics: bool,
    pub trusted_proxies: Vec<Network>,
    pub max_age: Option<Duration>,
    pub drain_delay: Option<Duration>,
    pub cors_origins: CorsOrigins,
    pub tls: Option<TlsFiles>,
}

impl Section for ServerSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![
            &LISTEN,
            &DEMO,
            &PUBLIC_URL,
            &PUBLIC_METRICS,
            &TRUSTED_PROXIES,
            &MAX_AGE,
            &DRAIN_DELAY,
            &CORS_ORIGINS,
            &TLS_CERT,
            &TLS_KEY,
        ]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let max_age = reader.optional(&MAX_AGE);
        units::require_whole_seconds(reader, &MAX_AGE, max_age);
        Self {
            listen: reader.get(&LISTEN),
            demo: reader.get(&DEMO),
            public_url: reader.optional(&PUBLIC_URL),
            public_metrics: reader.get(&PUBLIC_METRICS),
            trusted_proxies: reader.get(&TRUSTED_PROXIES),
            max_age,
            drain_delay: reader.optional(&DRAIN_DELAY),
            cors_origins: reader.get(&CORS_ORIGINS),
            tls: tls(reader),
        }
    }
}

/// Reads the paths of the TLS files, which must be set together.
fn tls(reader: &mut SettingsReader<'_>) -> Option<TlsFiles> {
    let (certificate, key): (Option<PathBuf>, Option<PathBuf>) =
        (reader.optional(&TLS_CERT), reader.optional(&TLS_KEY));
    match (certificate, key) {
        (Some(certificate), Some(key)) => {
            for (setting, path) in [(&TLS_CERT, &certificate), (&TLS_KEY, &key)] {
                if let Err(reason) = open_file(path) {
                    reader.reject(setting, reason);
                }
            }
            Some(TlsFiles { certificate, key })
        }
        (Some(_), None) => {
            reader.reject(&TLS_CERT, "requires tls.key");
            None
        }
        (None, Some(_)) => {
            reader.reject(&TLS_KEY, "requires tls.cert");
            None
        }
        (None, None) => None,
    }
}
