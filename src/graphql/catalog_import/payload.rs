//! The result of an import.

use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject};
use entity::kind::NodeKind;

use crate::domain::node_id;
use crate::graphql::enums::ChangeKind;
use crate::graphql::interface::Node;
use crate::graphql::list::List;
use crate::graphql::node::entity_by_code;
use crate::graphql::scalars::Json;
use crate::graphql::user_error::UserError;
use crate::service::import_export::{
    self, Action, Counts, Difference, ImportReport, Imported, LineViolation, RecordReport,
};
use crate::service::write::Violation;

/// The result of `catalogImport`. After a dry run: the result that the import would have.
#[derive(SimpleObject, Debug)]
pub struct CatalogImportPayload {
    /// The numbers of records by kind and action. Kinds without records are left out.
    counts: List<ImportCount>,
    /// The outcome of each record, by index; only the rejected ones if these prevented the import. A person who was
    /// created from the name of an instructor follows the course and has its index.
    records: List<ImportedRecord>,
    /// The reading list entries that were left out because their resource was rejected. Empty with `ALL_OR_NOTHING`.
    skipped_entries: List<SkippedEntry>,
    /// Whether this is the stored result of an earlier call with the same `idempotencyKey`. If so, this call wrote
    /// nothing.
    was_replayed: bool,
    /// The first 1,000 problems, each with a path such as `["input", "records", "17", "isbn13"]`. If there are any,
    /// nothing was written; with `SKIP_INVALID`, only the records at fault were not.
    user_errors: List<UserError>,
    /// The number of all problems, including those beyond the first 1,000.
    user_error_count: i32,
}

/// The numbers of the records of a kind, by action. After a dry run: the actions that the import would take.
#[derive(SimpleObject, Debug)]
pub struct ImportCount {
    /// The kind of the objects. Records that state no valid `kind` are not counted.
    kind: ChangeKind,
    /// The number of records that created an object.
    created: i32,
    /// The number of records that changed their object.
    updated: i32,
    /// The number of records that equal their object, for which nothing was written.
    unchanged: i32,
    /// The number of records that were rejected because of user errors.
    rejected: i32,
}

/// The action that an import took for a record, or would take after a dry run.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Action")]
pub enum ImportAction {
    /// No object matched the record, so a new one was created.
    Created,
    /// The record changed the object that it matched.
    Updated,
    /// The record equals the object that it matched, so nothing was written.
    Unchanged,
    /// The record was rejected. The user errors with its index in their path have the reasons.
    #[graphql(name = "REJECTED")]
    Rejected,
}

/// The outcome of a record. After a dry run: the outcome that it would have.
#[derive(SimpleObject, Debug)]
#[graphql(complex)]
pub struct ImportedRecord {
    /// The index of the record in `input.records`, from 0.
    index: i32,
    /// The action that was taken. After a dry run: the action that would be taken.
    action: ImportAction,
    /// The kind of the object. Null if the record states no valid `kind`.
    kind: Option<ChangeKind>,
    /// The id of the object. Null if the record was rejected, or if a dry run would create the object.
    id: Option<ID>,
    /// The fields that a dry run would change in an existing object. Empty for other records and without `dryRun`.
    differences: List<ImportDifference>,
    #[graphql(skip)]
    node: Option<(NodeKind, String)>,
}

#[ComplexObject]
impl ImportedRecord {
    /// The object in its current state. Null if `id` is null or the object has been deleted since.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        let Some((kind, code)) = &self.node else { return Ok(None) };
        Ok(entity_by_code(ctx, *kind, code).await?.map(Node::new))
    }
}

/// A field of an existing object that an import would change.
#[derive(SimpleObject, Debug)]
pub struct ImportDifference {
    /// The name of the field in import files, such as `topics` for the input field `topicIds`.
    field: String,
    /// The current value in the format of exports. Null if the field is empty.
    before: Option<Json>,
    /// The value after the import, in the format of exports. Null if the import would clear the field.
    after: Option<Json>,
}

/// A reading list entry that `SKIP_INVALID` left out because the record of its resource was rejected.
#[derive(SimpleObject, Debug)]
pub struct SkippedEntry {
    /// The index of the reading list in `input.records`, from 0.
    index: i32,
    /// The kind of the resource that the entry recommends.
    kind: ChangeKind,
    /// The slug of the resource that the entry recommends, as in its record.
    slug: String,
    /// The index in `input.records` of the rejected record, from 0.
    rejected_index: i32,
}

fn int(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Converts a line number, from 1, to an index.
fn place(line: u64) -> i32 {
    int(line.saturating_sub(1))
}

impl From<std::result::Result<Imported, Vec<Violation>>> for CatalogImportPayload {
    fn from(imported: std::result::Result<Imported, Vec<Violation>>) -> Self {
        match imported {
            Ok(Imported { report, was_replayed }) => Self { was_replayed, ..report.into() },
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
            skipped_entries: report.skipped_entries.into_iter().map(Into::into).collect(),
            was_replayed: false,
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
            rejected: int(rejected),
        }
    }
}

/// The result of a record, and of the records that were merged into it.
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

impl From<import_export::SkippedEntry> for SkippedEntry {
    fn from(entry: import_export::SkippedEntry) -> Self {
        Self {
            index: place(entry.line),
            kind: entry.kind.into(),
            slug: entry.slug,
            rejected_index: place(entry.rejected_line),
        }
    }
}

/// Converts a violation to a user error with the path `["input", "records", "17", "isbn13"]`.
fn user_error(violation: &LineViolation) -> UserError {
    let index = place(violation.line).to_string();
    let inner = violation.violation.field.split(['[', ']', '.']).filter(|part| !part.is_empty());
    let path: Vec<&str> = ["records", &index].into_iter().chain(inner).collect();
    UserError::input(violation.violation.code.into(), &path, violation.message())
}
