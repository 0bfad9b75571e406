//! `check` finds manual damage, and nothing in a catalog that was written through the API.

use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::auth::Role;
use syllabus::db::{Database, Engine};
use syllabus::service::check::check;

use crate::common::{Lines, NOW, TestApp, demo, moment, on_each_engine};

/// A time after the scheduled publication.
const LATER: &str = "2026-04-01T00:00:00Z";

/// A catalog with an instance of everything that can be damaged.
fn catalog() -> Lines {
    let mut lines: Lines = [
        json!({ "kind": "topic", "slug": "stores", "code": "tpcdb2", "title": "Databases", "aliases": ["DB"] }),
        json!({ "kind": "topic", "slug": "queries", "code": "tpcsq2", "title": "SQL", "parent": "stores", "oldSlugs": ["sequel"] }),
        json!({ "kind": "topic", "slug": "later", "code": "tpcsc2", "title": "Later", "publishedAt": "2026-03-01T00:00:00Z" }),
        json!({ "kind": "person", "slug": "ada", "code": "prsad2", "name": "Ada" }),
        json!({ "kind": "organization", "slug": "press", "code": "rgprs2", "name": "Press" }),
        json!({ "kind": "book", "slug": "week", "code": "bkkqa2", "title": "Week", "authors": ["ada"], "isbn13": "9780000000002", "topics": ["queries"] }),
        json!({ "kind": "course", "slug": "first", "code": "crsfs2", "title": "First" }),
        json!({ "kind": "video", "slug": "how", "code": "vdhww2", "title": "How", "publicationDate": "2020" }),
        json!({ "kind": "course", "slug": "second", "code": "crsse2", "title": "Second", "prerequisites": ["first"] }),
        json!({ "kind": "career", "slug": "data", "code": "cardw2", "title": "Data", "topics": ["stores"] }),
        json!({ "kind": "readingList", "owner": { "kind": "career", "slug": "data" }, "code": "rdste2", "entries": [{ "kind": "book", "slug": "week" }, { "kind": "course", "slug": "first" }] }),
    ]
    .into();
    for level in 1..=8 {
        let mut topic = json!({ "kind": "topic", "slug": format!("level-{level}"), "code": format!("tpcv{level}x").replace('1', "9"), "title": "Level" });
        if level > 1 {
            topic["parent"] = json!(format!("level-{}", level - 1));
        }
        lines.push(&topic);
    }
    lines
}

async fn findings(database: &Database) -> Vec<String> {
    findings_at(database, NOW).await
}

async fn findings_at(database: &Database, time: &str) -> Vec<String> {
    let mut findings = Vec::new();
    check(database, moment(time), "en", |finding| findings.push(finding.to_string())).await.expect("it can be checked");
    findings
}

#[test]
fn valid_catalogs_pass_the_check() {
    on_each_engine(async |store| {
        let app = TestApp::with(store, catalog()).await;
        assert_eq!(findings(&store.database).await, Vec::<String>::new());
        app.at(LATER).data("{ changes { totalCount } }").await;
        app.import(demo()).await;
        assert_eq!(findings_at(&store.database, LATER).await, Vec::<String>::new());
    });
}

