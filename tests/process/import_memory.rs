//! The memory of an import hardly grows with the size of the file, whether it has many records or long ones.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use syllabus_generate::{Scale, generate};

use crate::command::syllabus;
use crate::common::{Cluster, postgres_is_missing};

/// The files of many records to compare: 11,000 and 44,000, with the lists that an import adds 13,000 and 53,000 changes.
const SCALES: [&str; 2] = ["0.05", "0.2"];

/// The files of long records to compare: careers whose articles have 200 kB.
const CAREERS: [usize; 2] = [40, 240];
const ARTICLE: usize = 200_000;

/// How much more memory the larger file may need, in KiB. It needs up to 40 MiB more, depending on the load of the machine.
/// An import of all records at once needed 120 MiB more; one of all long records, 180 MiB.
const MAX_GROWTH_KIB: u64 = 64 * 1024;

/// The interval at which the memory of the process is read.
const INTERVAL: Duration = Duration::from_millis(20);

#[test]
fn more_records_need_hardly_more_memory() {
    compare_imports(SCALES.map(|scale| {
        let scale: Scale = scale.parse().expect("a scale");
        move |output: &mut BufWriter<File>| generate(scale, output)
    }));
}

#[test]
fn long_records_need_hardly_more_memory() {
    compare_imports(CAREERS.map(|careers| {
        move |output: &mut BufWriter<File>| {
            let article = "word ".repeat(ARTICLE / 5);
            (0..careers).try_for_each(|number| {
                writeln!(output, r#"{{"kind":"career","slug":"c{number}","title":"C","article":"{article}"}}"#)
            })
        }
    }));
}

/// Imports a small and a large file into PostgreSQL: the process of an import into SQLite has a page cache of up to 128
/// MiB.
fn compare_imports(files: [impl Fn(&mut BufWriter<File>) -> io::Result<()>; 2]) {
    let Some(cluster) = Cluster::start() else {
        if let Some(missing) = postgres_is_missing() {
            eprintln!("{missing}");
        }
        return;
    };
    let folder = tempfile::tempdir().expect("the disk has space");
    let peaks = files.map(|write| {
        let file = folder.path().join("catalog.jsonl");
        let mut output = BufWriter::new(File::create(&file).expect("the disk has space"));
        write(&mut output).and_then(|()| output.flush()).expect("the disk has space");
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
