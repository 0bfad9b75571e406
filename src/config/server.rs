//! What is served, and where.

use std::net::SocketAddr;

use url::Url;

use super::{Key, Reader, Section};

pub(super) const LISTEN: Key = Key {
    name: "listen",
    placeholder: Some("ADDRESS"),
    default: Some("127.0.0.1:4000"),
    help: "Address and port to listen on; with port 0 the system picks one",
};

const DEMO: Key = Key {
    name: "demo",
    placeholder: None,
    default: Some("false"),
    help: "Serve the demo catalog from memory; no database is opened and nothing is left on disk",
};

pub(super) const PUBLIC_URL: Key = Key {
    name: "public-url",
    placeholder: Some("URL"),
    default: None,
    help: "Where the public reaches the site that shows the catalog, for absolute addresses in JSON-LD",
};

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct Server {
    pub listen: SocketAddr,
    pub demo: bool,
    pub public_url: Option<Url>,
}

impl Section for Server {
    fn keys() -> Vec<&'static Key> {
        vec![&LISTEN, &DEMO, &PUBLIC_URL]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { listen: reader.get(&LISTEN), demo: reader.get(&DEMO), public_url: reader.optional(&PUBLIC_URL) }
    }
}
