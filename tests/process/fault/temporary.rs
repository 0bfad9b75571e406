//! A directory for temporary files that cannot be used during an import.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::command::syllabus;
use crate::fault::tmpfs::Tmpfs;

/// The texts of this many records fit into memory, and so do their keys; their rows of the change feed do not.
const PEOPLE: usize = 22_000;
/// Less than the rows of the change feed need.
const MEBIBYTES: u32 = 3;

#[test]
fn imports_report_a_missing_directory() {
    let folder = tempfile::tempdir().expect("the disk has space");
    let line = format!("{{\"kind\":\"topic\",\"slug\":\"t\",\"summary\":\"{}\"}}\n", "x".repeat(1 << 19));
    let missing = folder.path().join("missing");
    let output = import(folder.path(), &line.repeat(9), &missing);
    expect(&output, &missing, "no such file or directory: set TMPDIR to a writable directory");
}

#[test]
fn imports_report_a_directory_that_becomes_full_while_they_write() {
    let Some(disk) = Tmpfs::mount(MEBIBYTES) else { return };
    let folder = tempfile::tempdir().expect("the disk has space");
    let mut people = String::new();
    for number in 0..PEOPLE {
        let slug = format!("{number}-{}", "a".repeat(100));
        writeln!(people, r#"{{"kind":"person","slug":"{slug}","name":"P"}}"#).expect("a string grows");
    }
    let output = import(folder.path(), &people, disk.path());
    expect(&output, disk.path(), "no space left on device: set TMPDIR to a directory with more space");
}

/// Imports `records` into a new catalog in `folder`.
fn import(folder: &Path, records: &str, temporary: &Path) -> Output {
    let file = folder.join("catalog.jsonl");
    fs::write(&file, records).expect("the disk has space");
    let url = format!("sqlite:{}", folder.join("catalog.db").display());
    let mut import = syllabus(&url, &["import"]);
    import.arg(file).env("TMPDIR", temporary).output().expect("the binary runs")
}

#[track_caller]
fn expect(output: &Output, temporary: &Path, reason: &str) {
    let message =
        format!("error: nothing was written: a temporary file in {} cannot be used: {reason}\n", temporary.display());
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
    assert_eq!(output.status.code(), Some(1));
}
