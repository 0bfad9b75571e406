//! Merges: several records of a book become one, which gets everything that the others had.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::db::Sql;

use crate::common::{NOW, Store, TestApp, moment, on_each_engine};
use crate::editor::{accepted, editor_app, send, user_errors};

/// Two duplicates of the editor's book: one is on the same list and alone on another, the other is a draft.
const DUPLICATES: &str = r#"{"kind":"topic","slug":"days","title":"Days"}
{"kind":"topic","slug":"weeks","title":"Weeks"}
{"kind":"person","slug":"grace-hopper","code":"prsgr2","name":"Grace Hopper"}
{"kind":"book","slug":"sql-in-7-days","code":"bkkqb2","externalId":"x-7","title":"SQL in 7 Days","subtitle":"Day by Day","summary":"One day after the other.","contributors":[{"person":"grace-hopper","role":"editor"},{"person":"ada-lovelace","role":"author"}],"publicationYear":2015,"isbn13":"9781593275846","pageCount":98,"description":"*Days*.","level":"introductory","language":"en","url":"https://example.org/7","timeRequired":"PT7H","edition":"2nd","imageUrl":"https://example.org/7.png","sameAs":["https://b.example/"],"oldSlugs":["sql-7"],"topics":["databases","sql"]}
{"kind":"book","slug":"sql-weekly","code":"bkkqc2","externalId":"x-8","title":"SQL Weekly","sameAs":["https://c.example/","https://b.example/"],"status":"draft","publicationYear":2016,"isbn13":"9780306406157"}
{"kind":"readingList","owner":{"kind":"topic","slug":"days"},"code":"rdstd2","entries":[{"kind":"book","slug":"sql-in-7-days","code":"entry4","note":"By the day.","role":"core"},{"kind":"course","slug":"first-steps","code":"entry5"},{"kind":"book","slug":"sql-in-a-week","code":"entry6","note":"By the week."}]}
{"kind":"readingList","owner":{"kind":"topic","slug":"weeks"},"code":"rdsts2","entries":[{"kind":"course","slug":"second-steps","code":"entry7"},{"kind":"book","slug":"sql-in-7-days","code":"entry8","note":"Only here.","role":"reference"}]}
"#;

async fn book_app(store: &Store) -> TestApp {
    let app = editor_app(store).await;
    app.import(DUPLICATES).await;
    app
}

/// Merges books into the book with this id. Must succeed.
async fn merge(app: &TestApp, id: &str, duplicates: &[&str]) -> Value {
    let input = json!({ "id": id, "duplicateIds": duplicates });
    accepted(&send(app, "bookMerge", input, "book { id revision } mergedIds").await, "bookMerge")
}

/// Returns the result of a query with one text column.
async fn texts(app: &TestApp, query: &str) -> Vec<String> {
    let rows = app.database.rows(Sql::new(app.database.engine(), query)).await.expect("rows");
    rows.iter().map(|row| row.columns().read_next().expect("a text")).collect()
}

