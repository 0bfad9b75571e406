//! What an index finds, in which order.

use std::collections::{BTreeMap, BTreeSet};

use search_index::{Change, Clause, Document, FieldSet, Hit, Index, Question, Scope, Snapshot, Title, Word};

const BOOK: u8 = 1;
const COURSE: u8 = 2;

/// Ranks of fields.
const TITLE: u8 = 4;
const BODY: u8 = 1;

fn document(id: i64, title: &str, body: &str) -> Document {
    let mut words: BTreeMap<String, FieldSet> = BTreeMap::new();
    let mut beginnings: BTreeMap<String, FieldSet> = BTreeMap::new();
    for (text, rank) in [(title, TITLE), (body, BODY)] {
        for word in text.split_whitespace() {
            words.entry(word.to_owned()).or_default().add(FieldSet::of(rank));
            if rank == TITLE {
                beginnings.entry(word.to_owned()).or_default().add(FieldSet::of(rank));
            }
        }
    }
    let row = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    Document {
        id,
        kind: BOOK,
        visible_from: Some(0),
        recommendations: 0,
        words,
        beginnings,
        titles: vec![row(title)],
        texts: vec![row(body)],
        names: BTreeSet::from([title.to_owned()]),
        spellings: row(title).into_iter().collect(),
        completions: BTreeSet::from([title.to_owned()]),
    }
}

fn index(documents: impl IntoIterator<Item = Document>) -> Index {
    let index = Index::in_memory().expect("memory is there");
    write(&index, documents, "1");
    index
}

fn write(index: &Index, documents: impl IntoIterator<Item = Document>, payload: &str) {
    let changes = documents.into_iter().map(|document| Change::Put(Box::new(document)));
    index.stage(changes).expect("it can be written");
    index.commit(payload).expect("it can be written");
}

const EVERYBODY: Scope<'_> = Scope { kinds: &[BOOK, COURSE], now: 1_000, drafts: false, deadline: None };

fn word(text: &str) -> Word {
    Word { forms: vec![text.to_owned()], ..Word::default() }
}

/// A question for all words of a text; `data sci*` asks for a beginning, `"data science"` for words in a row.
fn question(text: &str) -> Question {
    if let Some(phrase) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        let row: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
        let words = row.iter().map(|text| word(text)).collect();
        return Question {
            clauses: vec![Clause { words, rows: vec![row], ..Clause::default() }],
            ..Question::default()
        };
    }
    let clause = |text: &str| {
        let word = match text.strip_suffix('*') {
            Some(beginning) => Word { beginning: Some(beginning.to_owned()), ..word(beginning) },
            None => word(text),
        };
        Clause { words: vec![word], ..Clause::default() }
    };
    let row: Vec<String> = text.split_whitespace().map(|word| word.trim_end_matches('*').to_owned()).collect();
    let title = Title {
        literal: text.to_owned(),
        names: Vec::new(),
        rows: if row.len() > 1 { vec![row] } else { Vec::new() },
        last_is_prefix: text.ends_with('*'),
    };
    Question { clauses: text.split_whitespace().map(clause).collect(), title: Some(title), ..Question::default() }
}

fn best(snapshot: &Snapshot, question: &Question) -> Vec<i64> {
    let found = snapshot.best(question, &EVERYBODY, 10, |_| true, false).expect("it can be read");
    assert_eq!(found.total, found.hits.len());
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
    assert_eq!(best(&snapshot, &question("data science")), [2, 3, 1]);
    assert_eq!(best(&snapshot, &question("science")), [3, 2, 4, 1]);
    assert_eq!(best(&snapshot, &question("nothing")), [0_i64; 0]);
}

#[test]
fn the_exact_title_comes_first_and_words_in_a_row_before_words_apart() {
    let mut loved = document(2, "rust in action today", "");
    loved.recommendations = 9;
    let index = index([document(1, "action and rust in turn", ""), loved, document(3, "rust in action", "")]);
    assert_eq!(best(&index.snapshot(), &question("rust in action")), [3, 2, 1]);
    assert_eq!(best(&index.snapshot(), &question("rust in act*")), [2, 3, 1]);
}

#[test]
fn recommendations_and_then_numbers_break_ties() {
    let loved = |id, recommendations| Document { recommendations, ..document(id, "sql", "") };
    let index = index([loved(1, 0), loved(2, 5), loved(3, 5)]);
    assert_eq!(best(&index.snapshot(), &question("sql")), [3, 2, 1]);
}

