//! The baseline of searches: tantivy's own query on the index of a server, with the total and two facets, behind a minimal
//! handler.

use std::collections::HashMap;
use std::path::Path;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Value, json};
use tantivy::collector::{Collector, Count, SegmentCollector, TopDocs};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Index, Score, Searcher, SegmentOrdinal, SegmentReader, Term};

/// The number of hits and of topics in a response.
const SHOWN: usize = 10;

/// Returns the route `/search`, which finds the items that have all words of the variable `q`.
///
/// # Panics
/// If the directory has no index of this version.
pub fn routes(index: &Path) -> Router {
    let searcher = Index::open_in_dir(index).expect("there is an index").reader().expect("it can be read").searcher();
    Router::new().route("/search", post(answer)).with_state(searcher)
}

async fn answer(State(searcher): State<Searcher>, body: Bytes) -> Json<Value> {
    let body: Value = serde_json::from_slice(&body).expect("it is JSON");
    let words = body["variables"]["q"].as_str().unwrap_or_default();
    let field = searcher.schema().get_field("word").expect("it is an index of Syllabus");
    let term = |word| -> (Occur, Box<dyn Query>) {
        let term = Term::from_field_text(field, word);
        (Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
    };
    let query = BooleanQuery::new(words.split(' ').map(term).collect());
    let collector = (TopDocs::with_limit(SHOWN).order_by_score(), Count, Facets);
    let (hits, total, counts) = searcher.search(&query, &collector).expect("it can be read");
    let ids: Vec<i64> = hits.iter().map(|(_, address)| id(&searcher, address.segment_ord, address.doc_id)).collect();
    let mut topics: Vec<(i64, u64)> = counts.topics.into_iter().collect();
    topics.sort_by_key(|(topic, count)| (std::cmp::Reverse(*count), *topic));
    topics.truncate(SHOWN);
    Json(json!({ "data": { "ids": ids, "total": total, "topics": topics, "levels": counts.levels } }))
}

fn id(searcher: &Searcher, segment: SegmentOrdinal, document: DocId) -> i64 {
    let column = searcher.segment_reader(segment).fast_fields().i64("id").expect("it is an index of Syllabus");
    column.first(document).unwrap_or_default()
}

/// Counts by topic and by level.
struct Facets;

#[derive(Default)]
struct Counts {
    topics: HashMap<i64, u64>,
    levels: HashMap<u64, u64>,
}

struct SegmentFacets {
    topics: Column<i64>,
    levels: Option<StrColumn>,
    counts: Counts,
}

impl Collector for Facets {
    type Fruit = Counts;
    type Child = SegmentFacets;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let fields = segment.fast_fields();
        Ok(SegmentFacets { topics: fields.i64("topic_id")?, levels: fields.str("level")?, counts: Counts::default() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, counts: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut all = Counts::default();
        for Counts { topics, levels } in counts {
            topics.into_iter().for_each(|(topic, count)| *all.topics.entry(topic).or_default() += count);
            levels.into_iter().for_each(|(level, count)| *all.levels.entry(level).or_default() += count);
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentFacets {
    type Fruit = Counts;

    fn collect(&mut self, document: DocId, _: Score) {
        for topic in self.topics.values_for_doc(document) {
            *self.counts.topics.entry(topic).or_default() += 1;
        }
        if let Some(level) = self.levels.as_ref().and_then(|levels| levels.ords().first(document)) {
            *self.counts.levels.entry(level).or_default() += 1;
        }
    }

    fn harvest(self) -> Counts {
        self.counts
    }
}