#[test]
fn missing_values_are_copied_and_existing_values_unchanged() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let input =
            json!({ "id": "book_bkkqa2", "expectedRevision": 1, "duplicateIds": ["book_bkkqb2", "book_bkkqc2"] });
        let selection = "book { id code slug title subtitle summary status revision externalId isbn13 edition level \
            language timeRequired publicationYear pageCount imageUrl sameAs url description publisher { name } \
            contributors { person { name } role } topics { nodes { title } } listedIn { totalCount } } mergedIds";
        let answer = send(&app, "bookMerge", input, selection).await;
        assert_eq!(
            accepted(&answer, "bookMerge"),
            json!({
                "book": {
                    "id": "book_bkkqa2", "code": "bkkqa2", "slug": "sql-in-a-week", "title": "SQL in a Week",
                    "subtitle": "Day by Day", "summary": "One day after the other.", "status": "PUBLISHED",
                    "revision": 2, "externalId": "x-7", "isbn13": "9780134190440", "edition": "2nd",
                    "level": "INTRODUCTORY", "language": "en", "timeRequired": "PT7H", "publicationYear": 2015,
                    "pageCount": 98, "imageUrl": "https://example.org/7.png", "url": "https://example.org/7",
                    "sameAs": ["https://b.example/", "https://c.example/"],
                    "description": "*Days*.", "publisher": { "name": "No Starch Press" },
                    "contributors": [
                        { "person": { "name": "Ada Lovelace" }, "role": "AUTHOR" },
                        { "person": { "name": "Grace Hopper" }, "role": "EDITOR" },
                    ],
                    "topics": { "nodes": [{ "title": "SQL" }, { "title": "Databases" }] },
                    "listedIn": { "totalCount": 3 },
                },
                "mergedIds": ["book_bkkqb2", "book_bkkqc2"], "userErrors": [],
            })
        );
        assert_eq!(app.data("{ books { totalCount } }").await["books"]["totalCount"], 1);
    });
}

#[test]
fn entries_move_and_duplicates_combine_their_notes() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        let list = "revision entries { nodes { id position note role resource { code } } }";
        let lists = app
            .data(&format!(
                "{{ both: node(id: \"reading_list_rdstd2\") {{ ... on ReadingList {{ {list} }} }}
                    one: node(id: \"reading_list_rdsts2\") {{ ... on ReadingList {{ {list} }} }}
                    none: node(id: \"reading_list_rdste2\") {{ ... on ReadingList {{ {list} }} }}
                    gone: node(id: \"reading_list_entry_entry4\") {{ id }} }}"
            ))
            .await;
        let entry = |code: &str, position: i32, note: Option<&str>, role: Option<&str>, resource: &str| json!({ "id": format!("reading_list_entry_{code}"), "position": position, "note": note, "role": role, "resource": { "code": resource } });
        let both = "By the week.\n\nBy the day.";
        assert_eq!(
            lists["both"],
            json!({ "revision": 2, "entries": { "nodes": [
                entry("entry6", 1, Some(both), Some("CORE"), "bkkqa2"), entry("entry5", 2, None, None, "crsfs2"),
            ] } })
        );
        assert_eq!(
            lists["one"],
            json!({ "revision": 2, "entries": { "nodes": [
                entry("entry7", 1, None, None, "crsse2"),
                entry("entry8", 2, Some("Only here."), Some("REFERENCE"), "bkkqa2"),
            ] } })
        );
        assert_eq!(lists["none"]["revision"], 1, "a list without a duplicate is not touched");
        assert_eq!(lists["gone"], json!(null));
    });
}

