//! A temporary PostgreSQL cluster, one per test process, which is removed when the process ends for any reason.
//!
//! A shell is the watchdog: it creates and starts the cluster, and waits on its standard input, whose other end only
//! this process has open. When that end is closed by an exit, a panic or a kill, the shell stops and removes the
//! cluster.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::daemon::{free_port, start_watchdog};

const WATCHDOG: &str = r#"
bin=$1 dir=$2 more=$3 source=$4
shift 4 # what is left runs a program as somebody whom PostgreSQL accepts
trap '' INT TERM HUP PIPE
finish() {
    "$@" "$bin/pg_ctl" stop -s -D "$dir/data" -m immediate >/dev/null 2>&1 </dev/null
    rm -rf "$dir"
}
start() { "$@" "$bin/pg_ctl" start -w -t 60 -D "$dir/data" -l "$dir/server.log" -o "$options"; }
options="-c unix_socket_directories=$dir -c max_connections=200 -c shared_buffers=64MB"
options="$options -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 $more"
printf %s "$options" >"$dir/options"
{
    if [ -n "$source" ]; then
        "$@" "$bin/pg_basebackup" -D "$dir/data" -R -X stream -c fast --no-sync -d "$source"
    else
        "$@" "$bin/initdb" -D "$dir/data" -U syllabus -A trust -E UTF8 --locale=C --no-sync --no-instructions
    fi &&
    if [ -f "$dir/server.key" ]; then
        "$@" cp "$dir/server.crt" "$dir/server.key" "$dir/data" && "$@" chmod 600 "$dir/data/server.key"
    fi &&
    # For a moment, an outgoing connection can occupy the port of a removed cluster.
    { start "$@" || { sleep 1; start "$@"; } || { sleep 5; start "$@"; }; }
} >"$dir/log" 2>&1 </dev/null || {
    tr '\n' ' ' <"$dir/log"
    finish "$@"
    exit 1
}
echo ready
read -r _
finish "$@"
"#;

/// A certificate and its key, as PEM.
pub struct Certificate<'a> {
    pub certificate: &'a str,
    pub key: &'a str,
}

/// A running cluster.
pub struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    /// The prefix of commands that switches to a user that PostgreSQL accepts.
    unprivileged: Vec<String>,
    /// The loopback address on which it listens, if any.
    port: Option<u16>,
    /// The watchdog. Its standard input stays open as long as this process lives.
    watchdog: Child,
}

