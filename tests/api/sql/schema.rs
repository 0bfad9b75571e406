//! The schema of the database: migrations run up, down and up again, and the columns are those of the entities.

use std::collections::BTreeSet;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Iden, Iterable};
use syllabus::db::{Database, Engine, SchemaState, Sql};

use crate::common::{TestApp, demo, on_each_engine};

/// Returns the columns of every table, except tables of the migrator and of the engine.
async fn columns(database: &Database) -> BTreeSet<String> {
    let sql = match database.engine() {
        Engine::Sqlite => {
            "SELECT sqlite_schema.name || '.' || pragma_table_info.name FROM sqlite_schema, pragma_table_info(sqlite_schema.name) \
             WHERE sqlite_schema.type = 'table' AND sqlite_schema.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT table_name::text || '.' || column_name::text FROM information_schema.columns \
             JOIN information_schema.tables USING (table_schema, table_name) \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        }
    };
    let rows = database.rows(Sql::new(database.engine(), sql)).await.expect("it can be asked");
    let columns = rows.iter().map(|row| row.columns().read_next::<String>().expect("it is a text"));
    let ours = |column: &String| !column.starts_with("seaql_migrations.");
    columns.filter(ours).collect()
}

#[test]
fn migrations_run_up_down_and_up() {
    on_each_engine(async |store| {
        let database = &store.database;
        let all = Migrator::migrations().len();
        let before = columns(database).await;
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::Current);

        database.migrate_down(u32::try_from(all).expect("they are few")).await.expect("they can be rolled back");
        assert_eq!(columns(database).await, BTreeSet::new(), "something is left behind");
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::PendingMigrations(all));

        database.migrate_up().await.expect("they can be run again");
        assert_eq!(columns(database).await, before);
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::Current);
    });
}

#[test]
fn each_migration_can_be_rolled_back() {
    on_each_engine(async |store| {
        for _ in Migrator::migrations() {
            store.database.migrate_down(1).await.expect("it can be rolled back");
        }
        assert_eq!(columns(&store.database).await, BTreeSet::new());
    });
}

fn named_by<E: EntityTrait>(_: E) -> Vec<String> {
    let table = E::default().table_name().to_owned();
    E::Column::iter().map(|column| format!("{table}.{}", column.unquoted())).collect()
}

#[test]
fn tables_match_the_entities() {
    let named: BTreeSet<String> = [
        named_by(entity::api_token::Entity),
        named_by(entity::change_event::Entity),
        named_by(entity::contribution::Entity),
        named_by(entity::code_redirect::Entity),
        named_by(entity::isbn_redirect::Entity),
        named_by(entity::item::Entity),
        named_by(entity::item_alias::Entity),
        named_by(entity::item_same_as::Entity),
        named_by(entity::item_text::Entity),
        named_by(entity::item_topic::Entity),
        named_by(entity::prerequisite::Entity),
        named_by(entity::related_item::Entity),
        named_by(entity::slug_redirect::Entity),
        named_by(entity::change_feed_watermark::Entity),
        named_by(entity::edge_purger::Entity),
        named_by(entity::import_key::Entity),
        named_by(entity::organization::Entity),
        named_by(entity::person::Entity),
        named_by(entity::reading_list::Entity),
        named_by(entity::reading_list_entry::Entity),
        named_by(entity::revision::Entity),
        named_by(entity::scheduled_publication::Entity),
        named_by(entity::schema_compatibility::Entity),
        named_by(entity::search_change::Entity),
        named_by(entity::sort_key_state::Entity),
        named_by(entity::syllabus_section::Entity),
        named_by(entity::write_probe::Entity),
    ]
    .concat()
    .into_iter()
    .collect();
    on_each_engine(async |store| {
        let there = columns(&store.database).await;
        assert_eq!(there.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new(), "columns without an entity");
        assert_eq!(named.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "columns that are missing");
    });
}