#[test]
fn old_addresses_lead_to_the_survivor() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let article =
            json!({ "id": "career_cardw2", "article": "[Read](/book/bkkqb2/any)\n\nOr [this](/book/sql-7)." });
        accepted(&send(&app, "careerUpdate", article, "career { id }").await, "careerUpdate");
        let leads = async |survivor: &str, path: &str, merged: &[&str]| {
            let book = "{ id }";
            for by in [
                r#"code: "bkkqb2""#,
                r#"slug: "sql-in-7-days""#,
                r#"slug: "sql-7""#,
                r#"isbn: "1-59327-584-6""#,
                r#"isbn: "9780134190440""#,
                r#"slug: "sql-in-a-week""#,
            ] {
                let found = app.data(&format!("{{ book(by: {{ {by} }}) {book} }}")).await;
                assert_eq!(found["book"]["id"], survivor, "{by}");
            }
            for old in ["/book/bkkqb2/sql-in-7-days", "/book/bkkqb2", "/book/sql-in-7-days", "/book/sql-7"] {
                let query = format!(
                    "{{ resolve(path: \"{old}\") {{ canonicalPath isCanonical target {{ ... on Book {book} }} }} }}"
                );
                let expected = json!({ "canonicalPath": path, "isCanonical": false, "target": { "id": survivor } });
                assert_eq!(app.data(&query).await["resolve"], expected, "{old}");
            }
            for id in merged {
                let query = format!("{{ node(id: \"{id}\") {book} book(by: {{ id: \"{id}\" }}) {book} }}");
                assert_eq!(app.data(&query).await, json!({ "node": null, "book": null }));
            }
            let blocks = "blocks { ... on ArticleEmbed { resource { id } } ... on ArticleProse { html } }";
            let query = format!("{{ career(by: {{ code: \"cardw2\" }}) {{ article {{ sections {{ {blocks} }} }} }} }}");
            let blocks = app.data(&query).await["career"]["article"]["sections"][0]["blocks"].clone();
            assert_eq!(blocks[0], json!({ "resource": { "id": survivor } }));
            let prose = blocks[1]["html"].as_str().unwrap_or_default();
            assert!(prose.contains(&format!("href=\"{path}\"")), "{prose}");
        };
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        leads("book_bkkqa2", "/book/bkkqa2/sql-in-a-week", &["book_bkkqb2"]).await;
        let publish = send(&app, "catalogItemPublish", json!({ "id": "book_bkkqc2" }), "item { id }").await;
        accepted(&publish, "catalogItemPublish");
        merge(&app, "book_bkkqc2", &["book_bkkqa2"]).await;
        leads("book_bkkqc2", "/book/bkkqc2/sql-weekly", &["book_bkkqb2", "book_bkkqa2"]).await;
    });
}

#[test]
fn isbn_filter_matches_the_current_isbn() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        let query = "{ old: books(where: { isbn: { eq: \"9781593275846\" } }) { totalCount }
                       now: books(where: { isbn: { eq: \"9780134190440\" } }) { totalCount } }";
        assert_eq!(app.data(query).await, json!({ "old": { "totalCount": 0 }, "now": { "totalCount": 1 } }));
    });
}

#[test]
fn keys_of_merged_books_are_reserved() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        for (field, value) in
            [("isbn13", "9781593275846"), ("slug", "sql-in-7-days"), ("slug", "bkkqb2"), ("externalId", "x-7")]
        {
            let mut input = json!({ "title": "Another" });
            input[field] = json!(value);
            let answer = send(&app, "bookCreate", input, "book { id }").await;
            assert_eq!(user_errors(&answer, "bookCreate"), [("TAKEN".to_owned(), format!("input.{field}"))], "{value}");
        }
        let message = send(&app, "bookCreate", json!({ "title": "B", "isbn13": "9781593275846" }), "book { id }").await;
        assert_eq!(
            message.data()["bookCreate"]["userErrors"][0]["message"],
            "isbn13 \"9781593275846\" is the ISBN of a book that was merged into \"sql-in-a-week\""
        );
        let made = send(&app, "bookCreate", json!({ "title": "SQL in 7 Days" }), "book { slug }").await;
        assert_eq!(accepted(&made, "bookCreate")["book"]["slug"], "sql-in-7-days-2");
        // The surviving book can use it.
        let own = json!({ "id": "book_bkkqa2", "isbn13": "9781593275846" });
        let own = send(&app, "bookUpdate", own, "book { isbn13 revision }").await;
        assert_eq!(accepted(&own, "bookUpdate")["book"], json!({ "isbn13": "9781593275846", "revision": 3 }));
        let freed =
            send(&app, "bookCreate", json!({ "title": "C", "isbn13": "9780134190440" }), "book { isbn13 }").await;
        assert_eq!(accepted(&freed, "bookCreate")["book"]["isbn13"], "9780134190440");
    });
}

