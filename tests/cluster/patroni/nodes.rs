//! Nodes of Patroni with etcd and HAProxy, from the packages of Debian.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use reqwest::Client;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use super::files::{Files, NODES};
use crate::command::succeed;
use crate::common::cluster::{programs, unprivileged};
use crate::common::daemon::{Daemon, program};
use crate::wait::until;

/// Runs a program with a directory. If the program was killed, it starts again when the file with its process id is
/// removed. At the end, kills it and its PostgreSQL, and removes the directory.
const SUPERVISOR: &str = r#"
directory=$1 pg_ctl=$2
shift 2
finish() {
    kill -KILL "$program"
    kill -CONT "$(head -n 1 "$directory/data/postmaster.pid")"
    "$pg_ctl" stop -s -D "$directory/data" -m immediate
    rm -rf "$directory"
    exit
}
trap finish TERM
mkdir "$directory"
while :; do
    "$@" &
    program=$!
    echo "$program" >"$directory/pid"
    wait "$program"
    while [ -e "$directory/pid" ]; do sleep 0.1; done
done
"#;

/// The names of the programs outside the nodes.
pub const ETCD: &str = "etcd";
pub const HAPROXY: &str = "haproxy";

/// The name of the file in which the supervisor stores the process id.
const PROCESS_ID: &str = "pid";

/// One cluster at a time: two of them would be too slow for their short times.
static RUNNING: Mutex<()> = Mutex::const_new(());

/// A running cluster of Patroni. It ends with the test.
pub struct Patroni {
    pub files: Files,
    client: Client,
    programs: Programs,
    daemons: Vec<Daemon>,
    directory: TempDir,
    _running: MutexGuard<'static, ()>,
}

/// The installed programs.
struct Programs {
    etcd: PathBuf,
    patroni: PathBuf,
    patronictl: PathBuf,
    haproxy: PathBuf,
    /// The directory of the programs of PostgreSQL.
    postgres: PathBuf,
}

impl Programs {
    fn find() -> Option<Self> {
        Some(Self {
            etcd: program(ETCD)?,
            patroni: program("patroni")?,
            patronictl: program("patronictl")?,
            haproxy: program(HAPROXY)?,
            postgres: programs()?,
        })
    }
}

impl Patroni {
    /// Starts a primary and two standbys; `None`, with a message, if a program is not installed.
    ///
    /// # Panics
    /// If a program does not start, or if one is missing although `SYLLABUS_REQUIRE_PATRONI` is set.
    pub async fn start() -> Option<Self> {
        let Some(programs) = Programs::find() else {
            let missing = "Patroni was NOT tested: it needs PostgreSQL, etcd, patroni, patronictl and haproxy.";
            assert!(!std::env::var("SYLLABUS_REQUIRE_PATRONI").is_ok_and(|value| value == "1"), "{missing}");
            eprintln!("{missing}");
            return None;
        };
        let directory = tempfile::Builder::new().prefix("syllabus-patroni-").tempdir().expect("the disk has space");
        let user = unprivileged(directory.path());
        let (files, client, running) = (Files::new(), Client::new(), RUNNING.lock().await);
        let mut patroni = Self { files, client, programs, daemons: Vec::new(), directory, _running: running };
        let etcd = patroni.directory.path().join(ETCD);
        let environment = patroni.files.environment_of_etcd(&etcd.join("data"));
        let etcd_program = [patroni.programs.etcd.display().to_string()];
        let command = ["env".to_owned()].into_iter().chain(environment).chain(etcd_program).collect();
        patroni.supervise(&user, &etcd, command, &patroni.files.etcd.clone());
        for index in 0..NODES {
            let node = patroni.node(index);
            let file = patroni.configuration(index);
            fs::write(&file, patroni.files.patroni(index, &node, &patroni.programs.postgres))
                .expect("the disk has space");
            let command = vec![patroni.programs.patroni.display().to_string(), file.display().to_string()];
            patroni.supervise(&user, &node, command, &patroni.files.apis[index].clone());
            if index == 0 {
                until("the first node is the primary", async || patroni.is(0, "primary").await).await;
            }
        }
        for index in 1..NODES {
            patroni.until_standby(index).await;
        }
        let file = patroni.write("haproxy.cfg", &patroni.files.haproxy());
        let command = vec![patroni.programs.haproxy.display().to_string(), "-db".to_owned(), "-f".to_owned(), file];
        let (directory, address) = (patroni.directory.path().join(HAPROXY), patroni.files.haproxy.clone());
        patroni.supervise(&user, &directory, command, &address);
        Some(patroni)
    }

    /// Starts a program as a user that PostgreSQL accepts, and waits until it listens on an address.
    fn supervise(&mut self, user: &[String], directory: &Path, command: Vec<String>, address: &str) {
        let pg_ctl = self.programs.postgres.join("pg_ctl").display().to_string();
        let place = directory.display().to_string();
        let supervisor = ["sh", "-c", SUPERVISOR, "supervisor", &place, &pg_ctl];
        let supervised = user.iter().cloned().chain(supervisor.map(str::to_owned)).chain(command);
        let log = directory.with_extension("log");
        self.daemons.push(Daemon::start(supervised, &log, || TcpStream::connect(address).is_ok()));
    }

