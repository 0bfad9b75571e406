//! A catalog from before there was search, and one whose documents another version made.

use migration::MigratorTrait;
use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::service::search::keep_current;
use syllabus::service::sort_keys;

use crate::common::{NOW, moment, on_each_engine};
use crate::search::library::{books, library};

#[test]
fn what_was_there_before_search_is_found_after_the_next_start() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        let steps = migration::Migrator::migrations();
        let behind = steps.iter().rev().take_while(|step| !step.name().ends_with("_history")).count();
        store.database.migrate_down(u32::try_from(behind).expect("they are few")).await.expect("they go down");
        store.database.migrate_up().await.expect("they go up again");
        assert!(books(&app, "eloquent").await.is_empty());
        let made = keep_current(&store.database, moment(NOW)).await.expect("they can be made");
        assert!(made.is_some_and(|made| made > 15), "{made:?}");
        // It is made before a server takes its first request.
        let app = app.anonymous();
        assert_eq!(books(&app, "eloquent").await, ["Eloquent JavaScript"]);
        assert_eq!(books(&app, "elqouent").await, ["Eloquent JavaScript"]);
        assert_eq!(keep_current(&store.database, moment(NOW)).await.expect("it can be asked"), None);
    });
}

#[test]
fn documents_of_another_version_are_made_anew() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        for damage in ["UPDATE search_document SET title = ' x ', exact = '|x|'", "UPDATE search_state SET version = 0"]
        {
            store.database.writer().execute_unprepared(damage).await.expect("it can be done");
        }
        keep_current(&store.database, moment(NOW)).await.expect("they can be made");
        assert_eq!(books(&app, "eloquent javascript").await, ["Eloquent JavaScript"]);
        assert_eq!(books(&app, "\"eloquent javascript\"").await, ["Eloquent JavaScript"]);
    });
}

#[test]
fn folded_texts_of_another_version_are_computed_again() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        for damage in [
            "UPDATE item SET title_key = 'x'",
            "UPDATE person SET name_key = 'x'",
            "UPDATE item_alias SET name_key = 'x'",
            "UPDATE sort_key_state SET version = 1",
        ] {
            store.database.writer().execute_unprepared(damage).await.expect("it can be done");
        }
        sort_keys::keep_current(&store.database, None).await.expect("they can be computed");
        let text = "{ books(where: { title: { contains: \"javascript\" } }) { totalCount } \
                    topics(where: { alias: { startsWith: \"ecma\" } }) { totalCount } \
                    people(where: { name: { contains: \"bjarne\" } }) { totalCount } }";
        let data = app.ask(text).await.data();
        for list in ["books", "topics", "people"] {
            assert_eq!(data[list]["totalCount"], json!(1), "{list}");
        }
    });
}