#[test]
fn merges_add_revisions_and_changes() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let before = texts(&app, "SELECT code FROM change_event").await.len();
        merge(&app, "book_bkkqa2", &["book_bkkqb2", "book_bkkqc2"]).await;
        let line = "action || ' ' || kind || ' ' || code || ' ' || revision";
        let feed = format!("SELECT {line} || ' ' || COALESCE(merged_into, '-') FROM change_event ORDER BY id");
        assert_eq!(
            texts(&app, &feed).await[before..],
            [
                "UPDATED reading_list rdstd2 2 -",
                "UPDATED reading_list rdsts2 2 -",
                "MERGED book bkkqb2 2 bkkqa2",
                "MERGED book bkkqc2 2 bkkqa2",
                "UPDATED book bkkqa2 2 -",
            ]
        );
        let revisions = format!("SELECT {line} || ' ' || actor FROM revision WHERE revision = 2 ORDER BY id");
        assert_eq!(texts(&app, &revisions).await.len(), 5);
        let state = "SELECT state FROM revision WHERE action = 'MERGED' AND code = 'bkkqb2'";
        assert!(texts(&app, state).await[0].contains("SQL in 7 Days"), "the revision contains the last state");
    });
}

#[test]
fn violations_change_nothing() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let before = everything(&app).await;
        let many: Vec<String> = (0..21).map(|number| format!("book_bkk{:03}", 222 + number)).collect();
        for (input, expected) in [
            (json!({ "duplicateIds": [] }), vec!["REQUIRED input.duplicateIds"]),
            (json!({ "duplicateIds": many }), vec!["TOO_MANY input.duplicateIds"]),
            (json!({ "duplicateIds": ["book_bkkqb2", "book_bkkqb2"] }), vec!["INVALID input.duplicateIds.1"]),
            (
                json!({ "duplicateIds": ["book_bkkqa2", "course_crsfs2", "book_222222", "?", "book_bkkqb2"] }),
                vec![
                    "INVALID input.duplicateIds.0",
                    "WRONG_TYPE input.duplicateIds.1",
                    "NOT_FOUND input.duplicateIds.2",
                    "INVALID input.duplicateIds.3",
                ],
            ),
            (
                json!({ "duplicateIds": ["book_bkkqb2"], "expectedRevision": 7 }),
                vec!["STALE_REVISION input.expectedRevision"],
            ),
            (json!({ "id": "course_crsfs2", "duplicateIds": ["book_bkkqb2"] }), vec!["WRONG_TYPE input.id"]),
            (
                json!({ "id": "book_222222", "duplicateIds": ["book_333333"] }),
                vec!["NOT_FOUND input.id", "NOT_FOUND input.duplicateIds.0"],
            ),
        ] {
            let mut whole = json!({ "id": "book_bkkqa2" });
            whole.as_object_mut().expect("an object").extend(input.as_object().expect("an object").clone());
            let answer = send(&app, "bookMerge", whole, "book { id } mergedIds").await;
            let refused: Vec<String> =
                user_errors(&answer, "bookMerge").iter().map(|(code, path)| format!("{code} {path}")).collect();
            assert_eq!(refused, expected);
            assert_eq!(answer.data()["bookMerge"]["mergedIds"], json!([]));
        }
        assert_eq!(everything(&app).await, before);
    });
}

