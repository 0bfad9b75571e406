//! User errors of mutations. Nothing is written.

use serde_json::json;
use syllabus::auth::Role;

use crate::common::on_each_engine;
use crate::editor::{accepted, editor_app, send, user_errors};

fn violations(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, path)| ((*code).to_owned(), (*path).to_owned())).collect()
}

#[test]
fn all_violations_of_an_input_are_reported() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({
            "title": " ", "slug": "No Slug", "isbn13": "9780134190441", "publicationYear": 3000, "pageCount": 0,
            "contributors": [{ "personId": "person_222222" }, { "personId": "topic_tpcsq2" }, { "personId": "?" }],
            "publisherId": "organization_222222", "edition": "x".repeat(101), "language": "nonsense!",
        });
        let answer = send(&app, "bookCreate", input, "book { id }").await;
        let mut found = user_errors(&answer, "bookCreate");
        found.sort();
        let mut expected = violations(&[
            ("REQUIRED", "input.title"),
            ("INVALID", "input.slug"),
            ("INVALID", "input.isbn13"),
            ("INVALID", "input.language"),
            ("INVALID", "input.publicationYear"),
            ("INVALID", "input.pageCount"),
            ("NOT_FOUND", "input.contributors.0.personId"),
            ("WRONG_TYPE", "input.contributors.1.personId"),
            ("INVALID", "input.contributors.2.personId"),
            ("NOT_FOUND", "input.publisherId"),
            ("TOO_LONG", "input.edition"),
        ]);
        expected.sort();
        assert_eq!(found, expected, "{:#}", answer.body);
        assert_eq!(app.data("{ catalog { bookCount } }").await["catalog"]["bookCount"], 1);
    });
}

#[test]
fn invisible_names_are_missing() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let invisible = "\u{200e} \u{feff}\u{200b}";
        for (mutation, input, selection, path) in [
            ("bookCreate", json!({ "title": invisible }), "book { id }", "input.title"),
            ("bookUpdate", json!({ "id": "book_bkkqa2", "title": invisible }), "book { id }", "input.title"),
            ("personCreate", json!({ "name": invisible }), "person { id }", "input.name"),
            ("topicUpdate", json!({ "id": "topic_tpcsq2", "aliases": [invisible] }), "topic { id }", "input.aliases.0"),
            (
                "courseUpdate",
                json!({ "id": "course_crsfs2", "syllabus": [{ "title": invisible }] }),
                "course { id }",
                "input.syllabus.0.title",
            ),
        ] {
            let answer = send(&app, mutation, input, selection).await;
            assert_eq!(user_errors(&answer, mutation), violations(&[("REQUIRED", path)]), "{mutation}");
        }
        let music = json!({ "title": "A", "isbn13": "979-0-2600-0043-8" });
        let answer = send(&app, "bookCreate", music, "book { id }").await;
        assert_eq!(user_errors(&answer, "bookCreate"), violations(&[("INVALID", "input.isbn13")]));
        let note = json!({ "id": "reading_list_entry_entry2", "note": invisible });
        let answer = send(&app, "readingListEntryUpdate", note, "entry { note }").await;
        assert_eq!(answer.data()["readingListEntryUpdate"]["entry"]["note"], json!(null));
    });
}

#[test]
fn occupation_codes_are_validated() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let code = |code: &str| json!({ "id": "career_cardw2", "occupationCode": code });
        for wrong in ["developer", "15/1252", "1234567890-1234567890"] {
            let answer = send(&app, "careerUpdate", code(wrong), "career { id }").await;
            assert_eq!(
                user_errors(&answer, "careerUpdate"),
                violations(&[("INVALID", "input.occupationCode")]),
                "{wrong}"
            );
        }
        for right in ["15-1252.00", "2512", "12345678901234567890"] {
            let answer = send(&app, "careerUpdate", code(right), "career { occupationCode }").await;
            assert_eq!(accepted(&answer, "careerUpdate")["career"]["occupationCode"], right);
        }
    });
}

#[test]
fn taken_keys_are_rejected() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "title": "Another", "slug": "sql-in-a-week", "isbn13": "9780134190440" });
        let answer = send(&app, "bookCreate", input, "book { id }").await;
        assert_eq!(
            user_errors(&answer, "bookCreate"),
            violations(&[("TAKEN", "input.slug"), ("TAKEN", "input.isbn13")])
        );
        let renamed = json!({ "id": "book_bkkqa2", "slug": "sql-in-two-weeks" });
        send(&app, "bookUpdate", renamed, "book { id }").await.data();
        let retired = send(&app, "bookCreate", json!({ "title": "A", "slug": "sql-in-a-week" }), "book { id }").await;
        assert_eq!(user_errors(&retired, "bookCreate"), violations(&[("TAKEN", "input.slug")]));
        let code = send(&app, "bookCreate", json!({ "title": "A", "slug": "bkkqa2" }), "book { id }").await;
        assert_eq!(user_errors(&code, "bookCreate"), violations(&[("TAKEN", "input.slug")]));
    });
}

#[test]
fn violations_are_reported_with_stale_revisions_and_unknown_ids() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let mut input =
            json!({ "id": "book_bkkqa2", "expectedRevision": 7, "pageCount": 0, "topicIds": ["topic_222222"] });
        let answer = send(&app, "bookUpdate", input.clone(), "book { id }").await;
        let expected = [
            ("STALE_REVISION", "input.expectedRevision"),
            ("NOT_FOUND", "input.topicIds.0"),
            ("INVALID", "input.pageCount"),
        ];
        assert_eq!(user_errors(&answer, "bookUpdate"), violations(&expected));
        input["id"] = json!("book_222222");
        let answer = send(&app, "bookUpdate", input, "book { id }").await;
        let expected = [("NOT_FOUND", "input.id"), ("NOT_FOUND", "input.topicIds.0")];
        assert_eq!(user_errors(&answer, "bookUpdate"), violations(&expected));
        let input = json!({ "id": "book_222222", "publishAt": "tomorrow" });
        let answer = send(&app, "catalogItemPublish", input, "item { id }").await;
        let expected = [("NOT_FOUND", "input.id"), ("INVALID", "input.publishAt")];
        assert_eq!(user_errors(&answer, "catalogItemPublish"), violations(&expected));
    });
}

