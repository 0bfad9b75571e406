//! The history: the last revision of each record is stored, and the record has its number.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ALL.into_iter().filter(|kind| *kind != NodeKind::ReadingListEntry) {
        let last = format!("(SELECT MAX(revision) FROM revision WHERE kind = '{kind}' AND code = {kind}.code)");
        let select = format!(
            "SELECT code, 'revision ' || CAST(revision AS TEXT) || ', but the last stored revision is ' \
             || COALESCE(CAST({last} AS TEXT), 'none') FROM {} AND revision IS DISTINCT FROM {last} ORDER BY 1",
            kind.filtered_table_ref()
        );
        check.report_selected(kind, &select, "it is at {}").await?;
        // Changes newer than the oldest remaining one must exist, even after a purge.
        let missing = format!(
            "SELECT code, CAST(revision AS TEXT) FROM revision WHERE kind = '{kind}' AND NOT EXISTS (SELECT 1 FROM change_event \
             WHERE change_event.kind = '{kind}' AND change_event.code = revision.code AND change_event.revision = revision.revision) \
             AND (created_at > (SELECT occurred_at FROM change_event ORDER BY id LIMIT 1) \
             OR (SELECT last_purged_id FROM change_feed_watermark) = 0) ORDER BY 1, 2"
        );
        check.report_selected(kind, &missing, "the change feed has no row for its revision {}").await?;
    }
    Ok(())
}