/// A statement that damages the database, and the expected problem.
const DAMAGES: [(&str, &str); 54] = [
    (
        "UPDATE item SET publication_date = 20209999 WHERE kind = 'video'",
        "video_vdhww2: its publicationDate is not a date",
    ),
    ("UPDATE contribution SET role = 'BOGUS' WHERE role = 'AUTHOR'", "contribution: unknown role \"BOGUS\" in 1 rows"),
    (
        "UPDATE contribution SET role = 'HOST' WHERE role = 'AUTHOR'",
        "book_bkkqa2: it has a contribution in the role HOST, which its kind does not allow",
    ),
    (
        "UPDATE contribution SET role = 'INSTRUCTOR' WHERE role = 'AUTHOR'",
        "book_bkkqa2: contribution.item_id refers to it, but items of its kind cannot have such rows",
    ),
    (
        "UPDATE prerequisite SET prerequisite_id = (SELECT id FROM item WHERE kind = 'book')",
        "book_bkkqa2: prerequisite.prerequisite_id refers to it, but items of its kind cannot have such rows",
    ),
    (
        "INSERT INTO item_alias (item_id, position, name, name_folded) SELECT id, 1, 'x', 'x' FROM item WHERE kind = 'book'",
        "book_bkkqa2: item_alias.item_id refers to it, but items of its kind cannot have such rows",
    ),
    (
        "INSERT INTO item_text (item_id, article) SELECT id, 'x' FROM item WHERE code = 'tpcsq2'",
        "topic_tpcsq2: item_text.item_id refers to it, but items of its kind cannot have such rows",
    ),
    (
        "INSERT INTO slug_redirect (kind, slug, item_id, retired_at) SELECT 'career', 'x', id, 0 FROM item WHERE kind = 'book'",
        "book_bkkqa2: the slug \"x\" of another kind leads to it",
    ),
    (
        "INSERT INTO code_redirect (kind, code, item_id, retired_at) SELECT 'career', 'week24', id, 0 FROM item WHERE kind = 'book'",
        "book_bkkqa2: the code \"week24\" of another kind leads to it",
    ),
    (
        "UPDATE change_event SET kind = 'reading_list_entry' WHERE code = 'bkkqa2'",
        "change_event: unknown kind \"reading_list_entry\" in 1 rows",
    ),
    (
        "UPDATE item SET kind = 'course' WHERE kind = 'book'",
        "course_bkkqa2: the low byte of its row id is not 194, the tag of a course",
    ),
    (
        "UPDATE item SET page_count = 7 WHERE code = 'crsfs2'",
        "course_crsfs2: it has a value in page_count, a column of other kinds",
    ),
    ("UPDATE item SET kind = 'game' WHERE kind = 'book'", "item: unknown kind \"game\" in 1 rows"),
    ("UPDATE change_event SET kind = 'game' WHERE code = 'bkkqa2'", "change_event: unknown kind \"game\" in 1 rows"),
    (
        "UPDATE reading_list_entry SET position = 5 WHERE position = 2",
        "reading_list_rdste2: its entries are not at consecutive positions from 1: 2 have positions from 1 to 5",
    ),
    (
        "UPDATE contribution SET position = 2 WHERE role = 'AUTHOR'",
        "book_bkkqa2: its contributors are not at consecutive positions from 1: 1 have positions from 2 to 2",
    ),
    (
        "UPDATE prerequisite SET position = 3",
        "course_crsse2: its prerequisites are not at consecutive positions from 1: 1 have positions from 3 to 3",
    ),
    (
        "UPDATE item_topic SET position = 2 WHERE item_id IN (SELECT id FROM item WHERE kind = 'career')",
        "career_cardw2: its topics are not at consecutive positions from 1: 1 have positions from 2 to 2",
    ),
    (
        "UPDATE item_topic SET position = 2 WHERE item_id IN (SELECT id FROM item WHERE kind = 'book')",
        "book_bkkqa2: its topics are not at consecutive positions from 1: 1 have positions from 2 to 2",
    ),
    (
        "UPDATE item_alias SET position = 2",
        "topic_tpcdb2: its aliases are not at consecutive positions from 1: 1 have positions from 2 to 2",
    ),
    (
        "DELETE FROM reading_list WHERE owner_id IN (SELECT id FROM item WHERE code = 'tpcsq2')",
        "topic_tpcsq2: it has no reading list",
    ),
    (
        "DELETE FROM reading_list WHERE owner_id IN (SELECT id FROM item WHERE code = 'crsfs2')",
        "course_crsfs2: it has no reading list",
    ),
    (
        "UPDATE reading_list SET visible_from = NULL WHERE code = 'rdste2'",
        "reading_list_rdste2: its visibility differs from that of its owner, career_cardw2",
    ),
    (
        "UPDATE person SET code = 'prsal0' WHERE code = 'prsad2'",
        "person_prsal0: its code contains an invalid character",
    ),
    (
        "INSERT INTO slug_redirect (kind, slug, item_id, retired_at) SELECT 'topic', 'stores', id, 0 FROM item WHERE code = 'tpcsq2'",
        "topic_tpcdb2: its slug \"stores\" is also stored as a former slug",
    ),
    (
        "UPDATE item SET slug = 'tpcdb2' WHERE code = 'tpcsq2'",
        "topic_tpcsq2: its slug \"tpcdb2\" is the code of a topic",
    ),
    ("UPDATE slug_redirect SET slug = 'tpcdb2'", "topic_tpcsq2: its slug \"tpcdb2\" is the code of a topic"),
    (
        "INSERT INTO prerequisite (item_id, prerequisite_id, position) SELECT a.id, b.id, 1 FROM item AS a, item AS b WHERE a.code = 'crsfs2' AND b.code = 'crsse2'",
        "course_crsfs2: prerequisite cycle: course_crsfs2 → course_crsse2",
    ),
    (
        "UPDATE item SET parent_id = (SELECT id FROM item WHERE code = 'tpcsq2') WHERE code = 'tpcdb2'",
        "topic_tpcdb2: parent cycle: topic_tpcdb2 → topic_tpcsq2",
    ),
    (
        "UPDATE item SET parent_id = (SELECT id FROM item WHERE code = 'tpcdb2') WHERE slug = 'level-1'",
        "topic_tpcv8x: it is more than 8 levels deep in the topic tree",
    ),
    (
        "UPDATE item SET title_folded = 'zzz' WHERE kind = 'book'",
        "book_bkkqa2: its title_folded does not match its title",
    ),
    ("UPDATE person SET name_folded = 'zzz'", "person_prsad2: its name_folded does not match its name"),
    (
        "UPDATE item SET title_sort_key = 'zzz' WHERE kind = 'book'",
        "book_bkkqa2: its sort key does not match its title",
    ),
    ("UPDATE person SET name_sort_key = 'zzz'", "person_prsad2: its sort key does not match its name"),
    (
        "UPDATE sort_key_state SET version = 0",
        "sort_key_state: the sort keys were computed by another version: the server rebuilds them at its next start",
    ),
    (
        "UPDATE sort_key_state SET language = 'de'",
        "sort_key_state: the sort keys are for titles in \"de\", not \"en\": the server rebuilds them at its next start with \
         catalog.language = \"en\"",
    ),
    (
        "UPDATE item SET isbn13 = '9780000000003' WHERE kind = 'book'",
        "book_bkkqa2: its ISBN has an invalid check digit",
    ),
    (
        "UPDATE item SET revision = 7 WHERE kind = 'book'",
        "book_bkkqa2: it is at revision 7, but the last stored revision is 1",
    ),
    (
        "DELETE FROM revision WHERE code = 'rdste2'",
        "reading_list_rdste2: it is at revision 1, but the last stored revision is none",
    ),
    ("DELETE FROM change_event WHERE code = 'bkkqa2'", "book_bkkqa2: the change feed has no row for its revision 1"),
    (
        "DELETE FROM change_event WHERE code = 'tpcgn2' AND revision = 1",
        "topic_tpcgn2: the change feed has no row for its revision 1",
    ),
    (
        "UPDATE revision SET state = '{\"format\":3}' WHERE code = 'prsad2'",
        "person_prsad2: the state of its revision 1 cannot be read",
    ),
    ("UPDATE person SET slug = 'ada--l'", "person_prsad2: its slug is invalid"),
    ("UPDATE item SET url = 'javascript:1' WHERE code = 'crsfs2'", "course_crsfs2: its URL is invalid"),
    ("UPDATE item SET image_url = 'x' WHERE kind = 'book'", "book_bkkqa2: its URL is invalid"),
    (
        "INSERT INTO code_redirect (kind, code, item_id, retired_at) SELECT 'book', code, id, 0 FROM item WHERE kind = 'book'",
        "book_bkkqa2: its code is also stored as the code of a merged book",
    ),
    (
        "INSERT INTO code_redirect (kind, code, retired_at) VALUES ('book', 'week22', 0); UPDATE item SET slug = 'week22' WHERE kind = 'book'",
        "book_bkkqa2: its slug \"week22\" is the code of a merged book",
    ),
    (
        "INSERT INTO code_redirect (kind, code, retired_at) VALUES ('book', 'week23', 0); INSERT INTO slug_redirect (kind, slug, item_id, retired_at) SELECT 'book', 'week23', id, 0 FROM item WHERE kind = 'book'",
        "book_bkkqa2: its slug \"week23\" is the code of a merged book",
    ),
    (
        "INSERT INTO isbn_redirect (isbn13, item_id, retired_at) SELECT isbn13, id, 0 FROM item WHERE kind = 'book'",
        "book_bkkqa2: its ISBN 9780000000002 is also stored as the ISBN of a merged book",
    ),
    (
        "DELETE FROM scheduled_publication",
        "topic_tpcsc2: it is scheduled, but its publication has no matching row in the table scheduled_publication",
    ),
    (
        "UPDATE scheduled_publication SET path = '/topic/tpcsc2/other'",
        "topic_tpcsc2: it is scheduled, but its publication has no matching row in the table scheduled_publication",
    ),
    (
        "UPDATE scheduled_publication SET revision = 9",
        "topic_tpcsc2: it is scheduled, but its publication has no matching row in the table scheduled_publication",
    ),
    (
        "UPDATE scheduled_publication SET due_at = due_at + 1",
        "topic_tpcsc2: the table scheduled_publication has a row for /topic/tpcsc2/later, which is not scheduled for that time",
    ),
    (
        "INSERT INTO scheduled_publication (kind, code, due_at, revision, path) VALUES ('book', 'bkkqa2', 1, 1, '/book/bkkqa2/week')",
        "book_bkkqa2: the table scheduled_publication has a row for /book/bkkqa2/week, which is not scheduled for that time",
    ),
];

