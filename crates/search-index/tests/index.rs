//! What an index finds, in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use search_index::{
    Clause, Condition, Counts, Document, DocumentChange, FacetBy, FacetRequest, FieldSet, Hit, HitOrder, ID, Index,
    IndexQuery, KindFilter, Layout, NumberSet, NumberTest, OrderBy, OrderKey, PageRequest, PreparedQuery, SearchScope,
    Snapshot, TextTest, Title, TreeLayout, Value, Word,
};

const BOOK: u8 = 1;
const COURSE: u8 = 2;
const TOPIC: u8 = 3;

static LAYOUT: Layout = Layout {
    numbers: &["popularity", "year", "topic", "parent"],
    texts: &["language", "sort_key"],
    popularity: "popularity",
    tree: TreeLayout { kind: TOPIC, parent: "parent", members: "topic" },
};

/// Ranks of fields.
const TITLE: u8 = 4;
const BODY: u8 = 1;

fn document(id: i64, title: &str, body: &str) -> Document {
    let mut words: BTreeMap<String, FieldSet> = BTreeMap::new();
    let mut prefix_words: BTreeMap<String, FieldSet> = BTreeMap::new();
    for (text, rank) in [(title, TITLE), (body, BODY)] {
        for word in text.split_whitespace() {
            words.entry(word.to_owned()).or_default().add(FieldSet::of(rank));
            if rank == TITLE {
                prefix_words.entry(word.to_owned()).or_default().add(FieldSet::of(rank));
            }
        }
    }
    let row = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    Document {
        id,
        kind: BOOK,
        visible_from: Some(0),
        numbers: vec![("popularity", 0)],
        column_texts: vec![("sort_key", title.to_owned())],
        words,
        prefix_words,
        titles: vec![row(title)],
        texts: vec![row(body)],
        names: BTreeSet::from([title.to_owned()]),
        spellings: row(title).into_iter().collect(),
        completions: BTreeSet::from([title.to_owned()]),
    }
}

fn index(documents: impl IntoIterator<Item = Document>) -> Index {
    let index = Index::in_memory(&LAYOUT).expect("memory is there");
    write(&index, documents, "1");
    index
}

fn write(index: &Index, documents: impl IntoIterator<Item = Document>, payload: &str) {
    let changes = documents.into_iter().map(|document| DocumentChange::Put(Box::new(document)));
    index.stage(changes).expect("it can be written");
    index.commit(payload).expect("it can be written");
}

static KINDS: [KindFilter; 3] = [everything(BOOK), everything(COURSE), everything(TOPIC)];
static EVERYBODY: SearchScope<'_> = SearchScope { kinds: &KINDS, now: 1_000, drafts: false, deadline: None };

const fn everything(kind: u8) -> KindFilter {
    KindFilter { kind, condition: Condition::All(Vec::new()), facets: Vec::new() }
}

/// The best first, then the most popular.
fn relevance() -> HitOrder {
    let keys = [OrderBy::Score, OrderBy::Number("popularity")].map(|by| OrderKey { by, is_descending: true });
    HitOrder { keys: keys.to_vec(), is_id_descending: true }
}

fn word(text: &str) -> Word {
    Word { forms: vec![text.to_owned()], ..Word::default() }
}

/// Builds a query for all words of a text; `data sci*` contains a prefix, `"data science"` is a phrase.
fn query(text: &str) -> IndexQuery {
    if let Some(phrase) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        let row: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
        let words = row.iter().map(|text| word(text)).collect();
        return IndexQuery {
            clauses: vec![Clause { words, phrases: vec![row], ..Clause::default() }],
            ..IndexQuery::default()
        };
    }
    let clause = |text: &str| {
        let word = match text.strip_suffix('*') {
            Some(prefix) => Word { prefix: Some(prefix.to_owned()), ..word(prefix) },
            None => word(text),
        };
        Clause { words: vec![word], ..Clause::default() }
    };
    let row: Vec<String> = text.split_whitespace().map(|word| word.trim_end_matches('*').to_owned()).collect();
    let title = Title {
        literal: text.to_owned(),
        names: Vec::new(),
        phrases: if row.len() > 1 { vec![row] } else { Vec::new() },
        is_last_prefix: text.ends_with('*'),
    };
    IndexQuery { clauses: text.split_whitespace().map(clause).collect(), title: Some(title), ..IndexQuery::default() }
}

