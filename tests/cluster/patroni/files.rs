//! The configuration files of the documentation, with addresses of the loopback.

use std::path::Path;

use crate::common::daemon::free_port;
use crate::common::recipe::{block, replace_line};

const PAGE: &str = include_str!("../../../docs/operations/patroni.md");
/// The heading of the section with the second `syllabus.toml`.
const HAPROXY_SECTION: &str = "\n## Connect through HAProxy";
/// The number of nodes, which the documentation numbers from 1.
pub const NODES: usize = 3;

/// Returns how long a primary that does not renew its lock keeps it, in seconds. Shorter than documented, unless
/// `PATRONI_TIMES=documented` is set.
pub fn ttl() -> u64 {
    match documented_ttl() {
        Some(seconds) => seconds.parse().expect("it is a number"),
        None => 6,
    }
}

/// Returns the documented `ttl` if the documented times are to be used.
fn documented_ttl() -> Option<&'static str> {
    std::env::var_os("PATRONI_TIMES").filter(|times| times == "documented")?;
    let mut lines = block(PAGE, "/etc/patroni/config.yml").lines();
    lines.find_map(|line| line.trim().strip_prefix("ttl: "))
}

/// The configuration files.
pub struct Files {
    /// The address of the client port of etcd, and of its port for other members.
    pub etcd: String,
    peer: String,
    /// The addresses of PostgreSQL and of Patroni's REST API on each node.
    pub postgres: [String; NODES],
    pub apis: [String; NODES],
    /// The addresses of HAProxy for the primary and for the standbys.
    pub haproxy: String,
    standbys: String,
}

impl Files {
    /// Selects the ports.
    pub fn new() -> Self {
        let address = || format!("127.0.0.1:{}", free_port());
        let addresses = || [address(), address(), address()];
        Self {
            etcd: address(),
            peer: address(),
            postgres: addresses(),
            apis: addresses(),
            haproxy: address(),
            standbys: address(),
        }
    }

    /// Replaces the addresses of the documentation.
    fn localize(&self, text: &str) -> String {
        let mut text = text.replace("10.0.0.1:2379", &self.etcd).replace("10.0.0.1:2380", &self.peer);
        for (index, (postgres, api)) in self.postgres.iter().zip(&self.apis).enumerate() {
            let (host, api_port) = (format!("10.0.0.{}", index + 1), api.rsplit(':').next().unwrap_or_default());
            text = text
                .replace(&format!("{host}:5432 port 8008"), &format!("{postgres} port {api_port}"))
                .replace(&format!("{host}:5432"), postgres)
                .replace(&format!("{host}:8008"), api);
        }
        text.replace("10.0.0.0/24", "127.0.0.1/32")
    }

    /// Returns the environment of etcd with one member.
    pub fn environment_of_etcd(&self, data: &Path) -> Vec<String> {
        let mut environment = block(PAGE, "/etc/default/etcd").to_owned();
        replace_line(&mut environment, "ETCD_DATA_DIR=", &format!("ETCD_DATA_DIR={}", data.display()));
        replace_line(&mut environment, "ETCD_INITIAL_CLUSTER=", "ETCD_INITIAL_CLUSTER=db1=http://10.0.0.1:2380");
        self.localize(&environment).lines().map(str::to_owned).collect()
    }

    /// Returns the configuration of the Patroni of a node, which keeps its files in a directory.
    pub fn patroni(&self, index: usize, directory: &Path, programs: &Path) -> String {
        let number = index + 1;
        let mut file = block(PAGE, "/etc/patroni/config.yml").to_owned();
        let (place, programs) = (directory.display(), programs.display());
        replace_line(&mut file, "name:", &format!("name: db{number}"));
        replace_line(&mut file, "hosts:", &format!("  hosts: {}", self.etcd));
        if documented_ttl().is_none() {
            replace_line(&mut file, "ttl:", &format!("    ttl: {}", ttl()));
            replace_line(&mut file, "loop_wait:", "    loop_wait: 1");
            replace_line(&mut file, "retry_timeout:", "    retry_timeout: 2");
        }
        replace_line(&mut file, "max_connections:", "        max_connections: 200\n        fsync: \"off\"");
        replace_line(&mut file, "- data-checksums", "    - data-checksums\n    - no-sync");
        replace_line(&mut file, "bin_dir:", &format!("  bin_dir: {programs}"));
        replace_line(&mut file, "data_dir:", &format!("  data_dir: {place}/data"));
        replace_line(&mut file, "pgpass:", &format!("  pgpass: {place}/pgpass"));
        replace_line(&mut file, "unix_socket_directories:", &format!("    unix_socket_directories: {place}"));
        // It would reset this machine.
        replace_line(&mut file, "mode:", "  mode: \"off\"");
        self.localize(&file.replace("10.0.0.1:", &format!("10.0.0.{number}:")))
    }

    /// Returns the configuration of HAProxy.
    pub fn haproxy(&self) -> String {
        let mut file = block(PAGE, "/etc/haproxy/haproxy.cfg").to_owned();
        // Only root can change its user and group.
        replace_line(&mut file, "user haproxy", "");
        replace_line(&mut file, "group haproxy", "");
        replace_line(&mut file, "bind 127.0.0.1:5000", &format!("    bind {}", self.haproxy));
        replace_line(&mut file, "bind 127.0.0.1:5001", &format!("    bind {}", self.standbys));
        self.localize(&file)
    }

    /// Returns the statements that create the role and the database.
    pub fn sql() -> &'static str {
        block(PAGE, "catalog.sql")
    }

    /// Returns the settings of a server of the catalog, which names all nodes.
    pub fn settings(&self) -> String {
        self.localize(block(PAGE, "syllabus.toml"))
    }

    /// Returns the settings of a server of the catalog, which uses HAProxy.
    pub fn settings_with_haproxy(&self) -> String {
        let (_, section) = PAGE.split_once(HAPROXY_SECTION).expect("the page has the section");
        self.localize(&block(section, "syllabus.toml").replace("127.0.0.1:5000", &self.haproxy))
    }
}
