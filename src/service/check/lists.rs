//! Reading lists: each owner has a list with the same visibility.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ITEMS.into_iter().filter(|kind| kind.owns_list()) {
        let select = format!(
            "SELECT code, slug FROM {} AND NOT EXISTS (SELECT 1 FROM reading_list WHERE owner_id = {kind}.id) ORDER BY 1",
            kind.filtered_table_ref()
        );
        check.report_selected(kind, &select, "it has no reading list").await?;
        let select = format!(
            "SELECT reading_list.code, {kind}.code FROM reading_list JOIN item AS {kind} ON {kind}.id = reading_list.owner_id \
             WHERE {kind}.kind = '{kind}' AND reading_list.visible_from IS DISTINCT FROM {kind}.visible_from ORDER BY 1"
        );
        let message = format!("its visibility differs from that of its owner, {kind}_{{}}");
        check.report_selected(NodeKind::ReadingList, &select, &message).await?;
    }
    Ok(())
}