#[test]
fn exceeded_limits_are_reported_and_nothing_is_written() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let people = (0..50).map(|number| format!("{{\"kind\":\"person\",\"slug\":\"p-{number}\",\"name\":\"P\"}}\n"));
        let slugs: Vec<String> = (0..50).map(|number| format!("p-{number}")).collect();
        let topics: Vec<String> = (0..100).map(|number| format!("t-{number}")).collect();
        let records: String = people
            .chain(topics.iter().map(|slug| format!("{{\"kind\":\"topic\",\"slug\":\"{slug}\",\"title\":\"T\"}}\n")))
            .collect();
        let book = json!({ "kind": "book", "slug": "sql-in-7-days", "authors": slugs, "topics": topics });
        let list = json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": "days" }, "entries": [
            { "kind": "book", "slug": "sql-in-7-days", "note": "a".repeat(2_500) },
            { "kind": "book", "slug": "sql-in-a-week", "note": "b".repeat(2_499) },
        ] });
        app.import(format!("{records}{book}\n{list}").as_str()).await;
        let before = everything(&app).await;
        let input = json!({ "id": "book_bkkqa2", "duplicateIds": ["book_bkkqb2"] });
        let answer = send(&app, "bookMerge", input.clone(), "book { id }").await;
        let errors = answer.data()["bookMerge"]["userErrors"].clone();
        let messages: Vec<&str> =
            errors.as_array().into_iter().flatten().filter_map(|error| error["message"].as_str()).collect();
        assert_eq!(
            messages,
            [
                "duplicateIds would give the book 51 contributors: at most 50 are allowed, remove some first",
                "duplicateIds would give the book 101 topics: at most 100 are allowed, remove some first",
                "duplicateIds would combine notes on the reading list of the topic \"days\" to 5001 characters: at most 5000 are \
                 allowed, shorten one first",
            ]
        );
        assert_eq!(everything(&app).await, before);
    });
}

/// Returns all rows that a merge could change, as text.
async fn everything(app: &TestApp) -> Vec<String> {
    let mut rows = Vec::new();
    for query in [
        "SELECT state FROM revision ORDER BY id",
        "SELECT code || revision FROM change_event ORDER BY id",
        "SELECT code || slug || revision FROM item WHERE kind = 'book' ORDER BY id",
        "SELECT code || position || list_id || COALESCE(note, '') FROM reading_list_entry ORDER BY id",
        "SELECT slug FROM slug_redirect ORDER BY slug",
        "SELECT code FROM code_redirect ORDER BY code",
        "SELECT isbn13 FROM isbn_redirect ORDER BY isbn13",
    ] {
        rows.extend(texts(app, query).await);
    }
    rows
}

#[test]
fn merges_do_not_hide_public_books() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let input = json!({ "id": "book_bkkqc2", "duplicateIds": ["book_bkkqb2"] });
        let answer = send(&app, "bookMerge", input.clone(), "book { id }").await;
        let refused = [("INVALID_TRANSITION".to_owned(), "input.duplicateIds.0".to_owned())];
        assert_eq!(user_errors(&answer, "bookMerge"), refused);
        let scheduled = json!({ "id": "book_bkkqb2" });
        accepted(&send(&app, "catalogItemUnpublish", scheduled, "item { id }").await, "catalogItemUnpublish");
        let later = json!({ "id": "book_bkkqb2", "publishAt": "2027-01-01T00:00:00Z" });
        accepted(&send(&app, "catalogItemPublish", later, "item { id }").await, "catalogItemPublish");
        let answer = send(&app, "bookMerge", input.clone(), "book { id }").await;
        assert_eq!(user_errors(&answer, "bookMerge"), refused, "what is to be shown one day would never be");
        accepted(
            &send(&app, "catalogItemPublish", json!({ "id": "book_bkkqc2" }), "item { id }").await,
            "catalogItemPublish",
        );
        accepted(&send(&app, "bookMerge", input, "book { id }").await, "bookMerge");
        let query = "{ book(by: { code: \"bkkqb2\" }) { id } }";
        assert_eq!(app.at(NOW).data(query).await["book"]["id"], "book_bkkqc2");
    });
}

#[test]
fn surviving_drafts_stay_drafts() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        accepted(
            &send(&app, "catalogItemArchive", json!({ "id": "book_bkkqb2" }), "item { id }").await,
            "catalogItemArchive",
        );
        let input = json!({ "id": "book_bkkqc2", "duplicateIds": ["book_bkkqb2"] });
        let merged = send(&app, "bookMerge", input, "book { status }").await;
        assert_eq!(accepted(&merged, "bookMerge")["book"]["status"], "DRAFT");
    });
}

