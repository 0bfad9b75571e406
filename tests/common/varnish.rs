//! Varnish in front of a server, with the configuration of the documentation.

use std::ffi::OsString;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::daemon::{Daemon, free_port, program};
use super::recipe::block;

/// The page with the files of the configuration.
pub const PAGE: &str = include_str!("../../docs/operations/cdn.md");
/// Directories of the modules of Varnish on Debian.
const MODULES: [&str; 2] = ["/usr/lib/x86_64-linux-gnu/varnish/vmods", "/usr/lib/aarch64-linux-gnu/varnish/vmods"];

/// A running Varnish.
pub struct Varnish {
    port: u16,
    purge_url: String,
    _daemon: Daemon,
    _directory: TempDir,
}

/// An installed Varnish that does not run yet.
pub struct StoppedVarnish {
    program: PathBuf,
    port: u16,
    purge_port: u16,
}

impl StoppedVarnish {
    /// Finds Varnish and ports for it; `None`, with a message, if it is not installed.
    ///
    /// # Panics
    /// If it is missing although `SYLLABUS_REQUIRE_VARNISH` is set.
    pub fn find() -> Option<Self> {
        let has_xkey = MODULES.iter().any(|modules| PathBuf::from(modules).join("libvmod_xkey.so").is_file());
        let Some(program) = program("varnishd").filter(|_| has_xkey) else {
            let missing = "Varnish was NOT tested: there is no varnishd with the module xkey (varnish-modules).";
            assert!(!std::env::var("SYLLABUS_REQUIRE_VARNISH").is_ok_and(|value| value == "1"), "{missing}");
            eprintln!("{missing}");
            return None;
        };
        Some(Self { program, port: free_port(), purge_port: free_port() })
    }

    /// Returns the URL for purges.
    pub fn purge_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.purge_port)
    }

    /// Returns the default of a parameter, in seconds.
    ///
    /// # Panics
    /// If Varnish does not have it.
    pub fn default_seconds(&self, parameter: &str) -> f64 {
        let output = Command::new(&self.program).args(["-x", "parameter"]).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("it is UTF-8");
        let entry = text.split_once(&format!("\n{parameter}\n")).expect("Varnish has the parameter").1;
        let entry = entry.split_once(".. _ref_param_").map_or(entry, |(entry, _)| entry);
        let default = entry.lines().find_map(|line| line.trim().strip_prefix("* Default: "));
        default.and_then(|default| default.parse().ok()).expect("it is a number")
    }

    /// Starts it in front of the server at this address.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(self, backend: &str) -> Varnish {
        self.start_with(with_addresses(block(PAGE, "default.vcl"), &[backend]))
    }

    /// Starts it in front of the two servers at these addresses, with the documented changes.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_for_two(self, backends: [&str; 2]) -> Varnish {
        let vcl = block(PAGE, "default.vcl");
        let (before, rest) = vcl.split_once("backend default {").expect("it has a backend");
        let after = rest.split_once("\n}\n").expect("the backend ends").1;
        let changes = PAGE.split_once("With several servers of Syllabus").expect("the page has the changes").1;
        let first_line = changes.split('`').find(|code| code.starts_with("set req.")).expect("it begins a subroutine");
        let servers = changes.split_once("```vcl\n").and_then(|(_, rest)| rest.split_once("```")).expect("a block").0;
        let receive = "sub vcl_recv {\n";
        let after = after.replacen(receive, &format!("{receive}    {first_line}\n"), 1);
        self.start_with(format!("{before}{}{after}", with_addresses(servers, &backends)))
    }

    fn start_with(self, vcl: String) -> Varnish {
        let directory = tempfile::Builder::new().prefix("syllabus-varnish-").tempdir().expect("the disk has space");
        let [file, log, state] = ["default.vcl", "log", "state"].map(|name| directory.path().join(name));
        fs::write(&file, vcl).expect("the disk has space");
        let (listen, purge_url) = (format!("127.0.0.1:{}", self.port), self.purge_url());
        let purges = format!("purge=127.0.0.1:{}", self.purge_port);
        let mut command = vec![self.program.into_os_string()];
        // In the foreground, without changing the user, and without the port of administrators.
        command.extend(
            ["-F", "-j", "none", "-T", "none", "-s", "malloc,64m", "-a", &listen, "-a", &purges].map(OsString::from),
        );
        command.extend(["-n".into(), state.into_os_string(), "-f".into(), file.into_os_string()]);
        let daemon = Daemon::start(command, &log, || TcpStream::connect(&listen).is_ok());
        Varnish { port: self.port, purge_url, _daemon: daemon, _directory: directory }
    }
}

/// Replaces the addresses of the backends in a VCL, in their order.
fn with_addresses(vcl: &str, backends: &[&str]) -> String {
    let mut addresses = backends.iter().map(|backend| backend.rsplit_once(':').expect("it has a port"));
    let mut port = "";
    let line = |line: &str| {
        if line.trim_start().starts_with(".host =") {
            let host;
            (host, port) = addresses.next().expect("there are as many addresses as backends");
            format!("    .host = \"{host}\";\n")
        } else if line.trim_start().starts_with(".port =") {
            format!("    .port = \"{port}\";\n")
        } else {
            format!("{line}\n")
        }
    };
    let vcl = vcl.lines().map(line).collect();
    assert_eq!(addresses.next(), None, "there are as many backends as addresses");
    vcl
}

impl Varnish {
    /// Returns the URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Returns the URL for purges.
    pub fn purge_url(&self) -> &str {
        &self.purge_url
    }
}