#[test]
fn every_kind_of_damage_is_reported() {
    on_each_engine(async |store| {
        let database = &store.database;
        for (damage, expected) in DAMAGES {
            store.clear().await;
            let app = TestApp::with(store, catalog()).await;
            // A deleted record.
            app.import([json!({ "kind": "topic", "slug": "gone", "code": "tpcgn2", "title": "Gone" })]).await;
            let editor = app.signed_in(Role::Editor).await;
            let delete = "mutation { topicDelete(input: { id: \"topic_tpcgn2\" }) { userErrors { message } } }";
            assert_eq!(editor.data(delete).await["topicDelete"]["userErrors"], json!([]));
            let done = database.writer().execute_unprepared(damage).await;
            assert!(done.expect("it can be done").rows_affected() > 0, "{damage}");
            let found = findings(database).await;
            assert!(found.iter().any(|finding| finding == expected), "{damage}\nexpected {expected}\nfound {found:#?}");
        }
    });
}

#[test]
fn dangling_rows_are_reported() {
    on_each_engine(async |store| {
        TestApp::with(store, catalog()).await;
        // PostgreSQL enforces this itself.
        if store.database.engine() == Engine::Sqlite {
            let damage = "PRAGMA foreign_keys = OFF; DELETE FROM person; PRAGMA foreign_keys = ON";
            store.database.writer().execute_unprepared(damage).await.expect("it can be done");
            let found = findings(&store.database).await;
            assert_eq!(found[0], "contribution: 1 rows refer to missing rows of person");
        }
    });
}

#[test]
fn statement_count_is_independent_of_size() {
    on_each_engine(async |store| {
        let one_of_each =
            ["video", "podcast", "tutorial"].map(|kind| json!({ "kind": kind, "slug": kind, "title": kind }));
        TestApp::with(store, catalog()).await.import(one_of_each).await;
        let count = async || {
            let before = store.database.statements();
            findings(&store.database).await;
            store.database.statements() - before
        };
        let few = count().await;
        TestApp::new(store).import(demo()).await;
        assert_eq!(count().await, few);
    });
}
