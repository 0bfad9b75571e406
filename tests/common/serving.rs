//! The built binary as a server process.

#![allow(dead_code, reason = "no binary uses all of it")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Returns a command of the binary, without our settings in its environment.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syllabus"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SYLLABUS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Starts a server. Returns the address on which it listens.
pub fn serving(command: &mut Command) -> (Child, String) {
    serving_and_logging(command, |_| ())
}

/// Starts a server. Also passes on each line of its log.
pub fn serving_and_logging(command: &mut Command, mut log: impl FnMut(String) + Send + 'static) -> (Child, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let address = loop {
        let line = said.next().expect("it goes on until it listens").expect("output is UTF-8");
        if let Some(rest) = line.strip_prefix("Listening on ") {
            break rest.split_once(". ").expect("a sentence follows").0.to_owned();
        }
        log(line);
    };
    // Its further output is read, so that it never blocks on a full pipe.
    std::thread::spawn(move || said.map_while(Result::ok).for_each(&mut log));
    (child, address)
}
