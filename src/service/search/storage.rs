//! Where an index is stored: in memory, or in a directory.
//!
//! Each build gets its own numbered subdirectory. The complete one with the highest number counts, so that an index is
//! replaced by one that is complete, or not at all.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use search_index::Index;

use super::position::Position;
use crate::db::describe_io_error;
use crate::loader::search::LAYOUT;

/// The index in a directory, as far as it can be read without the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// How far the index has followed the catalog; none if there is no index of this version.
    pub position: Option<Position>,
    /// In bytes.
    pub size: u64,
}

/// The name of the file that the server that writes to the directory has locked.
const LOCK: &str = "lock";
/// A directory that each file system of its own has.
const LOST_AND_FOUND: &str = "lost+found";
/// A file of this name asks for a new index.
const REBUILD: &str = "rebuild";

/// The location of an index.
#[derive(Debug)]
pub enum IndexStorage {
    Memory,
    Directory(IndexDirectory),
}

/// A directory of indexes, which no other process writes to.
#[derive(Debug)]
pub struct IndexDirectory {
    path: PathBuf,
    #[expect(dead_code, reason = "it is locked for as long as it is open")]
    lock: File,
}

/// Why a directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error(
        "the search index directory {0} is in use by another process; set search.directory to a different directory for each server"
    )]
    InUse(PathBuf),
    #[error("{0} contains files that do not belong to a search index; set search.directory to another directory")]
    Foreign(PathBuf),
    #[error("cannot write to the search index directory {path}: {reason}", path = .0.display(), reason = describe_io_error(.1))]
    Unwritable(PathBuf, #[source] io::Error),
}

impl IndexStorage {
    /// A directory, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be written to, is in use, or has files that are not ours.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        let unwritable = |error| StorageError::Unwritable(path.to_owned(), error);
        fs::create_dir_all(path).map_err(unwritable)?;
        for entry in fs::read_dir(path).map_err(unwritable)? {
            let name = entry.map_err(unwritable)?.file_name();
            let is_ours = name == LOCK || name == REBUILD || number(&name.to_string_lossy()).is_some();
            if !is_ours && name != LOST_AND_FOUND {
                return Err(StorageError::Foreign(path.to_owned()));
            }
        }
        let lock = File::options().create(true).append(true).open(path.join(LOCK)).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self::Directory(IndexDirectory { path: path.to_owned(), lock })),
            Err(TryLockError::WouldBlock) => Err(StorageError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }

    /// Looks at a directory, which another process may use.
    #[must_use]
    pub fn look(path: &Path) -> Stored {
        let folders = numbers(path).into_iter().rev().map(|number| path.join(number.to_string()));
        let mut stored = folders.filter_map(|folder| {
            let payload = Index::payload_in(&folder).ok().flatten()?;
            let files = fs::read_dir(&folder).into_iter().flatten().flatten();
            let size = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
            Some(Stored { position: Position::read(&payload), size })
        });
        stored.next().unwrap_or_default()
    }

    /// Asks the process that uses a directory for a new index.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn ask_for_rebuild(path: &Path) -> io::Result<()> {
        File::create(path.join(REBUILD)).map(drop)
    }

    /// Whether somebody asked for a new index.
    #[must_use]
    pub fn is_asked_to_rebuild(&self) -> bool {
        matches!(self, Self::Directory(directory) if directory.path.join(REBUILD).exists())
    }

    /// Opens the last complete index, with its payload, unless a rebuild was requested.
    #[must_use]
    pub fn stored(&self) -> Option<(Index, u64, String)> {
        let Self::Directory(directory) = self else { return None };
        if self.is_asked_to_rebuild() {
            return None;
        }
        numbers(&directory.path).into_iter().rev().find_map(|number| {
            let opened = Index::open(&directory.folder(number), &LAYOUT);
            let complete = opened.and_then(|index| Ok(index.payload()?.map(|payload| (index, number, payload))));
            complete.unwrap_or_else(|error| {
                tracing::warn!(%error, "cannot open the stored search index");
                None
            })
        })
    }

    /// A new index, which [`IndexStorage::stored`] finds once it is [retained](IndexStorage::retain_only).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn build(&self) -> Result<(Index, u64), search_index::Error> {
        let Self::Directory(directory) = self else { return Ok((Index::in_memory(&LAYOUT)?, 0)) };
        let number = numbers(&directory.path).last().map_or(1, |last| last + 1);
        let folder = directory.folder(number);
        // The whole directory may have been deleted.
        fs::create_dir_all(&folder).map_err(search_index::Error::Unwritable)?;
        let index = Index::open(&folder, &LAYOUT).inspect_err(|_| self.discard(number))?;
        Ok((index, number))
    }

    /// Deletes an index that could not be completed.
    pub fn discard(&self, number: u64) {
        let Self::Directory(directory) = self else { return };
        if let Err(error) = fs::remove_dir_all(directory.folder(number)) {
            tracing::warn!(error = describe_io_error(&error), "cannot delete an incomplete search index");
        }
    }

    /// Deletes all indexes but one.
    pub fn retain_only(&self, retained: u64) {
        let Self::Directory(directory) = self else { return };
        for number in numbers(&directory.path).into_iter().filter(|number| *number != retained) {
            if let Err(error) = fs::remove_dir_all(directory.folder(number)) {
                tracing::warn!(error = describe_io_error(&error), "cannot delete an old search index");
            }
        }
        match fs::remove_file(directory.path.join(REBUILD)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(error = describe_io_error(&error), "cannot delete the request for a new search index");
            }
            _ => {}
        }
    }
}

impl IndexDirectory {
    fn folder(&self, number: u64) -> PathBuf {
        self.path.join(number.to_string())
    }
}

/// The numbers of the indexes in a directory, in order.
fn numbers(path: &Path) -> Vec<u64> {
    let names = fs::read_dir(path).into_iter().flatten().flatten();
    let mut numbers: Vec<u64> = names.filter_map(|entry| number(&entry.file_name().to_string_lossy())).collect();
    numbers.sort_unstable();
    numbers
}

fn number(name: &str) -> Option<u64> {
    name.parse().ok()
}
