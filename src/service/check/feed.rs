//! Scheduled publications: each scheduled item has a row in the table `scheduled`, and there are no others.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    let now = check.now.0;
    for kind in NodeKind::ITEMS {
        let waits = format!(
            "SELECT {kind}.code, {kind}.slug FROM item AS {kind} LEFT JOIN scheduled_publication AS planned \
             ON planned.kind = '{kind}' AND planned.code = {kind}.code WHERE {kind}.kind = '{kind}' AND {kind}.visible_from > {now} \
             AND (planned.code IS NULL OR planned.due_at <> {kind}.visible_from OR planned.revision <> {kind}.revision \
             OR planned.path <> '/{kind}/' || {kind}.code || '/' || {kind}.slug) ORDER BY 1"
        );
        check
            .report_selected(
                kind,
                &waits,
                "it is scheduled, but its publication has no matching row in the table scheduled_publication",
            )
            .await?;
        let waits_not = format!(
            "SELECT code, path FROM scheduled_publication AS planned WHERE kind = '{kind}' AND NOT EXISTS (SELECT 1 FROM item AS {kind} \
             WHERE {kind}.kind = '{kind}' AND {kind}.code = planned.code AND {kind}.visible_from = planned.due_at) ORDER BY 1"
        );
        check
            .report_selected(
                kind,
                &waits_not,
                "the table scheduled_publication has a row for {}, which is not scheduled for that time",
            )
            .await?;
    }
    Ok(())
}
