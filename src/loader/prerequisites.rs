//! The direct and indirect prerequisites of courses.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::{BatchLoader, ReadError};

/// The key of the visible direct and indirect prerequisites of some courses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrerequisitesOf(pub Arc<[i64]>);

/// The direct prerequisites of each course that has any, in the editor's order.
type Prerequisites = HashMap<i64, Vec<i64>>;

impl Loader<PrerequisitesOf> for BatchLoader {
    type Value = Arc<Prerequisites>;
    type Error = ReadError;

    /// One statement reads the prerequisites for all keys, each link once.
    async fn load(&self, keys: &[PrerequisitesOf]) -> Result<HashMap<PrerequisitesOf, Self::Value>, ReadError> {
        let courses: BTreeSet<i64> = keys.iter().flat_map(|key| key.0.iter().copied()).collect();
        let all = self.prerequisites(courses).await?;
        Ok(keys.iter().map(|key| (key.clone(), Arc::new(reachable(&all, &key.0)))).collect())
    }
}

impl BatchLoader {
    async fn prerequisites(&self, courses: BTreeSet<i64>) -> Result<Prerequisites, ReadError> {
        let scope = self.reader.scope();
        let mut sql = self.reader.sql(
            "WITH RECURSIVE need (item_id, position, prerequisite_id) AS (\
             SELECT link.item_id, link.position, link.prerequisite_id FROM prerequisite AS link \
             JOIN item AS course ON course.id = link.prerequisite_id WHERE link.item_id",
        );
        sql.is_any_id(courses).push(" AND ");
        scope.published(&mut sql, "course");
        sql.push(
            " UNION SELECT link.item_id, link.position, link.prerequisite_id FROM need \
             JOIN prerequisite AS link ON link.item_id = need.prerequisite_id \
             JOIN item AS course ON course.id = link.prerequisite_id WHERE ",
        );
        scope.published(&mut sql, "course");
        sql.push(") SELECT item_id, prerequisite_id FROM need ORDER BY item_id, position");
        let mut found = Prerequisites::new();
        for row in self.reader.query_short(sql).await? {
            let mut columns = row.columns();
            found.entry(columns.read_next()?).or_default().push(columns.read_next()?);
        }
        Ok(found)
    }
}

/// Returns the part of `all` that some courses reach.
fn reachable(all: &Prerequisites, courses: &[i64]) -> Prerequisites {
    let mut reached = Prerequisites::new();
    let (mut met, mut waiting): (HashSet<i64>, Vec<i64>) = (HashSet::new(), courses.to_vec());
    while let Some(course) = waiting.pop() {
        if let Some(needed) = all.get(&course).filter(|_| met.insert(course)) {
            waiting.extend(needed);
            reached.insert(course, needed.clone());
        }
    }
    reached
}
