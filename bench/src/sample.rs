//! Reads the slugs and ids that requests use from the catalog, page by page.

use clap::ValueEnum;
use rand::{RngExt, rngs::ChaCha8Rng};
use serde_json::{Value, json};

use crate::client::{Client, Target};

/// A record of the catalog.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: String,
    pub slug: String,
}

/// Executes a query and returns its data.
///
/// # Panics
/// If the response has errors.
pub async fn ask(client: &mut Client, target: &Target, query: &str, variables: &Value) -> Value {
    let (status, body) = client.send(&target.post(query, variables)).await.expect("there is an answer");
    let answer: Value = serde_json::from_slice(body).expect("it is JSON");
    assert!(status == 200 && answer.get("errors").is_none(), "{query} {variables}: {status} {answer}");
    answer["data"].clone()
}

/// Reads up to `count` records of a root list.
pub async fn records(client: &mut Client, target: &Target, list: &str, count: usize) -> Vec<Record> {
    let query = format!(
        "query ($after: String) {{ page: {list}(first: 100, after: $after) {{ nodes {{ id slug }} pageInfo {{ endCursor hasNextPage }} }} }}"
    );
    let (mut found, mut after) = (Vec::new(), Value::Null);
    while found.len() < count {
        let page = ask(client, target, &query, &json!({ "after": after })).await["page"].take();
        let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        found.extend(nodes.iter().map(|node| Record { id: text(node, "id"), slug: text(node, "slug") }));
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    found.truncate(count);
    found
}

/// How requests are distributed over records.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Spread {
    /// Each record equally often.
    Uniform,
    /// By Zipf's law with s = 1: the n-th record 1/n as often as the first.
    Zipf,
    /// Always the first record.
    Hot,
}

impl Spread {
    /// Draws an element of `all`.
    pub fn draw<'a, T>(self, all: &'a [T], rng: &mut ChaCha8Rng) -> &'a T {
        let index = match self {
            Self::Uniform => rng.random_range(0..all.len()),
            Self::Hot => 0,
            // The inverse of the logarithm, which approximates the sum of 1/n.
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is an index"
            )]
            Self::Zipf => (((all.len() as f64).ln() * rng.random::<f64>()).exp() as usize).saturating_sub(1),
        };
        &all[index.min(all.len() - 1)]
    }
}

/// The values that queries use.
pub struct Subjects {
    /// Slugs of careers.
    pub careers: Vec<String>,
    pub career_ids: Vec<String>,
    /// Codes of books.
    pub books: Vec<String>,
    pub book_ids: Vec<String>,
    pub book_slugs: Vec<String>,
    /// Pages of fifty careers: the cursor before the page, and the number of careers before it.
    pub pages: Vec<(Value, usize)>,
    pub words: Vec<String>,
}

/// The maximum number of books.
const BOOKS: usize = 100_000;

impl Subjects {
    /// Reads the values from a catalog.
    pub async fn read(target: &Target) -> Self {
        let mut client = Client::connect(&target.address).await.expect("it listens");
        let careers = records(&mut client, target, "careers", usize::MAX).await;
        let books = records(&mut client, target, "books", BOOKS).await;
        let mut pages = vec![(Value::Null, 0)];
        let query =
            "query ($after: String) { careers(first: 50, after: $after) { pageInfo { endCursor hasNextPage } } }";
        while let Some((after, offset)) = pages.last().cloned() {
            let page = ask(&mut client, target, query, &json!({ "after": after })).await["careers"]["pageInfo"].take();
            // The last page is shorter.
            if page["hasNextPage"] != true || pages.len() >= careers.len() / 50 {
                break;
            }
            pages.push((page["endCursor"].clone(), offset + 50));
        }
        let code = |record: &Record| record.id.rsplit('_').next().unwrap_or_default().to_owned();
        let (ids, slugs) = (|record: &Record| record.id.clone(), |record: &Record| record.slug.clone());
        Self {
            careers: careers.iter().map(slugs).collect(),
            career_ids: careers.iter().map(ids).collect(),
            books: books.iter().map(code).collect(),
            book_ids: books.iter().map(ids).collect(),
            book_slugs: books.iter().map(slugs).collect(),
            pages,
            words: ["data science", "introduction", "modern systems", "practical guide", "design"]
                .map(str::to_owned)
                .to_vec(),
        }
    }
}
