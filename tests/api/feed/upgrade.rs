//! A database from before the feed told of what becomes due.

use migration::MigratorTrait;
use serde_json::json;

use crate::common::{TestApp, on_each_engine};
use crate::feed::reading::{end, told};

#[test]
fn what_was_scheduled_before_an_upgrade_is_told_after_it() {
    on_each_engine(async |store| {
        let topic = |slug: &str, at: &str| json!({ "kind": "topic", "slug": slug, "name": "T", "code": format!("tpc{slug}"), "publishedAt": at });
        let app = TestApp::with(
            store,
            [
                topic("pst", "2020-01-01T00:00:00Z"),
                topic("fst", "2026-02-01T00:00:00Z"),
                topic("snd", "2026-03-01T00:00:00Z"),
            ],
        )
        .await;
        let start = end(&app).await;
        let steps = migration::Migrator::migrations();
        let behind = steps.iter().rev().take_while(|step| !step.name().ends_with("_api_tokens")).count();
        store.database.migrate_down(u32::try_from(behind).expect("they are few")).await.expect("they go down");
        store.database.migrate_up().await.expect("they go up again");
        let at = |time: &str| app.at(time);
        assert_eq!(told(&app, &start).await, []);
        let published = |path: &str, at: &str| ("PUBLISHED".to_owned(), path.to_owned(), at.to_owned());
        let first = published("/topic/tpcfst/fst", "2026-02-01T00:00:00Z");
        assert_eq!(told(&at("2026-02-15T00:00:00Z"), &start).await, std::slice::from_ref(&first));
        let second = published("/topic/tpcsnd/snd", "2026-03-01T00:00:00Z");
        assert_eq!(told(&at("2026-03-15T00:00:00Z"), &start).await, [first, second]);
    });
}
