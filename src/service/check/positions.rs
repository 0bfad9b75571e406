//! Positions: what is ordered is numbered from 1 without holes.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding};

/// The ordered tables: the kind that each belongs to, the column that names it, and what its rows are called.
const ORDERED: [(NodeKind, &str, &str, &str); 11] = [
    (NodeKind::ReadingList, "reading_list_entry", "list_id", "entries"),
    (NodeKind::Book, "contribution", "book_id", "contributors"),
    (NodeKind::Course, "course_instructor", "course_id", "instructors"),
    (NodeKind::Course, "course_prerequisite", "course_id", "prerequisites"),
    (NodeKind::Course, "syllabus_section", "course_id", "syllabus sections"),
    (NodeKind::Career, "related_career", "career_id", "related careers"),
    (NodeKind::Topic, "related_topic", "topic_id", "related topics"),
    (NodeKind::Topic, "topic_alias", "topic_id", "aliases"),
    (NodeKind::Book, "book_topic", "book_id", "topics"),
    (NodeKind::Course, "course_topic", "course_id", "topics"),
    (NodeKind::Career, "career_topic", "career_id", "topics"),
];

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for (kind, table, owner, called) in ORDERED {
        // Positions of one owner are unique: they have no holes where the last is their number.
        let select = format!(
            "SELECT {kind}.code, CAST(COUNT(*) AS TEXT) || ' have positions from ' || CAST(MIN({table}.position) AS TEXT) \
             || ' to ' || CAST(MAX({table}.position) AS TEXT) FROM {table} JOIN {kind} ON {kind}.id = {table}.{owner} \
             GROUP BY {kind}.code HAVING MIN({table}.position) <> 1 OR MAX({table}.position) <> COUNT(*) ORDER BY 1"
        );
        check.none_of(kind, &select, &format!("its {called} are not numbered from 1 without holes: {{}}")).await?;
    }
    Ok(())
}
