//! Imports of more records than are planned and written at once: what records of different batches have in common.

use entity::kind::NodeKind;
use serde_json::{Value, json};
use syllabus::db::{Database, Sql};
use syllabus::service::import_export::Counts;

use super::harness::{DRY_RUN, SKIP_INVALID, accept, exported, import_with, on_each_engine, planned, reject};

/// More records than a batch has.
const COUNT: usize = 2_500;

/// Returns `COUNT` courses; `change` changes the record of a number.
fn courses(change: impl Fn(usize, &mut Value)) -> Vec<Value> {
    let course = |number| {
        let mut course = json!({ "kind": "course", "slug": format!("c{number}"), "title": "C" });
        change(number, &mut course);
        course
    };
    (0..COUNT).map(course).collect()
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

async fn count(database: &Database, condition: &str) -> i64 {
    let sql = Sql::new(database.engine(), &format!("SELECT COUNT(*) FROM {condition}"));
    database.rows(sql).await.expect("rows")[0].columns().read_next().expect("a count")
}

/// The first records refer to the last ones, and the last ones to the first ones.
#[test]
fn references_cross_batches_in_both_directions() {
    async fn case(database: &Database) {
        let last = COUNT - 1;
        let leaf_list = json!({
            "kind": "readingList", "owner": { "kind": "topic", "slug": "leaf" },
            "entries": [{ "kind": "course", "slug": format!("c{last}") }, { "kind": "course", "slug": "c0" }],
        });
        let mut records = vec![
            leaf_list,
            json!({ "kind": "topic", "slug": "leaf", "title": "Leaf", "parent": "branch" }),
            json!({ "kind": "career", "slug": "first", "title": "First", "relatedCareers": ["last"] }),
        ];
        records.extend(courses(|number, course| match number {
            0 => course["prerequisites"] = json!([format!("c{last}"), "c1"]),
            1 => course["topics"] = json!(["leaf", "root"]),
            2 => course["instructors"] = json!(["Ada Example"]),
            _ if number == last => course["prerequisites"] = json!(["c1"]),
            _ => {}
        }));
        records.extend([
            json!({ "kind": "topic", "slug": "branch", "title": "Branch", "parent": "root" }),
            json!({ "kind": "topic", "slug": "root", "title": "Root" }),
            json!({ "kind": "career", "slug": "last", "title": "Last", "relatedCareers": ["first"] }),
            json!({ "kind": "course", "slug": "other", "title": "O", "instructors": ["Ada Example"], "provider": "p" }),
            json!({ "kind": "provider", "slug": "p", "name": "P" }),
        ]);
        let file = lines(&records);
        let report = accept(database, &file).await;
        let created = |created| Counts { created, ..Counts::default() };
        assert_eq!(report.of(NodeKind::Course), created(COUNT as u64 + 1));
        assert_eq!([NodeKind::Topic, NodeKind::Career].map(|kind| report.of(kind)), [created(3), created(2)]);
        assert_eq!((report.of(NodeKind::ReadingList), report.of(NodeKind::Person)), (created(1), created(1)));
        let export = exported(database).await;
        for part in [
            format!(r#""prerequisites":["c{last}","c1"]"#),
            r#""title":"Leaf","parent":"branch""#.to_owned(),
            r#""title":"Branch","parent":"root""#.to_owned(),
            r#""relatedCareers":["last"]"#.to_owned(),
            r#""relatedCareers":["first"]"#.to_owned(),
            r#""topics":["leaf","root"]"#.to_owned(),
            format!(r#""entries":[{{"kind":"course","slug":"c{last}""#),
        ] {
            assert!(export.contains(&part), "{part}");
        }
        assert_eq!(export.matches(r#""instructors":["Ada Example"]"#).count(), 2);
        // Each course has a list, and the events of people and organizations know of their items.
        assert_eq!(count(database, "reading_list").await, i64::try_from(COUNT).expect("a small number") + 1 + 3 + 2);
        assert_eq!(count(database, "change_event WHERE was_visible = FALSE").await, 0);
        assert_eq!(
            count(database, "change_event").await,
            count(database, "revision").await,
            "each revision is in the feed"
        );
        let again = accept(database, &file).await;
        assert_eq!((again.total().created, again.total().updated), (0, 0));
        assert_eq!(exported(database).await, export);
    }
    on_each_engine(&case);
}

#[test]
fn cycles_across_batches_are_rejected() {
    async fn case(database: &Database) {
        let last = COUNT - 1;
        let records = courses(|number, course| match number {
            0 => course["prerequisites"] = json!([format!("c{last}")]),
            _ if number == last => course["prerequisites"] = json!(["c0"]),
            _ => {}
        });
        let messages = [
            format!(
                "line 1: course \"c0\" prerequisites[0] \"c{last}\" creates a prerequisite cycle: c0 → c{last} → c0"
            ),
            format!(
                "line {COUNT}: course \"c{last}\" prerequisites[0] \"c0\" creates a prerequisite cycle: c{last} → c0 → c{last}"
            ),
        ];
        let file = lines(&records);
        assert_eq!(reject(database, &file).await, messages);
        assert_eq!(exported(database).await, "");
        let report = import_with(database, &file, SKIP_INVALID, 1).await;
        assert_eq!(report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(), messages);
        assert_eq!(report.of(NodeKind::Course), Counts { created: last as u64 - 1, rejected: 2, ..Counts::default() });
    }
    on_each_engine(&case);
}

/// `c0` requires the last course, which requires one in the middle, which has no title.
#[test]
fn rejections_propagate_across_batches() {
    async fn case(database: &Database) {
        let (middle, last) = (COUNT / 2, COUNT - 1);
        let mut records = vec![json!({
            "kind": "readingList", "owner": { "kind": "topic", "slug": "t" },
            "entries": [{ "kind": "course", "slug": "c0" }, { "kind": "course", "slug": "c1" }],
        })];
        records.extend(courses(|number, course| match number {
            0 => {
                course["prerequisites"] = json!([format!("c{last}")]);
                course["instructors"] = json!(["Nobody Else"]);
            }
            _ if number == middle => course["title"] = Value::Null,
            _ if number == last => course["prerequisites"] = json!([format!("c{middle}")]),
            _ => {}
        }));
        records.push(json!({ "kind": "topic", "slug": "t", "title": "T" }));
        let report = import_with(database, &lines(&records), SKIP_INVALID, 1).await;
        let line = |number: usize| number + 2;
        assert_eq!(
            report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                format!(
                    "line 2: course \"c0\" prerequisites[0] \"c{last}\" refers to a record that was rejected in line {}",
                    line(last)
                ),
                format!("line {}: course \"c{middle}\" title is missing", line(middle)),
                format!(
                    "line {}: course \"c{last}\" prerequisites[0] \"c{middle}\" refers to a record that was rejected in line {}",
                    line(last),
                    line(middle)
                ),
            ]
        );
        let skipped: Vec<String> = report.skipped_entries.iter().map(ToString::to_string).collect();
        assert_eq!(skipped, ["line 1: readingList \"topic t\" skips the course \"c0\", rejected in line 2"]);
        assert_eq!(report.of(NodeKind::Course), Counts { created: COUNT as u64 - 3, rejected: 3, ..Counts::default() });
        assert_eq!(report.of(NodeKind::Person).created, 0);
        assert_eq!(exported(database).await.matches(r#""kind":"course","slug":"c1","#).count(), 2);
    }
    on_each_engine(&case);
}

/// The first book takes the ISBN of the last one and the other way around.
#[test]
fn keys_move_across_batches() {
    async fn case(database: &Database) {
        let books = |first: &str, last: &str| {
            let book = |number| json!({ "kind": "book", "slug": format!("b{number}"), "title": "B" });
            let mut books: Vec<Value> = (0..COUNT).map(book).collect();
            books[0]["isbn13"] = json!(first);
            books[0]["externalId"] = json!(format!("id of {first}"));
            books[COUNT - 1]["isbn13"] = json!(last);
            books[COUNT - 1]["externalId"] = json!(format!("id of {last}"));
            lines(&books)
        };
        let (one, other) = ("9780306406157", "9780441172719");
        accept(database, &books(one, other)).await;
        let codes = |file: &str| {
            let first = file.lines().filter(|line| line.contains("isbn13"));
            first.map(str::to_owned).collect::<Vec<_>>()
        };
        let before = codes(&exported(database).await);
        // Without external ids, because these would identify the books.
        let swapped = books(other, one).replace(&format!(r#","externalId":"id of {one}""#), "");
        let swapped = swapped.replace(&format!(r#","externalId":"id of {other}""#), "");
        let report = accept(database, &swapped).await;
        assert_eq!(report.of(NodeKind::Book).updated, 2);
        let after = codes(&exported(database).await);
        assert_eq!(before.len(), 2);
        assert_eq!(before[0].replace(one, "x").replace(other, "x"), after[0].replace(one, "x").replace(other, "x"));
        assert_ne!(before, after);
        let cleared = json!({ "kind": "book", "slug": "b0", "isbn13": null, "externalId": null });
        let taken = json!({ "kind": "book", "slug": "taker", "title": "T", "isbn13": other });
        let filler = (1..COUNT - 1).map(|number| json!({ "kind": "book", "slug": format!("b{number}") }));
        let moved: Vec<Value> = [taken].into_iter().chain(filler).chain([cleared]).collect();
        let report = accept(database, &lines(&moved)).await;
        assert_eq!((report.of(NodeKind::Book).created, report.of(NodeKind::Book).updated), (1, 1));
        let contested = [json!({ "kind": "book", "slug": "new", "title": "N", "isbn13": "9781593279509" })];
        let contested = lines(&contested) + &books("9780000000002", "9781593279509");
        let message = format!(
            "line {}: book \"b{}\" isbn13 \"9781593279509\" is the ISBN of another book, \"new\"",
            COUNT + 1,
            COUNT - 1
        );
        assert!(reject(database, &contested).await.contains(&message));
    }
    on_each_engine(&case);
}

/// The person `a` is renamed two batches before the book that refers to its present slug, which a rejected person also
/// claims.
#[test]
fn references_resolve_as_before_the_first_batch() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"person","slug":"old","name":"A","externalId":"e"}"#).await;
        let person = |number| json!({ "kind": "person", "slug": format!("p{number}"), "name": "P" });
        let mut records = vec![
            json!({ "kind": "person", "slug": "new", "externalId": "e" }),
            json!({ "kind": "person", "slug": "b", "name": "B", "oldSlugs": ["old"] }),
        ];
        records.extend((0..2 * COUNT).map(person));
        let contributors = json!([{ "person": "old", "role": "author" }]);
        records.push(json!({ "kind": "book", "slug": "c", "title": "C", "contributors": contributors }));
        let report = import_with(database, &lines(&records), SKIP_INVALID, 1).await;
        let violations: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
        assert_eq!(violations, ["line 2: person \"b\" oldSlugs[0] \"old\" already leads to another person"]);
        assert_eq!((report.of(NodeKind::Book).created, report.of(NodeKind::Person).updated), (1, 1));
        let export = exported(database).await;
        assert!(export.contains(r#""authors":["new"]"#), "{export}");
        assert_eq!(count(database, "revision WHERE kind = 'book' AND state LIKE '%\"new\"%'").await, 1);
    }
    on_each_engine(&case);
}

/// A list that was public is still public in the feed, although the import archives its owner in an earlier batch.
#[test]
fn the_feed_knows_the_former_visibility_of_lists() {
    async fn case(database: &Database) {
        let file = |status: &str, title: &str| {
            let mut records = vec![json!({ "kind": "topic", "slug": "t", "title": "T", "status": status })];
            records.extend(courses(|_, _| {}));
            records.push(json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": "t" }, "title": title }));
            lines(&records)
        };
        accept(database, &file("published", "A")).await;
        accept(database, &file("archived", "B")).await;
        assert_eq!(count(database, "change_event WHERE kind = 'reading_list' AND was_visible = FALSE").await, 0);
        assert_eq!(count(database, "reading_list WHERE visible_from IS NULL").await, 1);
        accept(database, &file("archived", "C")).await;
        assert_eq!(count(database, "change_event WHERE kind = 'reading_list' AND was_visible = FALSE").await, 1);
    }
    on_each_engine(&case);
}

/// People who are created for instructors follow their courses.
#[test]
fn dry_runs_report_every_change_in_the_order_of_lines() {
    async fn case(database: &Database) {
        let file = lines(&courses(|number, course| course["instructors"] = json!([format!("N{number}")])));
        let planned = planned(import_with(database, &file, DRY_RUN, 1).await);
        assert_eq!(planned.len(), 2 * COUNT);
        for (number, lines) in planned.chunks(2).enumerate() {
            let line = number + 1;
            assert_eq!(
                lines,
                [
                    format!("line {line}: would create course \"c{number}\""),
                    format!("line {line}: would create person \"n{number}\""),
                ]
            );
        }
        assert_eq!(exported(database).await, "");
    }
    on_each_engine(&case);
}
