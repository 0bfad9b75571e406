//! The built binary, which serves the demo catalog.

use std::process::Child;
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::abuse::corpus::Abuse;
use crate::serving::{binary, serving};

/// A server process that is stopped on drop.
pub struct Server {
    child: Child,
    address: String,
    client: Client,
}

/// The resource usage of a process since its start.
#[derive(Clone, Copy)]
pub struct Spent {
    /// CPU time in milliseconds.
    pub processor: u64,
    /// Peak memory in KiB.
    pub memory: u64,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts a server with these flags.
    pub fn with(flags: &[&str]) -> Self {
        let mut command = binary();
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--log-level", "off"]).args(flags);
        let (child, address) = serving(&mut command);
        Self { child, address, client: Client::builder().pool_max_idle_per_host(0).build().expect("there is a client") }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request of the corpus. Returns the status and the size of the response. A closed connection is also a
    /// valid response.
    pub async fn send(&self, abuse: &Abuse) -> (u16, usize) {
        let base = format!("http://{}/graphql", self.address);
        let request = if let Some(page) = &abuse.page {
            self.client.get(format!("http://{}{page}", self.address))
        } else if abuse.in_address {
            let asked = String::from_utf8_lossy(&abuse.body);
            self.client.request(Method::GET, format!("{base}?{asked}"))
        } else {
            self.client.post(base).body(abuse.body.clone())
        };
        let request = abuse.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let Ok(response) = request.send().await else { return (0, 0) };
        let status = response.status().as_u16();
        (status, response.bytes().await.map_or(0, |bytes| bytes.len()))
    }

    /// Sends a regular query.
    pub async fn asks_well(&self) {
        assert!(self.asks_well_soon().await, "a page is answered");
    }

    /// Returns whether a regular query is answered within seconds.
    pub async fn asks_well_soon(&self) -> bool {
        let body = json!({ "query": "{ careers(first: 3) { nodes { title } } }" });
        let request = self.client.post(format!("http://{}/graphql", self.address)).json(&body);
        let Ok(response) = request.timeout(Duration::from_secs(10)).send().await else { return false };
        response.json::<Value>().await.is_ok_and(|answer| answer["data"]["careers"]["nodes"].is_array())
    }

    /// Returns the number of its open sockets, including the listening one.
    pub fn connections(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("the process is there");
        let targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
    }

    /// Waits, for at most a minute, until it has only `count` sockets again. Returns the elapsed time.
    pub async fn until_connections(&self, count: usize) -> Duration {
        let begin = Instant::now();
        while self.connections() <= count && begin.elapsed() < Duration::from_secs(5) {
            tokio::task::yield_now().await;
        }
        while self.connections() > count && begin.elapsed() < Duration::from_mins(1) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begin.elapsed()
    }

    pub fn spent(&self) -> Spent {
        let pid = self.child.id();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a name is in it").1.split_whitespace().collect();
        let ticks = |field: usize| fields[field].parse::<u64>().expect("it is a number");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
        let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells it");
        let memory = memory.trim().trim_end_matches(" kB").trim().parse().expect("it is a number");
        // A tick is ten milliseconds.
        Spent { processor: (ticks(11) + ticks(12)) * 10, memory }
    }

    /// Waits until it is idle, so that its further usage belongs to the next request.
    pub fn settle(&self) {
        let begin = Instant::now();
        let mut before = self.spent().processor;
        while begin.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(20) {
                std::thread::yield_now();
            }
            let now = self.spent().processor;
            if now == before {
                return;
            }
            before = now;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