impl Cluster {
    /// Starts a cluster; `None` if PostgreSQL is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub fn start() -> Option<Self> {
        Self::start_with("-c listen_addresses=", None, None)
    }

    /// Starts a cluster that can have standbys, and listens on TCP; `None` if PostgreSQL is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub fn replicated() -> Option<Self> {
        Self::start_replicated(None, free_port())
    }

    /// Starts a standby with this name, which replicates this cluster.
    ///
    /// # Panics
    /// If it does not start.
    pub fn standby(&self, name: &str) -> Self {
        Self::standby_of(self.port.expect("it listens on TCP"), name)
    }

    /// Starts a standby with this name, which replicates the cluster at a port of the loopback.
    ///
    /// # Panics
    /// If it does not start.
    pub fn standby_of(port: u16, name: &str) -> Self {
        Self::standby_at(port, name, free_port())
    }

    /// Removes this cluster and starts a standby of another one with this name in its place, at the same address.
    ///
    /// # Panics
    /// If it does not start.
    pub fn replace_by_standby(mut self, primary: &Self, name: &str) -> Self {
        // The end of its standard input makes the watchdog remove the cluster.
        drop(self.watchdog.stdin.take());
        self.watchdog.wait().expect("it is a child");
        Self::standby_at(primary.port(), name, self.port())
    }

    fn standby_at(primary: u16, name: &str, port: u16) -> Self {
        let source = format!("host=127.0.0.1 port={primary} user=syllabus application_name={name} connect_timeout=2");
        Self::start_replicated(Some(&source), port).expect("PostgreSQL is installed")
    }

    fn start_replicated(source: Option<&str>, port: u16) -> Option<Self> {
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c wal_level=replica -c max_wal_senders=10 \
             -c synchronous_commit=on -c wal_receiver_timeout=5s -c wal_retrieve_retry_interval=100ms -c hot_standby=on"
        );
        let mut started = Self::start_with(&options, None, source)?;
        started.port = Some(port);
        Some(started)
    }

    /// Makes a standby accept writes, and waits until it does.
    ///
    /// # Panics
    /// If it does not.
    pub fn promote(&self) {
        self.control(&["promote"]);
    }

    /// Returns the address on which it listens.
    ///
    /// # Panics
    /// If it does not listen on TCP.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port.expect("it listens on TCP"))
    }

    /// Starts a cluster with durable commits; `None` if PostgreSQL is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub fn durable() -> Option<Self> {
        Self::start_with("-c listen_addresses= -c fsync=on -c full_page_writes=on -c synchronous_commit=on", None, None)
    }

    /// Starts a cluster with TCP and TLS; `None` if PostgreSQL is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub fn encrypted(certificate: &Certificate<'_>) -> Option<Self> {
        Self::start_with("", Some(certificate), None)
    }

    fn start_with(options: &str, certificate: Option<&Certificate<'_>>, source: Option<&str>) -> Option<Self> {
        let programs = programs()?;
        let directory = tempfile::Builder::new().prefix("syllabus-pg-").tempdir().expect("the disk has space").keep();
        let mut options = options.to_owned();
        let mut port = None;
        if let Some(Certificate { certificate, key }) = certificate {
            std::fs::write(directory.join("server.crt"), certificate).expect("the disk has space");
            std::fs::write(directory.join("server.key"), key).expect("the disk has space");
            let free = free_port();
            options = format!("-c listen_addresses=127.0.0.1 -c port={free} -c ssl=on");
            port = Some(free);
        }
        let unprivileged = unprivileged(&directory);
        let (watchdog, said) = start_watchdog(WATCHDOG, |shell| {
            shell.args([&programs, &directory]).args([&options, source.unwrap_or_default()]).args(&unprivileged)
        });
        assert_eq!(said.trim(), "ready", "the cluster does not start with {}", programs.display());
        Some(Self { directory, programs, unprivileged, port, watchdog })
    }

    /// Stops it immediately, without a message to its clients.
    ///
    /// # Panics
    /// If it does not stop.
    pub fn stop(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Starts it again with the same options, and waits until it accepts connections.
    ///
    /// # Panics
    /// If it does not start.
    pub fn resume(&self) {
        let options = std::fs::read_to_string(self.directory.join("options")).expect("they were saved");
        let begin = Instant::now();
        // A process of the stopped cluster can still exist and hold the shared memory.
        while !self.try_control(&["start", "-o", &options]) {
            assert!(begin.elapsed() < Duration::from_mins(1), "it does not start: {}", self.log());
        }
    }

    /// Restarts it after an orderly shutdown.
    ///
    /// # Panics
    /// If it does not start again.
    pub fn restart(&self) {
        self.control(&["restart", "-m", "fast"]);
    }

    fn control(&self, arguments: &[&str]) {
        assert!(self.try_control(arguments), "pg_ctl {arguments:?} fails: {}", self.log());
    }

    /// Returns the last lines of its log.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.directory.join("server.log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        last.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn try_control(&self, arguments: &[&str]) -> bool {
        let mut words = self.unprivileged.iter().cloned().chain([self.programs.join("pg_ctl").display().to_string()]);
        let data = self.directory.join("data");
        let ended = Command::new(words.next().expect("there is a program"))
            .args(words)
            .args(arguments)
            .args(["-s", "-w", "-t", "60", "-l"])
            .arg(self.directory.join("server.log"))
            .arg("-D")
            .arg(data)
            .current_dir("/")
            .stdin(Stdio::null())
            .status();
        ended.is_ok_and(|status| status.success())
    }

    /// Returns a command of its programs, such as `pg_dump`.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(name))
    }

    /// Returns the URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://syllabus@localhost/{database}?host={}", self.directory.display())
    }

    /// Returns the path of its socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.join(format!(".s.PGSQL.{}", self.port()))
    }

    /// Returns the port in the name of its socket.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(5432)
    }

    /// Returns the prefix of commands that must not run as root, and can write to the directory.
    pub fn unprivileged(&self) -> &[String] {
        &self.unprivileged
    }

    /// Returns its data directory, which belongs to the user that it runs as.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the URL of one of its databases over TCP, by a host name of the loopback.
    ///
    /// # Panics
    /// If it does not listen on TCP.
    pub fn remote_url(&self, host: &str, database: &str) -> String {
        let port = self.port.expect("it was started to be reached over TCP");
        format!("postgres://syllabus@{host}:{port}/{database}")
    }
}

/// Returns the directory of `initdb` and the other programs.
pub fn programs() -> Option<PathBuf> {
    let complete =
        |directory: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| directory.join(name).is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).find(complete) {
        // Links to some programs stand for a directory with all of them.
        let linked = found.join("initdb").canonicalize().ok();
        return linked.and_then(|program| program.parent().map(Path::to_owned)).filter(complete).or(Some(found));
    }
    // The directories on Debian, newest first.
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).filter(complete).collect())
        .unwrap_or_default();
    versions.sort();
    versions.pop()
}

/// Returns the prefix of commands that must not run as root, which PostgreSQL rejects, and changes the owner of the
/// directory.
pub fn unprivileged(directory: &Path) -> Vec<String> {
    if output_of(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Vec::new();
    }
    for user in ["postgres", "nobody"] {
        let Some(group) = output_of(Command::new("id").args(["-g", user])) else { continue };
        let Some(id) = output_of(Command::new("id").args(["-u", user])) else { continue };
        let ways = [
            vec![
                "setpriv".to_owned(),
                format!("--reuid={id}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ],
            vec!["runuser".to_owned(), "-u".to_owned(), user.to_owned(), "--".to_owned()],
        ];
        for way in ways {
            let works = output_of(Command::new(&way[0]).args(&way[1..]).arg("true")).is_some();
            if works && output_of(Command::new("chown").arg(format!("{id}:{group}")).arg(directory)).is_some() {
                return way;
            }
        }
    }
    panic!("PostgreSQL does not run as root, and there is no setpriv or runuser to become somebody else with");
}

/// Returns the output of a command, if it succeeds.
fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
