//! A catalog whose folded texts were computed by another version.

use sea_orm::ConnectionTrait;
use serde_json::json;
use syllabus::service::sort_keys;

use crate::common::on_each_engine;
use crate::search::fixture::library;

#[test]
fn folded_texts_of_other_versions_are_rebuilt() {
    on_each_engine(async |store| {
        let app = library(store).await.anonymous();
        for damage in [
            "UPDATE item SET title_folded = 'x'",
            "UPDATE person SET name_folded = 'x'",
            "UPDATE item_alias SET name_folded = 'x'",
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
