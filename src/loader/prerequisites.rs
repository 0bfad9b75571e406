//! What has to be learnt before a course: its prerequisites, theirs, and so on.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::{Catalog, ReadError};

/// The key of a course's prerequisites, at any distance, among what the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrerequisitesOf(pub i64);

impl Loader<PrerequisitesOf> for Catalog {
    /// Pairs of a course and one of its direct prerequisites, by course and in the editor's order.
    type Value = Arc<Vec<(i64, i64)>>;
    type Error = ReadError;

    async fn load(&self, keys: &[PrerequisitesOf]) -> Result<HashMap<PrerequisitesOf, Self::Value>, ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql(
            "WITH RECURSIVE need (start, course_id, position, prerequisite_id) AS (\
             SELECT link.course_id, link.course_id, link.position, link.prerequisite_id FROM course_prerequisite AS link \
             JOIN course ON course.id = link.prerequisite_id WHERE link.course_id",
        );
        sql.is_any_id(keys.iter().map(|key| key.0)).push(" AND ");
        scope.published(&mut sql, "course");
        sql.push(
            " UNION SELECT need.start, link.course_id, link.position, link.prerequisite_id FROM need \
             JOIN course_prerequisite AS link ON link.course_id = need.prerequisite_id \
             JOIN course ON course.id = link.prerequisite_id WHERE ",
        );
        scope.published(&mut sql, "course");
        sql.push(") SELECT start, course_id, prerequisite_id FROM need ORDER BY start, course_id, position");
        let mut found: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        for row in self.reader.rows(sql).await? {
            let mut columns = row.columns();
            let start = columns.take()?;
            found.entry(start).or_default().push((columns.take()?, columns.take()?));
        }
        Ok(found.into_iter().map(|(start, pairs)| (PrerequisitesOf(start), Arc::new(pairs))).collect())
    }
}
