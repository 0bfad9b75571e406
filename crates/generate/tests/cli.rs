//! Tests of the program.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use syllabus_generate::{Scale, generate};

fn program(scale: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syllabus-generate"));
    command.args(["--scale", scale]);
    command
}

#[test]
fn writes_the_catalog_to_standard_output() {
    let mut expected = Vec::new();
    generate(Scale::new(0.002).expect("a valid scale"), &mut expected).expect("a vector accepts all bytes");
    let output = program("0.002").output().expect("the program runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert!(output.stdout == expected, "the program and the library differ");
}

#[test]
fn invalid_scales_exit_with_2() {
    for scale in ["0", "101", "large"] {
        let output = program(scale).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{scale}");
        let message = String::from_utf8(output.stderr).expect("valid UTF-8");
        assert!(message.contains("must be a number above 0 and at most 100"), "{message}");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = program("0.1").stdout(Stdio::piped()).spawn().expect("the program runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("a line can be read");
    assert!(line.contains("\"kind\":\"topic\""), "{line}");
    assert!(child.wait().expect("the program ends").success());
}