/// References to certain kinds are checked by the kind in the id of an item.
#[test]
fn the_database_rejects_references_to_other_kinds() {
    on_each_engine(async |store| {
        TestApp::with(store, demo()).await;
        let writer = store.database.writer();
        for (table, columns, owner, target) in [
            ("item_topic", "item_id, position, topic_id", "book", "course"),
            ("prerequisite", "item_id, position, prerequisite_id", "course", "topic"),
            ("prerequisite", "item_id, position, prerequisite_id", "career", "course"),
            ("related_item", "item_id, position, related_id", "career", "topic"),
        ] {
            let insert = format!(
                "INSERT INTO {table} ({columns}) SELECT (SELECT MIN(id) FROM item WHERE kind = '{owner}'), 99, MIN(id) \
                 FROM item WHERE kind = '{target}'"
            );
            let refused = writer.execute_unprepared(&insert).await.expect_err(&insert).to_string();
            assert!(refused.to_lowercase().contains("check"), "{refused}");
        }
        for (update, from) in [
            ("UPDATE reading_list_entry SET item_id = (SELECT MIN(id) FROM item WHERE kind = 'topic')", "topic"),
            ("UPDATE reading_list SET owner_id = (SELECT MIN(id) FROM item WHERE kind = 'book')", "book"),
            ("UPDATE item SET parent_id = (SELECT MIN(id) FROM item WHERE kind = 'book') WHERE kind = 'topic'", "book"),
        ] {
            let refused = writer.execute_unprepared(update).await.expect_err(from).to_string();
            assert!(refused.to_lowercase().contains("check"), "{refused}");
        }
    });
}

/// A new kind needs no table rebuild: SQLite cannot alter a check, and a rebuild would fire cascades.
#[test]
fn new_kinds_need_no_table_changes() {
    on_each_engine(async |store| {
        TestApp::with(store, demo()).await;
        let writer = store.database.writer();
        for statement in [
            // Kind 9, with the bit of what reading lists may recommend.
            "INSERT INTO item (id, kind, code, slug, title, title_folded, title_sort_key, status, revision, created_at, updated_at) \
             VALUES (1000009, 'game', 'gamegg', 'a-game', 'A Game', 'a game', 'game', 'DRAFT', 1, 0, 0)",
            "INSERT INTO slug_redirect (kind, slug, item_id, retired_at) VALUES ('game', 'the-game', 1000009, 0)",
            "INSERT INTO item_topic (item_id, position, topic_id) SELECT 1000009, 1, MIN(id) FROM item WHERE kind = 'topic'",
            "INSERT INTO contribution (item_id, position, person_id, role) SELECT 1000009, 1, MIN(id), 'DESIGNER' FROM person",
            "INSERT INTO reading_list_entry (code, list_id, position, item_id, added_at) SELECT 'gameee', MIN(id), 999, 1000009, 0 FROM reading_list",
            "INSERT INTO revision (kind, code, revision, created_at, actor, action, state) VALUES ('game', 'gamegg', 1, 0, 'test', 'CREATED', '{}')",
            "INSERT INTO change_event (occurred_at, kind, code, action, revision, was_visible) VALUES (0, 'game', 'gamegg', 'CREATED', 1, FALSE)",
            "CREATE INDEX game_title_sort_key ON item (title_sort_key, id) WHERE kind = 'game'",
        ] {
            writer.execute_unprepared(statement).await.expect(statement);
        }
    });
}

#[test]
fn history_rejects_unknown_actions() {
    on_each_engine(async |store| {
        for wrong in [
            "INSERT INTO revision (kind, code, revision, created_at, actor, action, state) VALUES ('book', 'aaaaaa', 1, 0, 'test', 'MADE', '{}')",
            "INSERT INTO change_event (occurred_at, kind, code, action, revision, was_visible) VALUES (0, 'book', 'aaaaaa', 'created', 1, TRUE)",
        ] {
            assert!(store.database.writer().execute_unprepared(wrong).await.is_err(), "{wrong}");
        }
    });
}
