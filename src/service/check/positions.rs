//! Positions: what is ordered is numbered from 1 without holes.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding};

/// The ordered relations: the kind that each belongs to, the table, the column of the owner, and the name of its elements.
const ORDERED: [(NodeKind, &str, &str, &str); 11] = [
    (NodeKind::ReadingList, "reading_list_entry", "list_id", "entries"),
    (NodeKind::Book, "contribution", "item_id", "contributors"),
    (NodeKind::Course, "contribution", "item_id", "instructors"),
    (NodeKind::Course, "prerequisite", "item_id", "prerequisites"),
    (NodeKind::Course, "syllabus_section", "item_id", "syllabus sections"),
    (NodeKind::Career, "related_item", "item_id", "related careers"),
    (NodeKind::Topic, "related_item", "item_id", "related topics"),
    (NodeKind::Topic, "item_alias", "item_id", "aliases"),
    (NodeKind::Book, "item_topic", "item_id", "topics"),
    (NodeKind::Course, "item_topic", "item_id", "topics"),
    (NodeKind::Career, "item_topic", "item_id", "topics"),
];

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for (kind, table, owner, called) in ORDERED {
        // Positions of one owner are unique: they have no holes where the last is their number.
        let select = format!(
            "SELECT {kind}.code, CAST(COUNT(*) AS TEXT) || ' have positions from ' || CAST(MIN({table}.position) AS TEXT) \
             || ' to ' || CAST(MAX({table}.position) AS TEXT) FROM {table} JOIN {} ON {kind}.id = {table}.{owner} WHERE {} \
             GROUP BY {kind}.code HAVING MIN({table}.position) <> 1 OR MAX({table}.position) <> COUNT(*) ORDER BY 1",
            kind.table_ref(),
            kind.condition()
        );
        check.none_of(kind, &select, &format!("its {called} are not numbered from 1 without holes: {{}}")).await?;
    }
    Ok(())
}
