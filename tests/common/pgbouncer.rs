//! PgBouncer in front of a temporary PostgreSQL cluster, with the configuration of the documentation.

use std::ffi::OsString;
use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Cluster;
use super::daemon::{Daemon, program};
use super::recipe::{self, replace_line};

/// The page with the files of the configuration.
pub const PAGE: &str = include_str!("../../docs/operations/pgbouncer.md");

/// How a PgBouncer differs from the documentation.
#[derive(Clone, Copy, Default)]
pub struct PgBouncerOptions {
    /// The number of connections to PostgreSQL for each database; 0 for the documented number.
    pub pool_size: u32,
    /// Further lines of the configuration.
    pub lines: &'static str,
}

/// A running PgBouncer.
pub struct PgBouncer {
    directory: PathBuf,
    port: u32,
    _daemon: Daemon,
}

impl PgBouncer {
    /// Starts PgBouncer in front of a cluster; `None`, with a message, if it is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start, or if it is missing although `SYLLABUS_REQUIRE_PGBOUNCER` is set.
    pub fn start(cluster: &Cluster, options: PgBouncerOptions) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(program) = program("pgbouncer") else {
            let missing = "PgBouncer was NOT tested: there is no pgbouncer, neither in PATH nor in /usr/sbin.";
            assert!(!std::env::var("SYLLABUS_REQUIRE_PGBOUNCER").is_ok_and(|value| value == "1"), "{missing}");
            eprintln!("{missing}");
            return None;
        };
        // The port names the socket in the directory of the cluster.
        let (number, directory) = (COUNT.fetch_add(1, Ordering::Relaxed), cluster.directory().to_owned());
        let port = 6432 + number;
        let [ini, users, log] =
            ["ini", "users", "log"].map(|name| directory.join(format!("pgbouncer-{number}.{name}")));
        fs::write(&users, block("userlist.txt")).expect("the disk has space");
        fs::write(&ini, configuration(cluster, &users, port, options)).expect("the disk has space");
        let unprivileged = cluster.unprivileged().iter().map(OsString::from);
        let command = unprivileged.chain([program.into_os_string(), ini.into_os_string()]);
        let socket = directory.join(format!(".s.PGSQL.{port}"));
        let daemon = Daemon::start(command, &log, || UnixStream::connect(&socket).is_ok());
        Some(Self { directory, port, _daemon: daemon })
    }

    /// Returns its address, as it is written in a URL.
    pub fn address(&self) -> String {
        let directory = self.directory.display().to_string();
        format!("{}:{}", utf8_percent_encode(&directory, NON_ALPHANUMERIC), self.port)
    }

    /// Returns the URL of a database through PgBouncer.
    pub fn url(&self, database: &str) -> String {
        let password = block("userlist.txt").split('"').nth(3).expect("it has a password");
        format!("postgres://syllabus:{password}@localhost:{}/{database}?host={}", self.port, self.directory.display())
    }
}

/// Returns the documented configuration with other addresses.
fn configuration(cluster: &Cluster, users: &Path, port: u32, options: PgBouncerOptions) -> String {
    let mut ini = block("pgbouncer.ini").to_owned();
    let directory = cluster.directory();
    replace_line(&mut ini, "catalog =", &format!("* = host={} port={}", directory.display(), cluster.port()));
    replace_line(&mut ini, "listen_addr =", "");
    replace_line(&mut ini, "listen_port =", &format!("listen_port = {port}"));
    replace_line(&mut ini, "unix_socket_dir =", &format!("unix_socket_dir = {}", directory.display()));
    replace_line(&mut ini, "auth_file =", &format!("auth_file = {}", users.display()));
    if options.pool_size > 0 {
        replace_line(&mut ini, "default_pool_size =", &format!("default_pool_size = {}", options.pool_size));
    }
    ini + options.lines
}

/// Returns the content of a file of the documentation.
pub fn block(file: &str) -> &'static str {
    recipe::block(PAGE, file)
}
