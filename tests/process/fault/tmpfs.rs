//! A small file system for one test.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system in memory, which is unmounted on drop.
pub struct Tmpfs {
    directory: TempDir,
}

impl Tmpfs {
    /// Mounts one; `None`, with a message, if that is not permitted.
    ///
    /// # Panics
    /// If it is not permitted and `SYLLABUS_REQUIRE_TMPFS` is set.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let directory = tempfile::Builder::new().prefix("syllabus-tmpfs-").tempdir().expect("the disk has space");
        let options = format!("size={mebibytes}m,mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(directory.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self { directory });
        }
        let missing = "A full disk was NOT tested: only root may mount a tmpfs.";
        assert!(!std::env::var("SYLLABUS_REQUIRE_TMPFS").is_ok_and(|value| value == "1"), "{missing}");
        eprintln!("{missing}");
        None
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Fills the remaining space until the returned value is dropped.
    pub fn fill(&self) -> Filling {
        self.fill_except(0)
    }

    /// Fills the remaining space, but for some bytes, until the returned value is dropped.
    pub fn fill_except(&self, bytes: u64) -> Filling {
        let path = self.path().join("filling");
        let mut file =
            OpenOptions::new().create_new(true).write(true).open(&path).expect("the disk has space for a name");
        for size in [1 << 16, 1 << 12] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        let size = file.metadata().expect("it is open").len();
        file.set_len(size.saturating_sub(bytes)).expect("it can be shorter");
        Filling { path, file }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Processes with open files there are about to end.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// The file that fills the remaining space.
pub struct Filling {
    path: PathBuf,
    file: File,
}

impl Drop for Filling {
    fn drop(&mut self) {
        // A child process of another test inherits the open file until it executes its program, which keeps the space.
        self.file.set_len(0).expect("it can be shorter");
        std::fs::remove_file(&self.path).expect("it can be removed");
    }
}
