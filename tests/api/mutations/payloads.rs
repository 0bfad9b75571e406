//! Payloads that cannot be read after the commit.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use syllabus::db::Engine;

use crate::common::on_each_engine;
use crate::editor::{editor_app, send};

const EXECUTED: &str = "The mutation was executed, but its payload could not be read: ";

#[test]
fn errors_in_a_payload_say_that_the_mutation_was_executed() {
    on_each_engine(async |store| {
        let app = editor_app(store).await.previewing();
        for (title, field) in [
            ("A", "listedIn(first: 1000) { totalCount }"),
            ("B", "listedIn(after: \"x\") { totalCount }"),
            ("C", "revisions(first: -1) { totalCount }"),
        ] {
            let answer = send(&app, "bookCreate", json!({ "title": title }), &format!("book {{ id {field} }}")).await;
            let error = answer.error();
            let message = error["message"].as_str().unwrap_or_default();
            assert!(message.starts_with(EXECUTED), "{field}: {message}");
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{field}");
            assert_eq!(error["extensions"]["executed"], true, "{field}");
            assert_eq!(answer.body["data"]["bookCreate"], json!({ "book": null, "userErrors": [] }), "{field}");
            let count = format!("{{ books(where: {{ title: {{ eq: \"{title}\" }} }}) {{ totalCount }} }}");
            assert_eq!(app.data(&count).await["books"]["totalCount"], 1, "{field}");
        }
    });
}

#[test]
fn a_written_object_that_is_not_found_is_an_internal_error() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let trigger = match app.database.engine() {
            Engine::Sqlite => {
                "CREATE TRIGGER lose AFTER INSERT ON person BEGIN DELETE FROM person WHERE id = NEW.id; END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN DELETE FROM person WHERE id = NEW.id; RETURN NULL; END $$; \
                 CREATE TRIGGER lose AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION lose()"
            }
        };
        app.database.writer().execute_unprepared(trigger).await.expect("it can be created");
        let answer = send(&app, "personCreate", json!({ "name": "Grace Hopper" }), "person { id }").await;
        let error = answer.error();
        assert!(error["message"].as_str().unwrap_or_default().starts_with(EXECUTED), "{error}");
        assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
        assert_eq!(error["extensions"]["executed"], true);
        assert_eq!(answer.body["data"], Value::Null);
    });
}