    /// Writes a file, and returns its path.
    pub fn write(&self, name: &str, content: &str) -> String {
        let file = self.directory.path().join(name);
        fs::write(&file, content).expect("the disk has space");
        file.display().to_string()
    }

    fn node(&self, index: usize) -> PathBuf {
        self.directory.path().join(format!("db{}", index + 1))
    }

    fn configuration(&self, index: usize) -> PathBuf {
        self.node(index).with_extension("yml")
    }

    /// Returns the URL of the catalog on a node.
    pub fn url(&self, index: usize) -> String {
        format!("postgres://syllabus:secret@{}/catalog", self.files.postgres[index])
    }

    /// Runs a file of SQL as the superuser, on the primary.
    pub fn run_sql(&self, primary: usize, sql: &str) {
        let url = format!("postgres://postgres:secret-of-postgres@{}/postgres", self.files.postgres[primary]);
        let file = self.write("statements.sql", sql);
        let psql = self.programs.postgres.join("psql");
        succeed(Command::new(psql).args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", &file, &url]));
    }

    /// Returns whether a node has a role: `primary`, `replica`, or `synchronous` for the standby that commits wait for.
    pub async fn is(&self, index: usize, role: &str) -> bool {
        let request = self.client.get(format!("http://{}/{role}", self.files.apis[index]));
        let response = request.timeout(Duration::from_secs(1)).send().await;
        response.is_ok_and(|response| response.status() == 200)
    }

    /// Waits for a primary other than `former`, with a standby that commits wait for. Returns its index.
    pub async fn primary_after(&self, former: Option<usize>) -> usize {
        let mut primary = None;
        until("there is another primary with a standby", async || {
            primary = self.nodes_with("primary").await.into_iter().find(|index| Some(*index) != former);
            primary.is_some() && !self.nodes_with("synchronous").await.is_empty()
        })
        .await;
        primary.expect("it was found")
    }

    /// Returns the nodes that have a role.
    async fn nodes_with(&self, role: &str) -> Vec<usize> {
        let mut nodes = Vec::new();
        for index in 0..NODES {
            if self.is(index, role).await {
                nodes.push(index);
            }
        }
        nodes
    }

    /// Kills the Patroni of a node. Its PostgreSQL goes on.
    pub fn kill_patroni(&self, index: usize) {
        signal("KILL", &[self.patroni_id(index)]);
    }

    /// Kills the PostgreSQL of a node.
    pub fn kill_postgres(&self, index: usize) {
        signal("KILL", &[self.postmaster_id(index)]);
    }

    /// Stops all processes of a node, as a virtual machine is suspended, or continues them.
    pub fn suspend(&self, index: usize, is_suspended: bool) {
        let name = if is_suspended { "STOP" } else { "CONT" };
        let postmaster = self.postmaster_id(index);
        signal(name, &[self.patroni_id(index), postmaster.clone()]);
        let children = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        for child in children.expect("the process runs").split_whitespace() {
            // It can have ended.
            let _ = Command::new("kill").arg(format!("-{name}")).arg(child).output();
        }
    }

    /// Kills a program outside the nodes.
    pub fn kill(&self, name: &str) {
        signal("KILL", &[first_line(&self.directory.path().join(name).join(PROCESS_ID))]);
    }

    /// Starts a killed program outside the nodes again.
    pub fn restart(&self, name: &str) {
        restart(&self.directory.path().join(name));
    }

    fn patroni_id(&self, index: usize) -> String {
        first_line(&self.node(index).join(PROCESS_ID))
    }

    fn postmaster_id(&self, index: usize) -> String {
        first_line(&self.node(index).join("data/postmaster.pid"))
    }

    /// Starts the killed Patroni of a node again.
    pub fn restart_patroni(&self, index: usize) {
        restart(&self.node(index));
    }

    /// Waits until the PostgreSQL of a node is a standby.
    pub async fn until_standby(&self, index: usize) {
        until("the node is a standby", async || self.is(index, "replica").await).await;
    }

    /// Makes the standby that commits wait for the primary.
    pub fn switch_over(&self) {
        let file = self.configuration(0).display().to_string();
        let words = ["-c", &file, "switchover", "catalog", "--force"];
        succeed(Command::new(&self.programs.patronictl).args(words).current_dir(self.directory.path()));
    }
}

/// Makes a supervisor start its program again.
fn restart(directory: &Path) {
    fs::remove_file(directory.join(PROCESS_ID)).expect("it was started before");
}

fn first_line(file: &Path) -> String {
    let content = fs::read_to_string(file).expect("the process runs");
    content.lines().next().expect("it begins with the id of the process").to_owned()
}

fn signal(name: &str, processes: &[String]) {
    succeed(Command::new("kill").arg(format!("-{name}")).args(processes));
}
