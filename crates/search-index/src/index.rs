//! Indexes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tantivy::indexer::IndexWriterOptions;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy};

use crate::directory::UnsyncedDirectory;
use crate::document::Document;
use crate::error::Error;
use crate::layout::Layout;
use crate::queue::{Queue, QueuedDocument};
use crate::schema::{Fields, schema};
use crate::snapshot::{SegmentSet, Snapshot};
use crate::tokens::{TOKENIZER, WordTokenizer};

/// The size of the write buffer, in bytes.
const BUFFER: usize = 48 << 20;
/// A segment is rewritten when this fraction of its documents is deleted.
const DELETED: f32 = 0.25;

/// An index in memory or in a directory. Only one handle at a time writes to a directory.
pub struct Index {
    writer: Mutex<IndexWriter<QueuedDocument>>,
    queue: Queue,
    reader: IndexReader,
    segments: RwLock<Arc<SegmentSet>>,
    fields: Arc<Fields>,
    is_damaged: Arc<AtomicBool>,
}

/// A change of one document.
#[derive(Clone, Debug)]
pub enum DocumentChange {
    /// Adds a document. The index has none with its id.
    Add(Box<Document>),
    /// Adds a document, or replaces the one with its id.
    Put(Box<Document>),
    /// Deletes the document with this id.
    Delete(i64),
}

impl Index {
    /// Creates an index in memory.
    ///
    /// # Errors
    /// When threads cannot be started.
    pub fn in_memory(layout: &'static Layout) -> Result<Self, Error> {
        let (schema, fields) = schema(layout);
        Self::over(&tantivy::Index::create_in_ram(schema), fields)
    }

    /// Opens the index in a directory, or creates one if the directory is empty.
    ///
    /// # Errors
    /// When something else writes to it, or it cannot be read or written, or is not an index of this version.
    pub fn open(directory: &Path, layout: &'static Layout) -> Result<Self, Error> {
        let (schema, fields) = schema(layout);
        let directory = UnsyncedDirectory::open(directory).map_err(|error| Error::Damaged(error.to_string()))?;
        let exists = tantivy::Index::exists(&directory).map_err(|error| Error::Damaged(error.to_string()))?;
        let index = if exists {
            let index = tantivy::Index::open(directory)?;
            if index.schema() != schema {
                return Err(Error::Damaged("its schema differs from the schema of this version".to_owned()));
            }
            if let Some(path) = index.validate_checksum()?.into_iter().next() {
                return Err(Error::Damaged(format!("checksum mismatch in {}", path.display())));
            }
            index
        } else {
            tantivy::Index::create(directory, schema, IndexSettings::default())?
        };
        Self::over(&index, fields)
    }

    /// Returns the payload of the last commit in a directory, without locking it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn payload_in(directory: &Path) -> Result<Option<String>, Error> {
        Ok(tantivy::Index::open_in_dir(directory)?.load_metas()?.payload)
    }

    fn over(index: &tantivy::Index, fields: Fields) -> Result<Self, Error> {
        let options = IndexWriterOptions::builder().memory_budget_per_thread(BUFFER).num_merge_threads(1).build();
        index.tokenizers().register(TOKENIZER, WordTokenizer);
        let writer: IndexWriter<QueuedDocument> = index.writer_with_options(options)?;
        let mut merging = LogMergePolicy::default();
        merging.set_del_docs_ratio_before_merge(DELETED);
        writer.set_merge_policy(Box::new(merging));
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let segments = RwLock::new(Arc::new(SegmentSet::of(reader.searcher(), &fields, None)?));
        Ok(Self {
            writer: Mutex::new(writer),
            queue: Queue::default(),
            reader,
            segments,
            fields: Arc::new(fields),
            is_damaged: Arc::default(),
        })
    }

    /// Returns the payload of the last commit; `None` in a new index.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn payload(&self) -> Result<Option<String>, Error> {
        Ok(self.reader.searcher().index().load_metas()?.payload)
    }

    /// Stages changes for the next [`Index::commit`]. The last change of a document wins.
    ///
    /// # Errors
    /// When something cannot be written. All staged changes are then discarded.
    pub fn stage(&self, changes: impl IntoIterator<Item = DocumentChange>) -> Result<(), Error> {
        self.writing(|writer| {
            for change in changes {
                match change {
                    DocumentChange::Put(document) => {
                        writer.delete_term(self.fields.number(document.id));
                        self.add(writer, &document)?;
                    }
                    DocumentChange::Add(document) => self.add(writer, &document)?,
                    DocumentChange::Delete(id) => {
                        writer.delete_term(self.fields.number(id));
                    }
                }
            }
            Ok(())
        })
    }

    fn add(&self, writer: &IndexWriter<QueuedDocument>, document: &Document) -> Result<(), Error> {
        writer.add_document(self.queue.enter(self.fields.document(document)))?;
        Ok(())
    }

    /// Commits the staged changes with a payload. Every later [`Index::snapshot`] contains them.
    ///
    /// # Errors
    /// When the changes cannot be written, or the committed segments cannot be opened. A failed write is rolled back.
    pub fn commit(&self, payload: &str) -> Result<(), Error> {
        self.writing(|writer| {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(payload);
            commit.commit()?;
            Ok(())
        })?;
        self.reader.reload()?;
        let segments = SegmentSet::of(self.reader.searcher(), &self.fields, Some(&self.segments()))?;
        *self.segments.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(segments);
        Ok(())
    }

    fn segments(&self) -> Arc<SegmentSet> {
        self.segments.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn writing(&self, write: impl FnOnce(&mut IndexWriter<QueuedDocument>) -> Result<(), Error>) -> Result<(), Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = write(&mut writer);
        if written.is_err() {
            writer.rollback()?;
        }
        written
    }

    /// Returns the index after the last commit.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { segments: self.segments(), fields: self.fields.clone(), is_damaged: self.is_damaged.clone() }
    }

    /// Returns whether a read found the index damaged, so that it must be rebuilt.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }
}
