//! Programs that run in the background. They end when this process ends for any reason.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Starts a program, and stops it when its own standard input ends.
const WATCHDOG: &str = r#"
log=$1
shift
trap '' INT TERM HUP PIPE
(trap - INT TERM HUP PIPE && exec "$@" >"$log" 2>&1 </dev/null) &
echo $!
read -r _
kill $!
wait $!
"#;
/// How long a program may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program.
pub struct Daemon {
    /// The watchdog. Its standard input stays open as long as this process lives.
    watchdog: Child,
}

impl Daemon {
    /// Starts a program, and waits until it is ready.
    ///
    /// # Panics
    /// If it does not become ready.
    pub fn start(
        command: impl IntoIterator<Item = impl AsRef<OsStr>>,
        log: &Path,
        is_ready: impl Fn() -> bool,
    ) -> Self {
        let (watchdog, _) = start_watchdog(WATCHDOG, |shell| shell.arg(log).args(command));
        let daemon = Self { watchdog };
        let begin = Instant::now();
        while !is_ready() {
            let log = fs::read_to_string(log).unwrap_or_default();
            assert!(begin.elapsed() < PATIENCE, "the program does not start: {log}");
            sleep(Duration::from_millis(10));
        }
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // The end of its standard input ends it.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Starts a shell that runs a script with arguments, and returns it with the first line that it prints. Its standard input
/// stays open until this process ends.
pub fn start_watchdog(script: &str, add_arguments: impl FnOnce(&mut Command) -> &mut Command) -> (Child, String) {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "watchdog"])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C on the terminal must not end it, because it cleans up afterward.
        .process_group(0);
    let mut watchdog = add_arguments(&mut shell).spawn().expect("there is a shell");
    let mut first = String::new();
    let output = watchdog.stdout.take().expect("it is piped");
    BufReader::new(output).read_line(&mut first).expect("the watchdog speaks");
    (watchdog, first)
}

/// Returns the path of a program in `PATH`, or in `/usr/sbin`, which only root has in `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.find_map(|directory| Some(directory.join(name)).filter(|program| program.is_file()))
}

/// Returns an unused port.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener.local_addr().expect("it is bound").port()
}