#[test]
fn deleting_the_survivor_reserves_codes_and_frees_isbns() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        let gone = send(&app, "bookDelete", json!({ "id": "book_bkkqa2", "force": true }), "deletedId").await;
        accepted(&gone, "bookDelete");
        let reserved = "SELECT kind || ' ' || code FROM code_redirect WHERE item_id IS NULL ORDER BY kind, code";
        assert_eq!(
            texts(&app, reserved).await,
            [
                "book bkkqb2",
                "reading_list_entry entry2",
                "reading_list_entry entry4",
                "reading_list_entry entry6",
                "reading_list_entry entry8",
            ]
        );
        assert_eq!(app.data("{ book(by: { code: \"bkkqb2\" }) { id } }").await["book"], json!(null));
        let again = json!({ "title": "Again", "isbn13": "9781593275846", "slug": "sql-in-7-days" });
        accepted(&send(&app, "bookCreate", again, "book { id }").await, "bookCreate");
    });
}

#[test]
fn statement_count_is_independent_of_duplicates() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        let mut records = String::new();
        for group in ["a", "b"] {
            for number in 2..7 {
                let code = format!("bk{group}xx{number}");
                let slug = format!("b-{code}");
                let entry = json!({ "kind": "book", "slug": slug });
                let book = json!({ "kind": "book", "slug": slug, "code": code, "title": "B", "topics": ["sql"] });
                let topic = json!({ "kind": "topic", "slug": format!("t-{code}"), "title": "T" });
                let owner = json!({ "kind": "topic", "slug": format!("t-{code}") });
                let list = json!({ "kind": "readingList", "owner": owner, "entries": [entry] });
                for record in [book, topic, list] {
                    records += &format!("{record}\n");
                }
            }
        }
        app.import(records.as_str()).await;
        // Otherwise the statement that records the use of the token would be counted as well.
        let used = format!("UPDATE api_token SET last_used_at = {}", moment(NOW).0);
        app.database.writer().execute_unprepared(&used).await.expect("it can be noted");
        let mut counts = Vec::new();
        for duplicates in
            [vec!["book_bkaxx2"], vec!["book_bkbxx2", "book_bkbxx3", "book_bkbxx4", "book_bkbxx5", "book_bkbxx6"]]
        {
            let input = json!({ "id": "book_bkkqa2", "duplicateIds": duplicates });
            let answer = send(&app, "bookMerge", input, "userErrors { code }").await;
            accepted(&answer, "bookMerge");
            counts.push(answer.statements);
        }
        println!("{counts:?} statements on {store} for one duplicate and for five");
        assert_eq!(counts[0], counts[1]);
        assert!(counts[0] <= 50, "{counts:?}");
    });
}

#[test]
fn restored_revisions_keep_merged_addresses() {
    on_each_engine(async |store| {
        let app = book_app(store).await;
        merge(&app, "book_bkkqa2", &["book_bkkqb2"]).await;
        let input = json!({ "id": "book_bkkqa2", "revision": 1 });
        let answer = send(&app, "revisionRestore", input, "node { revision }").await;
        assert_eq!(accepted(&answer, "revisionRestore")["node"]["revision"], 3);
        for by in ["code: \"bkkqb2\"", "slug: \"sql-in-7-days\"", "slug: \"sql-7\"", "isbn: \"9781593275846\""] {
            let found = app.data(&format!("{{ book(by: {{ {by} }}) {{ id subtitle }} }}")).await;
            assert_eq!(found["book"], json!({ "id": "book_bkkqa2", "subtitle": null }), "{by}");
        }
        let gone = json!({ "id": "book_bkkqb2", "revision": 1 });
        let answer = send(&app, "revisionRestore", gone, "node { revision }").await;
        assert_eq!(user_errors(&answer, "revisionRestore").len(), 1, "{:#}", answer.body);
    });
}
