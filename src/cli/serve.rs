//! `syllabus serve`

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;

use super::flags::Flags;
use super::{Error, demo, search};
use crate::app::App;
use crate::auth::Secret;
use crate::clock::Clock;
use crate::config::{Listen, LogFormat, Settings};
use crate::edge::Purger;
use crate::http::{self, BindError, Server, Stopped};
use crate::service::search::IndexStorage;
use crate::telemetry::{self, Traces};

const EXAMPLES: &str = "\
Examples:
  syllabus serve --demo
  syllabus serve --database-url postgres://syllabus@localhost/catalog --auto-migrate
  SYLLABUS_LISTEN=127.0.0.1:8080 syllabus serve --config /etc/syllabus.toml

A configuration file has the same settings, grouped in tables:
  listen = \"127.0.0.1:4000\"
  [database]
  url = \"sqlite:///var/lib/syllabus/catalog.db\"
  [log]
  format = \"json\"";

/// Serve the catalog over GraphQL, with an explorer for the browser
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    settings: Flags<Settings>,
}

pub async fn run(options: Options) -> Result<(), Error> {
    let settings = options.settings.load()?;
    telemetry::start(&settings.log);
    super::set_type_prefix(&settings.federation);
    let clock = Clock::system();
    let is_demo = settings.server.demo;
    let catalog =
        if is_demo { "the demo catalog, in memory".to_owned() } else { settings.database.connect.url.to_string() };
    let database = if is_demo { demo::open(clock.now()).await? } else { super::open(&settings.database).await? };
    super::rebuild_sort_keys(&database, Some(&settings.catalog.language)).await?;
    let token = if is_demo { Some(demo::token(&database, clock.now()).await?) } else { None };
    let (listen, format, has_site) = (settings.server.listen, settings.log.format, settings.site.is_enabled);
    let traces = Traces::start(&settings.otlp, database.engine().name()).map_err(Error::Traces)?.map(Arc::new);
    let storage =
        if is_demo { IndexStorage::Memory } else { search::storage(&settings.search, &settings.database.connect.url)? };
    let purge = settings.edge.purge.clone();
    let purger = purge.map(|purge| Purger::new(database.clone(), clock.clone(), purge)).transpose();
    let purger = purger.map_err(Error::Purger)?;
    let app = App::new(database.clone(), clock, settings).with_tracing(traces.clone()).with_purger(purger.clone());
    app.graphql.indexer().set_storage(storage);
    app.graphql.validate_trusted_documents().await.map_err(Error::InvalidTrustedDocuments)?;
    let (authenticator, indexer) = (app.authenticator.clone(), app.graphql.indexer().clone());
    if is_demo {
        indexer.update().await.map_err(Error::Index)?;
    }
    let server = Server::bind(app).await.map_err(|error| bind_error(listen, error))?;
    // Fetch the keys in the background: a slow identity provider must not delay requests that do not need it.
    tokio::spawn(async move { authenticator.warm_up().await });
    // In the background, too: an import can hold the lock of writers. The outcome is recorded like that of every write.
    let writing = database.clone();
    tokio::spawn(async move { writing.check_writable().await });
    let following = indexer.clone();
    tokio::spawn(async move { following.run().await });
    let purging = purger.map(|purger| (purger.clone(), tokio::spawn(async move { purger.run().await })));
    let (stop, force) = (ShutdownSignals::new()?, ShutdownSignals::new()?);
    print_banner(format, &catalog, &server, has_site, token.as_ref());
    let stop = async {
        stop.nth(1).await;
        tracing::info!("stopping: waiting for requests in flight; a second signal aborts them");
    };
    let stopped = server.run(stop, force.nth(2)).await;
    indexer.stop();
    if let Some((purger, task)) = purging {
        purger.stop();
        // It releases its lease.
        let _ = task.await;
    }
    database.close().await?;
    tracing::info!("stopped");
    if let Some(traces) = traces {
        // Losing spans is not a failure.
        let _ = spawn_blocking(move || traces.shut_down()).await;
    }
    match stopped {
        Stopped::Gracefully => Ok(()),
        Stopped::Aborted => Err(Error::Aborted),
    }
}

fn bind_error(address: Listen, error: BindError) -> Error {
    match error {
        BindError::Socket(reason) => Error::Listen { address, reason },
        BindError::Tls(reason) => Error::Tls(reason.to_string()),
    }
}

/// Prints the addresses of the server: as text for people, or as a log line.
fn print_banner(format: LogFormat, catalog: &str, server: &Server, has_site: bool, token: Option<&Secret>) {
    let scheme = if server.uses_tls() { "https" } else { "http" };
    let base = format!("{scheme}://{}", reachable(server.address()));
    // Logs are stored and forwarded, so print the token only to the terminal.
    let sign_in = token.map_or(String::new(), |token| {
        format!(
            "\n  Sign in   Authorization: Bearer {}  (the token of an editor, valid until the server stops)",
            token.expose()
        )
    });
    let site = if has_site { format!("Site      {base}/\n  ") } else { String::new() };
    match format {
        LogFormat::Json => {
            for address in server.addresses() {
                tracing::info!(%address, catalog, version = env!("CARGO_PKG_VERSION"), "listening");
            }
        }
        LogFormat::Text => eprintln!(
            "Syllabus {} serves {catalog}.\n\n  \
             {site}Explorer  {base}/graphql{}\n  \
             GraphQL   {base}/graphql\n  \
             Schema    {base}/schema.graphql{sign_in}\n\n\
             Listening on {}. Press Ctrl-C to stop.",
            env!("CARGO_PKG_VERSION"),
            if http::explorer_is_embedded() { "" } else { "  (loads its files from a CDN)" },
            server.addresses().iter().map(ToString::to_string).collect::<Vec<_>>().join(" and "),
        ),
    }
}

/// Returns an address that a browser on this machine can open, even if the server listens on all interfaces.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback =
            if address.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

/// The signals of Ctrl-C and SIGTERM.
struct ShutdownSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl ShutdownSignals {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Error::Signals)?,
            terminate: signal(SignalKind::terminate()).map_err(Error::Signals)?,
        })
    }

    /// Waits for the nth signal.
    async fn nth(mut self, count: usize) {
        for _ in 0..count {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }
}
