//! Mutations whose client disconnects, and mutations whose result disappears.

use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::db::Engine;
use syllabus::service::check::check;

use crate::common::{NOW, TestApp, moment, on_each_engine, polled};
use crate::editor::{accepted, editor_app, send};

/// The increment of polls from one mutation to the next: trying all counts would take minutes.
const STRIDE: usize = 7;

async fn create(app: &TestApp, title: &str) {
    accepted(&send(app, "topicCreate", json!({ "title": title }), "topic { id }").await, "topicCreate");
}

#[test]
fn disconnected_clients_leave_no_partial_write_and_no_lock() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for polls in (1..).step_by(STRIDE) {
            let title = format!("Given up after {polls}");
            let mutation = format!("mutation {{ topicCreate(input: {{ title: \"{title}\" }}) {{ topic {{ id }} }} }}");
            let is_done = polled(app.ask_here(&mutation), polls).await.is_some();
            create(&app, &format!("Next after {polls}")).await;
            let other = store.second_handle().await;
            let mut findings = Vec::new();
            check(&other, moment(NOW), "en", |finding| findings.push(finding.to_string()))
                .await
                .expect("it can be read");
            assert_eq!(findings, Vec::<String>::new(), "after {polls} polls");
            if is_done {
                return;
            }
        }
    });
}

#[test]
fn missing_mutation_results_are_internal_errors() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let lose = match store.database.engine() {
            Engine::Sqlite => "CREATE TRIGGER lose AFTER INSERT ON item BEGIN DELETE FROM item WHERE id = NEW.id; END",
            Engine::Postgres => {
                "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN DELETE FROM item WHERE id = NEW.id; RETURN NULL; END'; \
                 CREATE TRIGGER lose AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION lose()"
            }
        };
        store.database.writer().execute_unprepared(lose).await.expect("it can be made");
        let answer = send(&app, "topicCreate", json!({ "title": "Gone" }), "topic { id }").await;
        assert_eq!(answer.error()["extensions"]["code"], "INTERNAL_SERVER_ERROR", "{:#}", answer.body);
    });
}
