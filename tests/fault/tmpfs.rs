//! A small file system of a test's own.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system in memory, which goes when this is dropped.
pub struct Tmpfs {
    directory: TempDir,
}

impl Tmpfs {
    /// Mounts one; nothing where that is not allowed, which is then said.
    ///
    /// # Panics
    /// When it is not allowed although `SYLLABUS_REQUIRE_TMPFS` asks for it.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let directory = tempfile::Builder::new().prefix("syllabus-tmpfs-").tempdir().expect("there is room");
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

    /// Takes all room that is left, until what is returned is dropped.
    pub fn fill(&self) -> Filling {
        let path = self.path().join("filling");
        let mut file = OpenOptions::new().create_new(true).write(true).open(&path).expect("there is room for a name");
        for size in [1 << 16, 1 << 12] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        Filling { path, _file: file }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Whoever still has a file open there closes it soon.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// What takes all room.
pub struct Filling {
    path: PathBuf,
    _file: File,
}

impl Drop for Filling {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).expect("it can be removed");
    }
}