fn prepared(snapshot: &Snapshot, query: &IndexQuery) -> PreparedQuery {
    snapshot.prepare(query).expect("it can be read")
}

fn best(snapshot: &Snapshot, query: &IndexQuery) -> Vec<i64> {
    let page = PageRequest { limit: 10, ..PageRequest::default() };
    let found = prepared(snapshot, query).page(&EVERYBODY, &relevance(), &page).expect("it can be read");
    assert_eq!(found.total, found.hits.len());
    assert_eq!(found.total, prepared(snapshot, query).count(&EVERYBODY).expect("it can be read"));
    found.hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn words_in_the_title_count_more_than_words_in_the_body() {
    let index = index([
        document(1, "cooking for one", "data and science of food"),
        document(2, "data science", "numbers"),
        document(3, "science of data", "numbers"),
        document(4, "gardening", "science only"),
    ]);
    let snapshot = index.snapshot();
    assert_eq!(best(&snapshot, &query("data science")), [2, 3, 1]);
    assert_eq!(best(&snapshot, &query("science")), [3, 2, 4, 1]);
    assert_eq!(best(&snapshot, &query("nothing")), [0_i64; 0]);
}

#[test]
fn the_exact_title_comes_first_and_words_in_a_row_before_words_apart() {
    let mut loved = document(2, "rust in action today", "");
    loved.numbers = vec![("popularity", 9)];
    let index = index([document(1, "action and rust in practice", ""), loved, document(3, "rust in action", "")]);
    assert_eq!(best(&index.snapshot(), &query("rust in action")), [3, 2, 1]);
    assert_eq!(best(&index.snapshot(), &query("rust in act*")), [2, 3, 1]);
}

#[test]
fn recommendations_and_then_numbers_break_ties() {
    let loved = |id, popularity| Document { numbers: vec![("popularity", popularity)], ..document(id, "sql", "") };
    let index = index([loved(1, 0), loved(2, 5), loved(3, 5)]);
    assert_eq!(best(&index.snapshot(), &query("sql")), [3, 2, 1]);
}

#[test]
fn prefixes_of_one_two_and_more_letters_are_found() {
    let titles = (0_i64..40).map(|number| document(number, &format!("python{number:02} basics"), ""));
    let index = index(titles.chain([document(100, "perl", "python in the body")]));
    let snapshot = index.snapshot();
    for (asked, count) in [("p*", 41), ("py*", 40), ("pyt*", 40), ("python0*", 10), ("python07*", 1), ("pyx*", 0)] {
        let all = prepared(&snapshot, &query(asked)).all(&EVERYBODY).expect("it can be read");
        assert_eq!(all.len(), count, "{asked}");
    }
    assert_eq!(
        prepared(&snapshot, &query("python*")).all(&EVERYBODY).expect("it can be read").len(),
        41,
        "a whole word anywhere"
    );
}

#[test]
fn phrases_are_words_in_a_row_within_one_text() {
    let index = index([
        document(1, "clean code", ""),
        document(2, "code clean", ""),
        document(3, "clean", "code"),
        document(4, "on style", "about clean code and more"),
    ]);
    assert_eq!(best(&index.snapshot(), &query("\"clean code\"")), [1, 4]);
}

#[test]
fn words_may_be_left_out_and_some_may_be_missing() {
    let index = index([document(1, "java script", ""), document(2, "java beans", ""), document(3, "coffee beans", "")]);
    let snapshot = index.snapshot();
    let java = IndexQuery { excluded: query("script").clauses, ..query("java") };
    assert_eq!(best(&snapshot, &java), [2]);
    let without = IndexQuery { excluded: query("script").clauses, ..IndexQuery::default() };
    assert_eq!(best(&snapshot, &without), [3, 2]);
    let most = IndexQuery { max_missing: 1, ..query("java beans tutorial") };
    assert_eq!(best(&snapshot, &most), [2]);
    assert!(!prepared(&snapshot, &query("java beans tutorial")).has(&EVERYBODY).expect("it can be read"));
    assert!(prepared(&snapshot, &most).has(&EVERYBODY).expect("it can be read"));
}

#[test]
fn joined_words_and_their_parts_find_each_other() {
    let mut node = document(1, "node js", "");
    node.words.insert("nodejs".to_owned(), FieldSet::of(TITLE));
    let index = index([node, document(2, "nodejs", ""), document(3, "node", "")]);
    let joined =
        Clause { words: vec![word("node"), word("js")], joined: Some("nodejs".to_owned()), phrases: Vec::new() };
    let asked = IndexQuery { clauses: vec![joined], ..IndexQuery::default() };
    assert_eq!(best(&index.snapshot(), &asked), [2, 1]);
}

#[test]
fn drafts_and_what_is_not_yet_due_are_found_by_previewers_only() {
    let from = |id, visible_from| Document { visible_from, ..document(id, "sql", "") };
    let index = index([from(1, Some(1_000)), from(2, Some(1_001)), from(3, None)]);
    let snapshot = index.snapshot();
    assert_eq!(best(&snapshot, &query("sql")), [1]);
    let previewer = SearchScope { drafts: true, ..EVERYBODY };
    assert_eq!(prepared(&snapshot, &query("sql")).all(&previewer).expect("it can be read").len(), 3);
    let courses = SearchScope { kinds: &[everything(COURSE)], ..previewer };
    assert!(prepared(&snapshot, &query("sql")).all(&courses).expect("it can be read").is_empty());
}

#[test]
fn pages_go_on_behind_a_hit_and_before_it() {
    let document = |id: i64| Document { numbers: vec![("popularity", id % 7)], ..document(id, "sql", "") };
    let index = index((0..300).map(document));
    let snapshot = index.snapshot();
    let page = |page: PageRequest| {
        prepared(&snapshot, &query("sql")).page(&EVERYBODY, &relevance(), &page).expect("it can be read")
    };
    let all = page(PageRequest { limit: 300, ..PageRequest::default() }).hits;
    let place = |hit: &Hit| (hit.values.clone(), hit.id);
    assert!(all.is_sorted_by(|one, other| place(one) > place(other)));
    let next = page(PageRequest { limit: 3, after: Some(all[100].clone()), ..PageRequest::default() });
    assert_eq!((next.hits.as_slice(), next.total), (&all[101..104], 300));
    let before =
        page(PageRequest { limit: 2, is_backward: true, before: Some(all[100].clone()), ..PageRequest::default() });
    assert_eq!(before.hits, [all[99].clone(), all[98].clone()]);
}

#[test]
fn texts_and_numbers_order_what_several_segments_hold() {
    let index = Index::in_memory(&LAYOUT).expect("memory is there");
    for segment in 0..5 {
        let document = |number: i64| {
            let id = number * 5 + segment;
            let year = (id % 3 > 0).then_some(("year", id % 3));
            Document { numbers: year.into_iter().collect(), ..document(id, &format!("{:03}", id / 2), "") }
        };
        write(&index, (0..20).map(document), "1");
    }
    write(&index, [Document { column_texts: Vec::new(), ..document(100, "untitled", "") }], "1");
    let snapshot = index.snapshot();
    let key = |by, is_descending| OrderKey { by, is_descending };
    let title = |id: i64| if id == 100 { (true, 0) } else { (false, id / 2) };
    let year = |id: i64| if id == 100 || id % 3 == 0 { (true, 0) } else { (false, id % 3) };
    let late = |id: i64| if id == 100 || id % 3 == 0 { (true, 0) } else { (false, -(id % 3)) };
    let mut ids: Vec<i64> = (0..=100).collect();
    let check = |keys: Vec<OrderKey>, expected: &[i64]| {
        let order = HitOrder { keys, is_id_descending: false };
        let mut walked = Vec::new();
        let mut after: Option<Hit> = None;
        loop {
            let page = PageRequest { limit: 7, after: after.take(), ..PageRequest::default() };
            let found =
                prepared(&snapshot, &IndexQuery::default()).page(&EVERYBODY, &order, &page).expect("it can be read");
            assert_eq!(found.total, 101);
            walked.extend(found.hits.iter().map(|hit| hit.id));
            let Some(last) = found.hits.last() else { break };
            after = Some(last.clone());
        }
        assert_eq!(walked, expected, "{order:?}");
    };
    ids.sort_by_key(|id| (title(*id), *id));
    check(vec![key(OrderBy::Text("sort_key"), false)], &ids);
    ids.sort_by_key(|id| (year(*id), *id));
    check(vec![key(OrderBy::Number("year"), false)], &ids);
    ids.sort_by_key(|id| (late(*id), title(*id), *id));
    check(vec![key(OrderBy::Number("year"), true), key(OrderBy::Text("sort_key"), false)], &ids);

    let order = HitOrder { keys: vec![key(OrderBy::Text("sort_key"), false)], is_id_descending: false };
    let deleted = Hit { id: 7, values: vec![Value::Text("0035".to_owned())] };
    let page = PageRequest { limit: 2, after: Some(deleted), ..PageRequest::default() };
    let found = prepared(&snapshot, &IndexQuery::default()).page(&EVERYBODY, &order, &page).expect("it can be read");
    let found: Vec<i64> = found.hits.iter().map(|hit| hit.id).collect();
    assert_eq!(found, [8, 9], "a page goes on behind a text that no document has any more");
}

fn set(numbers: &[i64]) -> Arc<NumberSet> {
    Arc::new(numbers.iter().copied().collect())
}

#[test]
fn conditions_on_columns_are_true_or_false_of_every_document() {
    let document = |id, year: Option<i64>, language: Option<&str>| Document {
        numbers: year.into_iter().map(|year| ("year", year)).chain([("topic", id), ("topic", id + 1)]).collect(),
        column_texts: language.into_iter().map(|language| ("language", language.to_owned())).collect(),
        ..document(id, "sql", "")
    };
    let index = index([document(1, Some(1999), Some("en")), document(2, Some(2020), Some("en-GB"))]);
    write(&index, [document(3, None, None), document(4, Some(2021), Some("de"))], "2");
    let snapshot = index.snapshot();
    let found = |condition: Condition| {
        let kinds = [KindFilter { condition, ..everything(BOOK) }];
        let mut all = prepared(&snapshot, &query("sql"))
            .all(&SearchScope { kinds: &kinds, ..EVERYBODY })
            .expect("it can be read");
        all.sort_unstable();
        all
    };
    let year = |test| Condition::Number("year", test);
    let language = |test| Condition::Text("language", test);
    let not = |condition| Condition::Not(Box::new(condition));
    assert_eq!(found(year(NumberTest::Between(2000, i64::MAX))), [2, 4]);
    assert_eq!(found(not(year(NumberTest::Between(2000, i64::MAX)))), [1, 3]);
    assert_eq!(found(year(NumberTest::OneOf(set(&[1999, 2021])))), [1, 4]);
    assert_eq!(found(year(NumberTest::IsKnown)), [1, 2, 4]);
    assert_eq!(found(Condition::Number("topic", NumberTest::Between(3, 3))), [2, 3], "one of several values");
    assert_eq!(found(Condition::Number(ID, NumberTest::OneOf(set(&[3])))), [3]);
    assert_eq!(found(language(TextTest::OneOf(["en".to_owned(), "fr".to_owned()].into()))), [1]);
    assert_eq!(found(language(TextTest::StartsWith("en".to_owned()))), [1, 2]);
    assert_eq!(found(not(language(TextTest::IsKnown))), [3]);
    let either = vec![language(TextTest::OneOf(["de".to_owned()].into())), year(NumberTest::Between(1999, 1999))];
    assert_eq!(found(Condition::Any(either.clone())), [1, 4]);
    assert_eq!(found(Condition::All(either)), [0_i64; 0]);
    assert_eq!(found(Condition::Any(Vec::new())), [0_i64; 0]);
}

#[test]
fn a_tree_counts_a_document_once_for_all_of_its_nodes_below_the_same_one() {
    let topic = |id, parent: Option<i64>| Document {
        kind: TOPIC,
        numbers: parent.into_iter().map(|parent| ("parent", parent)).collect(),
        ..document(id, "topic", "")
    };
    // 20 is above 21 and 22, 21 above 23 and 24, 24 above 25; 30 is a tree of its own.
    let parents =
        [(20, None), (21, Some(20)), (22, Some(20)), (23, Some(21)), (24, Some(21)), (25, Some(24)), (30, None)];
    let index = index(parents.map(|(id, parent)| topic(id, parent)));
    let sets: [&[i64]; 8] =
        [&[25, 23, 22], &[23, 25], &[20, 25], &[24], &[22, 30], &[30, 25, 21, 23], &[], &[25, 24, 21, 20, 22, 23, 30]];
    for (batch, sets) in sets.chunks(3).enumerate() {
        let first = 100 * (i64::try_from(batch).expect("there are few") + 1);
        let books = (first..).zip(sets).map(|(id, topics)| Document {
            numbers: topics.iter().map(|topic| ("topic", *topic)).collect(),
            ..document(id, "sql", "")
        });
        write(&index, books, "2");
    }
    let mut expected: BTreeMap<i64, u64> = BTreeMap::new();
    for topics in sets {
        let mut above = BTreeSet::new();
        for topic in topics {
            let mut next = Some(*topic);
            while let Some(topic) = next {
                above.insert(topic);
                next = parents.iter().find(|(id, _)| *id == topic).and_then(|(_, parent)| *parent);
            }
        }
        above.into_iter().for_each(|topic| *expected.entry(topic).or_default() += 1);
    }
    let facet = FacetRequest { number: 0, by: FacetBy::Tree, kinds: vec![BOOK] };
    let snapshot = index.snapshot();
    let counts = prepared(&snapshot, &query("sql")).facets(&EVERYBODY, &[facet]).expect("it can be read");
    let counts: BTreeMap<Value, u64> = counts.into_iter().flatten().collect();
    assert_eq!(counts, expected.into_iter().map(|(id, count)| (Value::Number(id), count)).collect());
}

#[test]
fn facets_count_what_fulfills_all_conditions_but_their_own() {
    let book = |id, year, language: &str, topics: &[i64]| Document {
        numbers: topics.iter().map(|topic| ("topic", *topic)).chain([("year", year)]).collect(),
        column_texts: vec![("language", language.to_owned())],
        ..document(id, "sql", "")
    };
    let topic = |id, parent: Option<i64>, visible_from| Document {
        kind: TOPIC,
        numbers: parent.into_iter().map(|parent| ("parent", parent)).collect(),
        visible_from,
        ..document(id, "topic", "")
    };
    let index = index([topic(10, None, Some(0)), topic(11, Some(10), Some(0)), topic(12, Some(11), None)]);
    write(&index, [book(1, 1999, "en", &[11, 10]), book(2, 1999, "de", &[11])], "2");
    write(&index, [book(3, 2020, "en", &[10]), book(4, 2020, "fr", &[12])], "3");
    let snapshot = index.snapshot();
    let (years, languages, topics) = (0, 1, 2);
    let english = Condition::Text("language", TextTest::OneOf(["en".to_owned()].into()));
    let old = Condition::Number("year", NumberTest::Between(0, 2000));
    let kinds = [KindFilter { facets: vec![(years, old), (languages, english)], ..everything(BOOK) }];
    let facet = |number, by| FacetRequest { number, by, kinds: vec![BOOK] };
    let facets = [
        facet(years, FacetBy::Column("year")),
        facet(languages, FacetBy::Column("language")),
        facet(topics, FacetBy::Tree),
        facet(topics + 1, FacetBy::Kind),
    ];
    let counted =
        |scope: &SearchScope<'_>| prepared(&snapshot, &query("sql")).facets(scope, &facets).expect("it can be read");
    let number = |number: i64, count: u64| (Value::Number(number), count);
    let text = |text: &str, count: u64| (Value::Text(text.to_owned()), count);
    let scope = SearchScope { kinds: &kinds, ..EVERYBODY };
    let expected: [Counts; 4] = [
        [number(1999, 1), number(2020, 1)].into(),
        [text("de", 1), text("en", 1)].into(),
        [number(10, 1), number(11, 1)].into(),
        [number(BOOK.into(), 1)].into(),
    ];
    assert_eq!(counted(&scope), expected);
    let all = [everything(BOOK)];
    let public = counted(&SearchScope { kinds: &all, ..EVERYBODY });
    assert_eq!(public[2], [number(10, 3), number(11, 2)], "a topic that is not found counts for none above it");
    let previewer = counted(&SearchScope { kinds: &all, drafts: true, ..EVERYBODY });
    assert_eq!(previewer[2], [number(10, 4), number(11, 3), number(12, 1)]);
}

#[test]
fn a_document_is_replaced_and_deleted_while_older_snapshots_stay() {
    let index = index([document(1, "old", ""), document(2, "other", "")]);
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("1"));
    let before = index.snapshot();
    let changes = [DocumentChange::Put(Box::new(document(1, "new", ""))), DocumentChange::Delete(2)];
    index.stage(changes).expect("it can be written");
    assert_eq!(best(&index.snapshot(), &query("old")), [1], "it is not committed");
    index.commit("2").expect("it can be written");
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("2"));
    assert_eq!(best(&before, &query("old")), [1]);
    let after = index.snapshot();
    assert_eq!((best(&after, &query("old")), best(&after, &query("new"))), (vec![], vec![1]));
    assert_eq!(best(&after, &query("other")), [0_i64; 0]);
    assert_eq!(after.len(), 1);
}

