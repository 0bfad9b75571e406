//! The memory of an import does not grow with the size of the file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use syllabus_generate::{Scale, generate};

use crate::command::syllabus;
use crate::common::{Cluster, postgres_is_missing};

/// The files to compare: 11,000 and 44,000 records, with the lists that an import adds 13,000 and 53,000 changes.
const SCALES: [&str; 2] = ["0.05", "0.2"];

/// How much more memory the larger file may need, in KiB. An import of all records at once needed 120 MiB more.
const MAX_GROWTH_KIB: u64 = 24 * 1024;

/// The interval at which the memory of the process is read.
const INTERVAL: Duration = Duration::from_millis(20);

/// On PostgreSQL: the process of an import into SQLite has a page cache of up to 128 MiB.
#[test]
fn larger_files_need_hardly_more_memory() {
    let Some(cluster) = Cluster::start() else {
        if let Some(missing) = postgres_is_missing() {
            eprintln!("{missing}");
        }
        return;
    };
    let folder = tempfile::tempdir().expect("the disk has space");
    let peaks = SCALES.map(|scale| {
        let file = folder.path().join("catalog.jsonl");
        let mut output = BufWriter::new(File::create(&file).expect("the disk has space"));
        let scale: Scale = scale.parse().expect("a scale");
        generate(scale, &mut output).and_then(|()| output.flush()).expect("the disk has space");
        [&["--dry-run"][..], &[]].map(|options| peak_of_import(&cluster.url("postgres"), options, &file))
    });
    for (small, large) in peaks[0].into_iter().zip(peaks[1]) {
        assert!(large < small + MAX_GROWTH_KIB, "{peaks:?} KiB");
    }
}

/// Imports a file and returns the peak of the resident memory in KiB.
fn peak_of_import(url: &str, options: &[&str], file: &Path) -> u64 {
    let mut migration = syllabus(url, &["migrate", "up"]);
    assert!(migration.output().expect("the binary runs").status.success());
    let mut import = syllabus(url, &[&["import"], options].concat());
    let mut import = import.arg(file).stderr(Stdio::null()).spawn().expect("the binary runs");
    let mut peak = 0;
    loop {
        peak = peak.max(resident_peak(&import).unwrap_or_default());
        if let Some(status) = import.try_wait().expect("it is a child") {
            assert!(status.success(), "{status}");
            return peak;
        }
        thread::sleep(INTERVAL);
    }
}

/// Returns the peak of the resident memory of a running process in KiB. `None` if it has ended.
fn resident_peak(process: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
