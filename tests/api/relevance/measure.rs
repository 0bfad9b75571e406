//! nDCG@10: how close the first ten results are to the best possible order, discounted by their position.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Value, json};

use crate::common::TestApp;

/// The number of results that are rated.
const LOOKED_AT: usize = 10;

/// A query, and its rated results: `book/eloquent-javascript`, from 1 to 3.
pub struct RatedQuery {
    pub class: String,
    pub query: String,
    /// The root list that is searched, or `search`.
    pub list: String,
    pub grades: BTreeMap<String, u32>,
}

/// The measured values, by class.
pub struct Table {
    classes: BTreeMap<String, Vec<(String, f64)>>,
}

impl Table {
    pub async fn measure(app: &TestApp, queries: &[RatedQuery]) -> Self {
        let mut classes: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
        for query in queries {
            let found = find(app, query).await;
            let ndcg = ndcg(&found, &query.grades);
            if ndcg < 0.8 {
                println!("  {:.2} {} {:?}: {found:?}", ndcg, query.class, query.query);
            }
            classes.entry(query.class.clone()).or_default().push((query.query.clone(), ndcg));
        }
        Self { classes }
    }

    /// Returns the mean of all queries.
    pub fn all(&self) -> f64 {
        mean(self.classes.values().flatten().map(|(_, ndcg)| *ndcg))
    }

    fn by_class(&self) -> impl Iterator<Item = (&str, usize, f64)> {
        self.classes
            .iter()
            .map(|(class, queries)| (class.as_str(), queries.len(), mean(queries.iter().map(|(_, ndcg)| *ndcg))))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (class, count, ndcg) in self.by_class() {
            writeln!(f, "{class:<16} {count:>4} {ndcg:.4}")?;
        }
        write!(f, "{:<16} {:>4} {:.4}", "all", self.classes.values().map(Vec::len).sum::<usize>(), self.all())
    }
}

async fn find(app: &TestApp, query: &RatedQuery) -> Vec<String> {
    let list = &query.list;
    let text = format!(
        "query($query: String!) {{ {list}(query: $query, first: {LOOKED_AT}) {{ nodes {{ __typename slug }} }} }}"
    );
    let data = app.ask_with(&text, json!({ "query": query.query })).await.data();
    let nodes = data[list]["nodes"].as_array().expect("there are nodes").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    nodes.iter().map(|node| format!("{}/{}", text(&node["__typename"]).to_lowercase(), text(&node["slug"]))).collect()
}

/// Returns how close the results are to the best order.
fn ndcg(found: &[String], grades: &BTreeMap<String, u32>) -> f64 {
    let gained = gain(found.iter().map(|name| grades.get(name).copied().unwrap_or(0)));
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    gained / gain(best.into_iter().take(LOOKED_AT))
}

fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    (2_u32..).zip(grades).map(|(place, grade)| (f64::from(1_u32 << grade) - 1.0) / f64::from(place).log2()).sum()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

/// Compares a table with the floors: no class may fall below its floor.
pub fn hold(set: &str, table: &Table) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/relevance/floors.json");
    let text = fs::read_to_string(&path).expect("the floors can be read");
    let mut floors: Value = serde_json::from_str(&text).expect("the floors are JSON");
    let raises = env::var("RELEVANCE").is_ok_and(|value| value == "raise");
    for (class, _, ndcg) in table.by_class() {
        // Floors have four decimal places.
        let reached = (ndcg * 10_000.0).floor() / 10_000.0;
        let floor = floors[set][class].as_f64();
        if raises && floor.is_none_or(|floor| reached > floor) {
            floors[set][class] = json!(reached);
        } else {
            let floor = floor.unwrap_or_else(|| panic!("{set} has no floor for {class}"));
            assert!(ndcg >= floor, "{class} fell to {ndcg:.4}, below {floor}\n{table}");
        }
    }
    if raises {
        let text = serde_json::to_string_pretty(&floors).expect("it is JSON");
        fs::write(&path, text + "\n").expect("the floors can be written");
    }
}
