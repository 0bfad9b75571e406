//! PgBouncer in front of a temporary PostgreSQL cluster, with the configuration of the documentation. It ends when this
//! process ends for any reason.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Cluster;

/// The page with the files of the configuration.
const PAGE: &str = include_str!("../../docs/operations/pgbouncer.md");
/// Starts PgBouncer, and stops it when its own standard input ends.
const WATCHDOG: &str = r#"
log=$1 ini=$2
shift 2
trap '' INT TERM HUP PIPE
"$@" "$ini" >"$log" 2>&1 </dev/null &
echo $!
read -r _
kill $!
wait $!
"#;
/// How long PgBouncer may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

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
    /// The watchdog. Its standard input stays open as long as this process lives.
    watchdog: Child,
}

impl PgBouncer {
    /// Starts PgBouncer in front of a cluster; `None`, with a message, if it is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start, or if it is missing although `SYLLABUS_REQUIRE_PGBOUNCER` is set.
    pub fn start(cluster: &Cluster, options: PgBouncerOptions) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(program) = program() else {
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
        fs::write(&ini, configuration(&directory, &users, port, options)).expect("the disk has space");
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .args([&log, &ini])
            .args(cluster.unprivileged())
            .arg(program)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        let mut id = String::new();
        BufReader::new(watchdog.stdout.take().expect("it is piped")).read_line(&mut id).expect("the watchdog speaks");
        let bouncer = Self { directory, port, watchdog };
        let begin = Instant::now();
        while UnixStream::connect(bouncer.directory.join(format!(".s.PGSQL.{port}"))).is_err() {
            let log = fs::read_to_string(&log).unwrap_or_default();
            assert!(begin.elapsed() < PATIENCE, "PgBouncer does not start: {log}");
            sleep(Duration::from_millis(10));
        }
        Some(bouncer)
    }

    /// Returns the URL of a database through PgBouncer.
    pub fn url(&self, database: &str) -> String {
        let password = block("userlist.txt").split('"').nth(3).expect("it has a password");
        format!("postgres://syllabus:{password}@localhost:{}/{database}?host={}", self.port, self.directory.display())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // The end of its standard input ends it.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Returns the documented configuration with other addresses.
fn configuration(directory: &Path, users: &Path, port: u32, options: PgBouncerOptions) -> String {
    let mut ini = block("pgbouncer.ini").to_owned();
    replace_line(&mut ini, "catalog =", &format!("* = host={}", directory.display()));
    replace_line(&mut ini, "listen_addr =", "");
    replace_line(&mut ini, "listen_port =", &format!("listen_port = {port}"));
    replace_line(&mut ini, "unix_socket_dir =", &format!("unix_socket_dir = {}", directory.display()));
    replace_line(&mut ini, "auth_file =", &format!("auth_file = {}", users.display()));
    if options.pool_size > 0 {
        replace_line(&mut ini, "default_pool_size =", &format!("default_pool_size = {}", options.pool_size));
    }
    ini + options.lines
}

/// Replaces the line that begins with `start`.
fn replace_line(text: &mut String, start: &str, line: &str) {
    let old = text.lines().find(|line| line.starts_with(start));
    let old = old.unwrap_or_else(|| panic!("the documented file has a line with {start}")).to_owned();
    *text = text.replacen(&old, line, 1);
}

/// Returns the content of a file of the documentation: the code block after its name.
pub fn block(file: &str) -> &'static str {
    let rest = PAGE.split_once(&format!("{file}`")).map(|(_, rest)| rest);
    let block = rest.and_then(|rest| rest.split_once("\n```")?.1.split_once('\n')?.1.split_once("```"));
    block.unwrap_or_else(|| panic!("the page has {file}")).0
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Only root has the second directory in PATH.
    let mut directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.find_map(|directory| Some(directory.join("pgbouncer")).filter(|program| program.is_file()))
}