#[test]
fn prefixes_are_completed_to_what_is_recommended_most() {
    let loved =
        |id, title, popularity| Document { numbers: vec![("popularity", popularity)], ..document(id, title, "") };
    let index = index([loved(1, "data", 0), loved(2, "databases", 3), loved(3, "date", 1), loved(4, "rust", 9)]);
    let completed = index.snapshot().completions(&["dat".to_owned()], &EVERYBODY, 2).expect("it can be read");
    let texts: Vec<&str> = completed.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["databases", "date"]);
}

#[test]
fn the_most_popular_completions_of_all_segments_come_first() {
    let index = Index::in_memory(&LAYOUT).expect("memory is there");
    let popularity = |id: i64| [0, 1, 0, 5, 300, 0, 253, 254, 400][usize::try_from(id * id % 9).expect("small")];
    let title = |id: i64| format!("data {:03}", (id * 37) % 100);
    for segment in 0..4_i64 {
        let document = |id| Document { numbers: vec![("popularity", popularity(id))], ..document(id, &title(id), "") };
        write(&index, (0..75).map(|number| document(number * 4 + segment)), "1");
    }
    let mut expected: Vec<(i64, String, i64)> = (0..300).map(|id| (-popularity(id), title(id), id)).collect();
    expected.sort();
    for limit in [0, 1, 20, 150, 299, 1000] {
        let found = index.snapshot().completions(&["data 0".to_owned(), "data".to_owned()], &EVERYBODY, limit);
        let found = found.expect("it can be read").into_iter().map(|one| (one.text, one.document)).collect::<Vec<_>>();
        let all = expected.iter().map(|(_, title, id)| (title.clone(), *id)).collect::<Vec<_>>();
        assert_eq!(found, all[..limit.min(300)], "the first {limit}");
    }
}