#[test]
fn beginnings_of_one_two_and_more_letters_are_found() {
    let titles = (0_i64..40).map(|number| document(number, &format!("python{number:02} basics"), ""));
    let index = index(titles.chain([document(100, "perl", "python in the body")]));
    let snapshot = index.snapshot();
    for (asked, count) in [("p*", 41), ("py*", 40), ("pyt*", 40), ("python0*", 10), ("python07*", 1), ("pyx*", 0)] {
        let all = snapshot.all(&question(asked), &EVERYBODY).expect("it can be read");
        assert_eq!(all.len(), count, "{asked}");
    }
    assert_eq!(
        snapshot.all(&question("python*"), &EVERYBODY).expect("it can be read").len(),
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
    assert_eq!(best(&index.snapshot(), &question("\"clean code\"")), [1, 4]);
}

#[test]
fn words_may_be_left_out_and_some_may_be_missing() {
    let index = index([document(1, "java script", ""), document(2, "java beans", ""), document(3, "coffee beans", "")]);
    let snapshot = index.snapshot();
    let java = Question { excluded: question("script").clauses, ..question("java") };
    assert_eq!(best(&snapshot, &java), [2]);
    let without = Question { excluded: question("script").clauses, ..Question::default() };
    assert_eq!(best(&snapshot, &without), [3, 2]);
    let most = Question { max_missing: 1, ..question("java beans tutorial") };
    assert_eq!(best(&snapshot, &most), [2]);
    assert!(!snapshot.has(&question("java beans tutorial"), &EVERYBODY).expect("it can be read"));
    assert!(snapshot.has(&most, &EVERYBODY).expect("it can be read"));
}

#[test]
fn joined_words_and_their_parts_find_each_other() {
    let mut node = document(1, "node js", "");
    node.words.insert("nodejs".to_owned(), FieldSet::of(TITLE));
    let index = index([node, document(2, "nodejs", ""), document(3, "node", "")]);
    let joined = Clause { words: vec![word("node"), word("js")], joined: Some("nodejs".to_owned()), rows: Vec::new() };
    let asked = Question { clauses: vec![joined], ..Question::default() };
    assert_eq!(best(&index.snapshot(), &asked), [2, 1]);
}

#[test]
fn drafts_and_what_is_not_yet_due_are_found_by_previewers_only() {
    let from = |id, visible_from| Document { visible_from, ..document(id, "sql", "") };
    let index = index([from(1, Some(1_000)), from(2, Some(1_001)), from(3, None)]);
    let snapshot = index.snapshot();
    assert_eq!(best(&snapshot, &question("sql")), [1]);
    let previewer = Scope { drafts: true, ..EVERYBODY };
    assert_eq!(snapshot.all(&question("sql"), &previewer).expect("it can be read").len(), 3);
    let courses = Scope { kinds: &[COURSE], ..previewer };
    assert!(snapshot.all(&question("sql"), &courses).expect("it can be read").is_empty());
}

#[test]
fn pages_go_on_behind_a_hit_and_before_it() {
    let index = index(
        (0_i64..300)
            .map(|id| Document { recommendations: u32::try_from(id % 7).expect("small"), ..document(id, "sql", "") }),
    );
    let snapshot = index.snapshot();
    let all = snapshot.best(&question("sql"), &EVERYBODY, 300, |_| true, false).expect("it can be read").hits;
    assert!(all.is_sorted_by(|one, other| one.compare(other).is_lt()));
    let place = all[100];
    let behind = |hit: &Hit| hit.compare(&place).is_gt();
    let next = snapshot.best(&question("sql"), &EVERYBODY, 3, behind, false).expect("it can be read");
    assert_eq!((next.hits.as_slice(), next.total), (&all[101..104], 300));
    let before = snapshot
        .best(&question("sql"), &EVERYBODY, 2, |hit| hit.compare(&place).is_lt(), true)
        .expect("it can be read");
    assert_eq!(before.hits, [all[99], all[98]]);
}

#[test]
fn a_document_is_replaced_and_deleted_while_older_snapshots_stay() {
    let index = index([document(1, "old", ""), document(2, "other", "")]);
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("1"));
    let before = index.snapshot();
    let changes = [Change::Put(Box::new(document(1, "new", ""))), Change::Delete(2)];
    index.stage(changes).expect("it can be written");
    assert_eq!(best(&index.snapshot(), &question("old")), [1], "it is not committed");
    index.commit("2").expect("it can be written");
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("2"));
    assert_eq!(best(&before, &question("old")), [1]);
    let after = index.snapshot();
    assert_eq!((best(&after, &question("old")), best(&after, &question("new"))), (vec![], vec![1]));
    assert_eq!(best(&after, &question("other")), [0_i64; 0]);
    assert_eq!(after.len(), 1);
}

#[test]
fn prefixes_are_completed_to_what_is_recommended_most() {
    let loved = |id, title, recommendations| Document { recommendations, ..document(id, title, "") };
    let index = index([loved(1, "data", 0), loved(2, "databases", 3), loved(3, "date", 1), loved(4, "rust", 9)]);
    let completed = index.snapshot().completions(&["dat".to_owned()], &EVERYBODY, 2).expect("it can be read");
    let texts: Vec<&str> = completed.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["databases", "date"]);
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
        let index = Index::open(directory).expect("it is new");
        assert_eq!(index.payload().expect("it can be read"), None);
        write(&index, [document(1, "kept", "")], "7");
        assert!(matches!(Index::open(directory), Err(search_index::Error::Locked)));
    }
    let index = Index::open(directory).expect("it is free again");
    assert_eq!(index.payload().expect("it can be read").as_deref(), Some("7"));
    assert_eq!(best(&index.snapshot(), &question("kept")), [1]);
    drop(index);
    let meta = directory.join("meta.json");
    std::fs::write(&meta, "{").expect("it can be written");
    assert!(matches!(Index::open(directory), Err(search_index::Error::Damaged(_))));
}
