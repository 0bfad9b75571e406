//! What somebody who is still typing may be about to type.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::kind::NodeKind;
use futures_util::future::try_join_all;

use super::corrections::{Typed, near};
use super::write_kinds;
use crate::domain::search::typo;
use crate::loader::{Catalog, ReadError};

/// Rows that are looked at: enough for a page of items, some of which come by two of their words.
const ROWS: u32 = 120;
/// The characters of completions that an index begins with.
const BEGINNING: usize = 3;

/// The key of what completes a prefix, folded as completions are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompletionsOf {
    pub prefix: String,
    pub kinds: Vec<NodeKind>,
}

/// An item whose title goes on so from one of its words on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub document: i64,
    pub completion: String,
}

impl Loader<CompletionsOf> for Catalog {
    type Value = Arc<Vec<Completed>>;
    type Error = ReadError;

    async fn load(&self, keys: &[CompletionsOf]) -> Result<HashMap<CompletionsOf, Self::Value>, ReadError> {
        let completed = try_join_all(keys.iter().map(async |key| {
            let asked = std::slice::from_ref(&key.prefix);
            // A letter or two begin a good part of all words: of learning resources first what somebody recommends.
            let is_short = key.prefix.chars().nth(BEGINNING - 1).is_none();
            let mut found = self.complete(asked, &key.kinds, is_short).await?;
            if found.is_empty() && is_short {
                found = self.complete(asked, &key.kinds, false).await?;
            }
            if found.is_empty() {
                let mended = self.mend(&key.prefix).await?;
                if !mended.is_empty() {
                    found = self.complete(&mended, &key.kinds, false).await?;
                }
            }
            Ok::<_, ReadError>((key.clone(), Arc::new(found)))
        }));
        Ok(completed.await?.into_iter().collect())
    }
}

impl Catalog {
    /// What begins with one of `prefixes`, best recommended first; of learning resources all, or those that somebody
    /// `recommended`.
    async fn complete(
        &self,
        prefixes: &[String],
        kinds: &[NodeKind],
        recommended: bool,
    ) -> Result<Vec<Completed>, ReadError> {
        let mut sql = self.reader.sql(
            "SELECT search_completion.document_id, search_completion.completion FROM search_completion \
             JOIN search_document ON search_document.id = search_completion.document_id WHERE (",
        );
        for (index, prefix) in prefixes.iter().enumerate() {
            sql.push(if index > 0 { " OR " } else { "" });
            let beginning: String = prefix.chars().take(BEGINNING).collect();
            let end = format!("{prefix}\u{10ffff}");
            if beginning.chars().count() == BEGINNING {
                sql.push("(substr(search_completion.completion, 1, 3) = ").bind(beginning);
            } else {
                sql.push("(substr(search_completion.completion, 1, 3) >= ").bind(beginning.clone());
                sql.push(" AND substr(search_completion.completion, 1, 3) < ").bind(format!("{beginning}\u{10ffff}"));
            }
            sql.push(" AND search_completion.completion >= ").bind(prefix.clone());
            sql.push(" AND search_completion.completion < ").bind(end).push(")");
        }
        sql.push(") AND ");
        if recommended {
            sql.push("(search_completion.recommendations > 0 OR ");
            write_kinds(&mut sql, "search_completion.document_id", &[NodeKind::Career, NodeKind::Topic]);
            sql.push(") AND ");
        }
        write_kinds(&mut sql, "search_completion.document_id", kinds);
        sql.push(" AND ");
        self.reader.scope().published(&mut sql, "search_document");
        sql.push(" ORDER BY search_completion.recommendations DESC, search_completion.completion, ");
        sql.push(&format!("search_completion.document_id LIMIT {ROWS}"));
        let rows = self.reader.rows(sql).await?;
        rows.iter()
            .map(|row| {
                let mut columns = row.columns();
                Ok(Completed { document: columns.take()?, completion: columns.take()? })
            })
            .collect()
    }

    /// What a prefix may have been meant to be: its words mended, the last one as the beginning of a longer one.
    async fn mend(&self, prefix: &str) -> Result<Vec<String>, ReadError> {
        let words: Vec<&str> = prefix.split(' ').collect();
        let typed: Vec<Typed> = (words.iter().enumerate())
            .filter(|(_, word)| typo::is_correctable(word))
            .map(|(index, word)| Typed { text: (*word).to_owned(), is_beginning: index + 1 == words.len() })
            .collect();
        let near = near(&self.reader, &typed).await?;
        if near.values().all(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
        let nearest = |word: &str| near.get(word).and_then(|words| words.first()).cloned();
        let mut begun = String::new();
        for word in before {
            begun.push_str(&nearest(word).unwrap_or_else(|| (*word).to_owned()));
            begun.push(' ');
        }
        let lasts = near.get(*last).filter(|words| !words.is_empty());
        Ok(match lasts {
            Some(lasts) => lasts.iter().map(|word| format!("{begun}{word}")).collect(),
            None => vec![format!("{begun}{last}")],
        })
    }
}
