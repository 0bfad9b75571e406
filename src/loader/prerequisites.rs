//! What has to be learnt before some courses: their prerequisites, theirs, and so on.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;

use super::{Catalog, ReadError};

/// The key of what some courses ask for, at any distance, among what the caller sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrerequisitesOf(pub Arc<[i64]>);

impl Loader<PrerequisitesOf> for Catalog {
    /// Pairs of a course and one of its direct prerequisites, by course and in the editor's order.
    type Value = Arc<Vec<(i64, i64)>>;
    type Error = ReadError;

    /// A statement for each set: what two lists ask for in common is told for each, but a list of many courses over one
    /// tree of prerequisites reads that tree once.
    async fn load(&self, keys: &[PrerequisitesOf]) -> Result<HashMap<PrerequisitesOf, Self::Value>, ReadError> {
        let sets = try_join_all(keys.iter().map(async |key| {
            let scope = self.reader.scope();
            let mut sql = self.reader.sql(
                "WITH RECURSIVE need (course_id, position, prerequisite_id) AS (\
                 SELECT link.course_id, link.position, link.prerequisite_id FROM course_prerequisite AS link \
                 JOIN course ON course.id = link.prerequisite_id WHERE link.course_id",
            );
            sql.is_any_id(key.0.iter().copied()).push(" AND ");
            scope.published(&mut sql, "course");
            sql.push(
                " UNION SELECT link.course_id, link.position, link.prerequisite_id FROM need \
                 JOIN course_prerequisite AS link ON link.course_id = need.prerequisite_id \
                 JOIN course ON course.id = link.prerequisite_id WHERE ",
            );
            scope.published(&mut sql, "course");
            sql.push(") SELECT course_id, prerequisite_id FROM need ORDER BY course_id, position");
            let mut pairs = Vec::new();
            for row in self.reader.rows(sql).await? {
                let mut columns = row.columns();
                pairs.push((columns.take()?, columns.take()?));
            }
            Ok::<_, ReadError>((key.clone(), Arc::new(pairs)))
        }))
        .await?;
        Ok(sets.into_iter().collect())
    }
}
