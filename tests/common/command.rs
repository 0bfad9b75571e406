//! The binary under test, as a command on one database.

use std::process::{Command, Output};

use crate::serving::binary;

/// Returns a command of the binary, with a database and without settings in its environment.
pub fn syllabus(url: &str, arguments: &[&str]) -> Command {
    let mut command = binary();
    command.args(arguments).args(["--database-url", url]);
    command
}

/// Runs a command to its end and returns what it wrote to standard output.
///
/// # Panics
/// If it fails.
#[track_caller]
pub fn run(url: &str, arguments: &[&str]) -> String {
    succeed(&mut syllabus(url, arguments)).0
}

/// Runs a command to its end and returns what it wrote to standard output and to standard error.
///
/// # Panics
/// If it fails.
#[track_caller]
pub fn succeed(command: &mut Command) -> (String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let [out, err] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).expect("output is UTF-8"));
    assert!(status.success(), "{command:?}: {status}\n{out}{err}");
    (out, err)
}