#[test]
fn spellings_are_those_of_documents_that_the_caller_finds() {
    let hidden = Document { visible_from: None, ..document(3, "pythin", "") };
    let index = index([document(1, "python", ""), document(2, "python tutorial", ""), hidden]);
    let snapshot = index.snapshot();
    let near = |word: &str, is_prefix_word| {
        let found = snapshot.spellings(word, 1, is_prefix_word, &EVERYBODY).expect("it can be read");
        found.into_iter().map(|one| (one.word, one.documents)).collect::<Vec<_>>()
    };
    assert_eq!(near("pyhton", false), [("python".to_owned(), 2)]);
    assert_eq!(near("tutrial", false), [("tutorial".to_owned(), 1)]);
    assert_eq!(near("tutro", true), [("tutorial".to_owned(), 1)]);
    assert_eq!(near("rust", false), []);
}

#[test]
fn a_directory_keeps_the_index_and_admits_one_writer() {
    let directory = tempfile::tempdir().expect("it can be made");
    let directory = directory.path();
    {
        let index = Index::open(directory, &LAYOUT).expect("it is new");
        assert_eq!(index.payload().expect("it can be read"), None);
        write(&index, [document(1, "stored", "")], "7");
        assert!(matches!(Index::open(directory, &LAYOUT), Err(search_index::Error::Locked)));
    }
    let index = Index::open(directory, &LAYOUT).expect("it is free again");
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("7"));
    assert_eq!(best(&index.snapshot(), &query("stored")), [1]);
    drop(index);
    let meta = directory.join("meta.json");
    std::fs::write(&meta, "{").expect("it can be written");
    assert!(matches!(Index::open(directory, &LAYOUT), Err(search_index::Error::Damaged(_))));
}
