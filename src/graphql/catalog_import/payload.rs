//! What came of an import.

use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject};
use entity::kind::NodeKind;

use crate::domain::node_id;
use crate::graphql::enums::ChangeKind;
use crate::graphql::interface::Node;
use crate::graphql::list::List;
use crate::graphql::node::with_code;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::UserError;
use crate::service::import_export::{
    Action, Counts, Difference, ImportReport, Imported, LineViolation, RecordReport, SkippedEntry,
};
use crate::service::write::Violation;

/// What came of an import.
#[derive(SimpleObject, Debug)]
pub struct CatalogImportPayload {
    /// How many records of each kind were what, or would be; only kinds that there were records of.
    counts: List<ImportCount>,
    /// What became of each record, in their order. Where nothing was written because some were refused, only those. A
    /// person who was made for the name of an instructor follows the course, with its index.
    records: List<ImportedRecord>,
    /// The entries that reading lists go without, because what they point at was refused.
    dropped_entries: List<DroppedEntry>,
    /// Whether this is what an earlier call with the same idempotency key came to: this one wrote nothing.
    is_repeat: bool,
    /// What is to be mended, the first 1,000 violations. With `ALL_OR_NOTHING` nothing was written where there is one; with
    /// `SKIP_FAILED` the records that they name were not.
    user_errors: List<UserError>,
    /// How many violations there are in all.
    user_error_count: i32,
}

/// How many records of a kind were what.
#[derive(SimpleObject, Debug)]
pub struct ImportCount {
    /// The kind.
    kind: ChangeKind,
    /// How many were new.
    created: i32,
    /// How many were there and differed.
    updated: i32,
    /// How many were there and the same.
    unchanged: i32,
    /// How many could not be taken.
    refused: i32,
}

/// What became of a record.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Action")]
pub enum ImportAction {
    /// It was new, and was made.
    Created,
    /// It was there and differed.
    Updated,
    /// It was there and the same; nothing was written.
    Unchanged,
    /// It could not be taken: the user errors say why.
    #[graphql(name = "REFUSED")]
    Rejected,
}

/// What became of one record, or would become of it.
#[derive(SimpleObject, Debug)]
#[graphql(complex)]
pub struct ImportedRecord {
    /// Its place in `records`, from 0.
    index: i32,
    /// What became of it, or would become of it.
    action: ImportAction,
    /// What it is about; null where it does not say.
    kind: Option<ChangeKind>,
    /// The id of what is in the catalog; null where it was refused, or would first be made.
    id: Option<ID>,
    /// What a dry run would change of something that is there; empty otherwise.
    differences: List<ImportDifference>,
    #[graphql(skip)]
    node: Option<(NodeKind, String)>,
}

#[ComplexObject]
impl ImportedRecord {
    /// What is in the catalog, as it is now; null where it was refused, or would first be made.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        let Some((kind, code)) = &self.node else { return Ok(None) };
        Ok(with_code(ctx, *kind, code).await?.map(Node::new))
    }
}

/// A field that would get another value.
#[derive(SimpleObject, Debug)]
pub struct ImportDifference {
    /// The field, as the import file calls it.
    field: String,
    /// Its value now, as the export writes it; null where it has none.
    before: Option<Json>,
    /// Its value afterwards; null where it will have none.
    after: Option<Json>,
}

/// An entry that a reading list goes without.
#[derive(SimpleObject, Debug)]
pub struct DroppedEntry {
    /// The place of the reading list in `records`, from 0.
    index: i32,
    /// The kind of what the entry points at.
    kind: ChangeKind,
    /// The slug of what the entry points at.
    slug: String,
    /// The place in `records` of what was refused, from 0.
    refused_index: i32,
}

fn int(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The place of a record that is counted from 1.
fn place(line: u64) -> i32 {
    int(line.saturating_sub(1))
}

impl From<std::result::Result<Imported, Vec<Violation>>> for CatalogImportPayload {
    fn from(imported: std::result::Result<Imported, Vec<Violation>>) -> Self {
        match imported {
            Ok(Imported { report, was_replayed }) => Self { is_repeat: was_replayed, ..report.into() },
            Err(violations) => Self {
                user_error_count: int(violations.len() as u64),
                user_errors: violations.into_iter().map(UserError::from).collect(),
                ..ImportReport::default().into()
            },
        }
    }
}

impl From<ImportReport> for CatalogImportPayload {
    fn from(report: ImportReport) -> Self {
        let kinds = report.kinds.into_iter().filter(|(_, counts)| *counts != Counts::default());
        let mut records: Vec<ImportedRecord> = report.records.into_iter().flat_map(imported).collect();
        records.sort_by_key(|record| record.index);
        Self {
            counts: kinds.map(Into::into).collect(),
            records: List(records),
            dropped_entries: report.skipped_entries.into_iter().map(Into::into).collect(),
            is_repeat: false,
            user_errors: report.violations.iter().map(user_error).collect(),
            user_error_count: int(report.violation_count),
        }
    }
}

impl From<(NodeKind, Counts)> for ImportCount {
    fn from((kind, counts): (NodeKind, Counts)) -> Self {
        let Counts { created, updated, unchanged, rejected } = counts;
        Self {
            kind: kind.into(),
            created: int(created),
            updated: int(updated),
            unchanged: int(unchanged),
            refused: int(rejected),
        }
    }
}

/// The record itself, and those that were laid over it.
fn imported(record: RecordReport) -> Vec<ImportedRecord> {
    let node = record.kind.zip(record.code);
    let at = |line: u64, differences: Vec<Difference>| ImportedRecord {
        index: place(line),
        action: record.action.into(),
        kind: record.kind.map(Into::into),
        id: node.as_ref().map(|(kind, code)| node_id::format(*kind, code).into()),
        differences: differences.into_iter().map(Into::into).collect(),
        node: node.clone(),
    };
    let also: Vec<ImportedRecord> = record.also.iter().map(|line| at(*line, Vec::new())).collect();
    std::iter::once(at(record.line, record.differences)).chain(also).collect()
}

impl From<Difference> for ImportDifference {
    fn from(difference: Difference) -> Self {
        let json = |value| async_graphql::Value::from_json(value).ok().map(Json);
        Self {
            field: difference.field,
            before: difference.before.and_then(json),
            after: difference.after.and_then(json),
        }
    }
}

impl From<SkippedEntry> for DroppedEntry {
    fn from(dropped: SkippedEntry) -> Self {
        Self {
            index: place(dropped.line),
            kind: dropped.kind.into(),
            slug: dropped.slug,
            refused_index: place(dropped.rejected_line),
        }
    }
}

/// A violation at its place: `["input", "records", "17", "isbn13"]`.
fn user_error(violation: &LineViolation) -> UserError {
    let index = place(violation.line).to_string();
    let inner = violation.violation.field.split(['[', ']', '.']).filter(|part| !part.is_empty());
    let path: Vec<&str> = ["records", &index].into_iter().chain(inner).collect();
    UserError::input(violation.violation.code.into(), &path, violation.message())
}
