//! The library that fails system calls, and the file through which a test controls it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// How the disk fails, as `enum mode` in `shim.c` numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One call fails: a write, a sync, a truncation or a lock.
    Once,
    /// One write stops halfway, and the next one finds the disk full.
    Torn,
    /// Every write finds the disk full, until the fault ends.
    Full,
    /// One sync fails.
    Unsynced,
    /// Every sync fails, until the shim is disarmed.
    NeverSynced,
}

/// The kinds of calls, in the order of `enum call` in `shim.c`.
pub const CALLS: [&str; 4] = ["write", "sync", "truncate", "lock"];

/// The offsets of the fields of `struct control`.
const NTH: u64 = 0;
const MODE: u64 = 8;
const COUNTED: u64 = 16;
const FAILED: u64 = 24;
const SHIFT: u64 = 56;
const SIZE: u64 = 64;

/// The library for the processes of one test, and its control file.
pub struct Shim {
    control: File,
    directory: TempDir,
    /// The SQLite database whose files fail, if any do.
    database: Option<PathBuf>,
}

impl Shim {
    pub fn new(database: Option<&Path>) -> Self {
        let directory = tempfile::tempdir().expect("the disk has space");
        let path = directory.path().join("control");
        let control =
            OpenOptions::new().read(true).write(true).create_new(true).open(path).expect("the disk has space");
        control.set_len(SIZE).expect("the disk has space");
        // The shim compares the path that the kernel reports.
        let database = database.map(|file| {
            let directory = file.parent().expect("it is in a directory").canonicalize().expect("which is there");
            directory.join(file.file_name().expect("it has a name"))
        });
        Self { control, directory, database }
    }

    /// Has a process load it.
    pub fn load_into(&self, command: &mut Command) {
        command.env("LD_PRELOAD", library()).env("FAULT_CONTROL", self.directory.path().join("control"));
        if let Some(database) = &self.database {
            command.env("FAULT_DATABASE", database);
        }
    }

    /// Lets the `nth` call from now on fail.
    pub fn arm(&self, mode: Mode, nth: u64) {
        for field in [COUNTED, FAILED, FAILED + 8, FAILED + 16, FAILED + 24] {
            self.write(field, 0);
        }
        self.write(MODE, mode as u64);
        self.write(NTH, nth);
    }

    /// Lets all calls succeed from now on. Returns how many failed, by their kind.
    pub fn disarm(&self) -> [u64; 4] {
        self.write(NTH, 0);
        [0, 1, 2, 3].map(|call| self.read(FAILED + 8 * call))
    }

    /// How far the wall clock is ahead, in days.
    pub fn days_ahead(&self) -> u64 {
        self.read(SHIFT) / DAY
    }

    pub fn move_clock(&self, days: u64) {
        self.write(SHIFT, self.read(SHIFT) + days * DAY);
    }

    fn read(&self, field: u64) -> u64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, field).expect("the file is that long");
        u64::from_ne_bytes(bytes)
    }

    fn write(&self, field: u64, value: u64) {
        self.control.write_all_at(&value.to_ne_bytes(), field).expect("the file is that long");
    }
}

const DAY: u64 = 24 * 60 * 60;

/// The shim, compiled once for each run of the tests.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/process/fault/shim.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fault-shim.so");
        // Another run can be using the existing library.
        let fresh = library.with_extension(std::process::id().to_string());
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"]).args([&fresh, &source]);
        assert!(compiler.status().expect("there is a C compiler").success(), "{} is compiled", source.display());
        std::fs::rename(fresh, &library).expect("it can be replaced");
        library
    })
}
