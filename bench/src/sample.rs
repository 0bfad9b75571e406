//! What there is to ask for: the catalog's own slugs and ids, read page by page.

use clap::ValueEnum;
use rand::{RngExt, rngs::ChaCha8Rng};
use serde_json::{Value, json};

use crate::client::{Client, Target};

/// Some things of one kind.
#[derive(Clone, Debug)]
pub struct Thing {
    pub id: String,
    pub slug: String,
}

/// Asks, and expects an answer without an error.
///
/// # Panics
/// When there is none.
pub async fn ask(client: &mut Client, target: &Target, query: &str, variables: &Value) -> Value {
    let (status, body) = client.send(&target.post(query, variables)).await.expect("there is an answer");
    let answer: Value = serde_json::from_slice(body).expect("it is JSON");
    assert!(status == 200 && answer.get("errors").is_none(), "{query} {variables}: {status} {answer}");
    answer["data"].clone()
}

/// Up to so many things of a root list.
pub async fn things(client: &mut Client, target: &Target, list: &str, count: usize) -> Vec<Thing> {
    let query = format!(
        "query ($after: String) {{ page: {list}(first: 100, after: $after) {{ nodes {{ id slug }} pageInfo {{ endCursor hasNextPage }} }} }}"
    );
    let (mut found, mut after) = (Vec::new(), Value::Null);
    while found.len() < count {
        let page = ask(client, target, &query, &json!({ "after": after })).await["page"].take();
        let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        found.extend(nodes.iter().map(|node| Thing { id: text(node, "id"), slug: text(node, "slug") }));
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    found.truncate(count);
    found
}

/// How requests are spread over what there is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Spread {
    /// Everything as often as everything else.
    Uniform,
    /// The n-th in n-th part of the cases of the first: Zipf's law, with s = 1.
    Zipf,
    /// The first, always.
    Hot,
}

impl Spread {
    /// Draws one of `all`.
    pub fn draw<'a, T>(self, all: &'a [T], rng: &mut ChaCha8Rng) -> &'a T {
        let index = match self {
            Self::Uniform => rng.random_range(0..all.len()),
            Self::Hot => 0,
            // The sum of 1/n up to n is about its logarithm, which is turned around here.
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

/// What the queries are about.
pub struct Subjects {
    /// Slugs.
    pub careers: Vec<String>,
    pub career_ids: Vec<String>,
    /// Codes.
    pub books: Vec<String>,
    pub book_ids: Vec<String>,
    pub book_slugs: Vec<String>,
    /// Pages of fifty careers: the cursor before it, and how many rows there are before it.
    pub pages: Vec<(Value, usize)>,
    pub words: Vec<String>,
}

/// How many books are asked for at most.
const BOOKS: usize = 100_000;

impl Subjects {
    /// Reads them from a catalog.
    pub async fn read(target: &Target) -> Self {
        let mut client = Client::connect(&target.address).await.expect("it listens");
        let careers = things(&mut client, target, "careers", usize::MAX).await;
        let books = things(&mut client, target, "books", BOOKS).await;
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
        let code = |thing: &Thing| thing.id.rsplit('_').next().unwrap_or_default().to_owned();
        let (ids, slugs) = (|thing: &Thing| thing.id.clone(), |thing: &Thing| thing.slug.clone());
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