#[test]
fn duplicates_are_reported_at_their_index() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let mut input = json!({ "id": "book_bkkqa2", "topicIds": ["topic_tpcdb2", "topic_tpcdb2", "topic_tpcsq2", "topic_tpcdb2"] });
        let answer = send(&app, "bookUpdate", input.clone(), "book { id }").await;
        let expected = [("INVALID", "input.topicIds.1"), ("INVALID", "input.topicIds.3")];
        assert_eq!(user_errors(&answer, "bookUpdate"), violations(&expected));
        input["topicIds"] = json!(["topic_222222", "topic_tpcdb2", "topic_tpcdb2"]);
        let answer = send(&app, "bookUpdate", input, "book { id }").await;
        assert_eq!(
            user_errors(&answer, "bookUpdate"),
            violations(&[("NOT_FOUND", "input.topicIds.0")]),
            "no place that is off"
        );
    });
}

#[test]
fn amount_and_currency_are_reported_together() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "title": "A", "price": { "amount": "-1", "currency": "ZZZ" } });
        let answer = send(&app, "courseCreate", input, "course { id }").await;
        let expected = [("INVALID", "input.price.currency"), ("INVALID", "input.price.amount")];
        assert_eq!(user_errors(&answer, "courseCreate"), violations(&expected));
    });
}

#[test]
fn cycles_are_reported() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "id": "course_crsfs2", "prerequisiteIds": ["course_crsse2"] });
        let answer = send(&app, "courseUpdate", input, "course { id }").await;
        assert_eq!(user_errors(&answer, "courseUpdate"), violations(&[("CYCLE", "input.prerequisiteIds.0")]));
        let message = answer.body["data"]["courseUpdate"]["userErrors"][0]["message"].clone();
        let expected = "prerequisiteIds.0 creates a prerequisite cycle: first-steps → second-steps → first-steps";
        assert_eq!(message, expected);
        let input = json!({ "id": "course_crsfs2", "prerequisiteIds": ["course_crsfs2", "course_crsse2"] });
        let answer = send(&app, "courseUpdate", input, "course { id }").await;
        let expected = [("CYCLE", "input.prerequisiteIds.0"), ("CYCLE", "input.prerequisiteIds.1")];
        assert_eq!(user_errors(&answer, "courseUpdate"), violations(&expected), "each that closes one");
        let input = json!({ "id": "topic_tpcdb2", "parentId": "topic_tpcsq2" });
        let answer = send(&app, "topicUpdate", input, "topic { id }").await;
        assert_eq!(user_errors(&answer, "topicUpdate"), violations(&[("CYCLE", "input.parentId")]));
    });
}

#[test]
fn topic_tree_has_eight_levels() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let mut parent = json!("topic_tpcsq2");
        for level in 3..=8 {
            let input = json!({ "title": format!("Level {level}"), "parentId": parent });
            let answer = send(&app, "topicCreate", input, "topic { id }").await;
            parent = answer.data()["topicCreate"]["topic"]["id"].clone();
        }
        let answer = send(&app, "topicCreate", json!({ "title": "Level 9", "parentId": parent }), "topic { id }").await;
        assert_eq!(user_errors(&answer, "topicCreate"), violations(&[("TOO_MANY", "input.parentId")]));
        let deeper = json!({ "id": "topic_tpcdb2", "parentId": null });
        assert_eq!(
            user_errors(&send(&app, "topicUpdate", deeper, "topic { id }").await, "topicUpdate"),
            violations(&[])
        );
    });
}

#[test]
fn stale_revisions_report_the_current_revision() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({ "id": "book_bkkqa2", "expectedRevision": 7, "title": "Lost" });
        let answer = send(&app, "bookUpdate", input, "book { id }").await;
        let error = answer.data()["bookUpdate"]["userErrors"][0].clone();
        assert_eq!(error["__typename"], "StaleRevisionError");
        assert_eq!(error["code"], "STALE_REVISION");
        assert_eq!((&error["currentRevision"], &error["current"]["revision"]), (&json!(1), &json!(1)));
        assert_eq!(error["current"]["id"], "book_bkkqa2");
    });
}

#[test]
fn ids_must_match_an_object_of_the_right_kind() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (id, code) in [("?", "INVALID"), ("course_crsfs2", "WRONG_TYPE"), ("book_222222", "NOT_FOUND")] {
            for mutation in ["bookUpdate", "bookDelete"] {
                let answer = send(&app, mutation, json!({ "id": id }), "userErrors { code }").await;
                assert_eq!(user_errors(&answer, mutation), violations(&[(code, "input.id")]), "{id}");
            }
        }
    });
}

#[test]
fn writes_require_an_editor() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let reader = app.signed_in(Role::Reader).await;
        let error = send(&reader, "bookCreate", json!({ "title": "A" }), "book { id }").await.error();
        assert_eq!(error["extensions"]["code"], "FORBIDDEN");
        let anyone = app.at(crate::common::NOW);
        let error = send(&anyone, "bookCreate", json!({ "title": "A" }), "book { id }").await.error();
        assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
    });
}
