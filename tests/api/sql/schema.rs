//! The schema of the database: its steps go up, down and up again, and it has the columns that the entities name.

use std::collections::BTreeSet;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Iden, Iterable};
use syllabus::db::{Database, Engine, SchemaState, Sql};

use crate::common::on_each_engine;

/// The columns of every table that there is, but those of the migrator and of the engine itself. What indexes words is the
/// engine's: a virtual table with tables of its own on SQLite, a column on PostgreSQL.
async fn columns(database: &Database) -> BTreeSet<String> {
    let sql = match database.engine() {
        Engine::Sqlite => {
            "SELECT sqlite_schema.name || '.' || pragma_table_info.name FROM sqlite_schema, pragma_table_info(sqlite_schema.name) \
             WHERE sqlite_schema.type = 'table' AND sqlite_schema.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT table_name::text || '.' || column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema()"
        }
    };
    let rows = database.rows(Sql::new(database.engine(), sql)).await.expect("it can be asked");
    let columns = rows.iter().map(|row| row.columns().take::<String>().expect("it is a text"));
    let ours = |column: &String| {
        !column.starts_with("seaql_migrations.")
            && !column.starts_with("search_index")
            && !column.starts_with("search_vocabulary.")
            && column != "search_document.words"
    };
    columns.filter(ours).collect()
}

#[test]
fn the_steps_go_up_down_and_up_again() {
    on_each_engine(async |store| {
        let database = &store.database;
        let all = Migrator::migrations().len();
        let before = columns(database).await;
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::Current);

        database.migrate_down(u32::try_from(all).expect("they are few")).await.expect("they can be taken back");
        assert_eq!(columns(database).await, BTreeSet::new(), "something is left behind");
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::Behind(all));

        database.migrate_up().await.expect("they can be run again");
        assert_eq!(columns(database).await, before);
        assert_eq!(database.schema_state().await.expect("it can be asked"), SchemaState::Current);
    });
}

#[test]
fn each_step_can_be_taken_back_alone() {
    on_each_engine(async |store| {
        for _ in Migrator::migrations() {
            store.database.migrate_down(1).await.expect("it can be taken back");
        }
        assert_eq!(columns(&store.database).await, BTreeSet::new());
    });
}

fn named_by<E: EntityTrait>(_: E) -> Vec<String> {
    let table = E::default().table_name().to_owned();
    E::Column::iter().map(|column| format!("{table}.{}", column.unquoted())).collect()
}

#[test]
fn the_tables_have_the_columns_that_the_entities_name() {
    let named: BTreeSet<String> = [
        named_by(entity::api_token::Entity),
        named_by(entity::book::Entity),
        named_by(entity::book_topic::Entity),
        named_by(entity::career::Entity),
        named_by(entity::career_topic::Entity),
        named_by(entity::change::Entity),
        named_by(entity::contribution::Entity),
        named_by(entity::course::Entity),
        named_by(entity::course_instructor::Entity),
        named_by(entity::course_prerequisite::Entity),
        named_by(entity::course_topic::Entity),
        named_by(entity::feed_horizon::Entity),
        named_by(entity::import_key::Entity),
        named_by(entity::organization::Entity),
        named_by(entity::person::Entity),
        named_by(entity::reading_list::Entity),
        named_by(entity::reading_list_entry::Entity),
        named_by(entity::related_career::Entity),
        named_by(entity::related_topic::Entity),
        named_by(entity::retired_code::Entity),
        named_by(entity::retired_isbn::Entity),
        named_by(entity::retired_slug::Entity),
        named_by(entity::revision::Entity),
        named_by(entity::scheduled::Entity),
        named_by(entity::search_completion::Entity),
        named_by(entity::search_document::Entity),
        named_by(entity::search_state::Entity),
        named_by(entity::search_trigram::Entity),
        named_by(entity::search_word::Entity),
        named_by(entity::sort_key_state::Entity),
        named_by(entity::syllabus_section::Entity),
        named_by(entity::topic::Entity),
        named_by(entity::topic_alias::Entity),
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

/// The history takes no word that the program would not know when it reads it. The rows that were there stay, under the
/// ids that they had, and the next one comes behind the greatest that there ever was.
#[test]
fn the_history_holds_its_kinds_and_actions() {
    const REVISION: &str = "INSERT INTO revision (kind, code, revision, at, actor, action, state) VALUES";
    const CHANGE: &str = "INSERT INTO change (at, kind, code, action, revision, shown) VALUES";
    on_each_engine(async |store| {
        let database = &store.database;
        let run = async |sql: &str| database.writer().execute_unprepared(sql).await;
        for wrong in [
            format!("{REVISION} ('boook', 'aaaaaa', 1, 0, 'test', 'CREATED', '{{}}')"),
            format!("{REVISION} ('book', 'aaaaaa', 1, 0, 'test', 'MADE', '{{}}')"),
            format!("{CHANGE} (0, 'reading_list_entry', 'aaaaaa', 'CREATED', 1, TRUE)"),
            format!("{CHANGE} (0, 'book', 'aaaaaa', 'created', 1, TRUE)"),
        ] {
            assert!(run(&wrong).await.is_err(), "{wrong}");
        }
        let steps = Migrator::migrations();
        let later = steps.iter().rev().take_while(|step| !step.name().ends_with("_history_checks")).count();
        database.migrate_down(u32::try_from(later + 1).expect("they are few")).await.expect("they can be taken back");
        for right in [
            format!("{REVISION} ('book', 'aaaaaa', 1, 0, 'test', 'CREATED', '{{}}')"),
            format!("{CHANGE} (0, 'book', 'aaaaaa', 'CREATED', 1, TRUE), (0, 'book', 'aaaaaa', 'UPDATED', 2, TRUE)"),
            "DELETE FROM change WHERE revision = 2".to_owned(),
        ] {
            run(&right).await.expect("it is taken");
        }
        let rows = "SELECT CAST(id AS BIGINT), action FROM change ORDER BY id";
        let changes = async || {
            let rows = database.rows(Sql::new(database.engine(), rows)).await.expect("it can be asked");
            let read = |row: &syllabus::db::Row| {
                let mut columns = row.columns();
                (columns.take::<i64>().expect("an id"), columns.take::<String>().expect("an action"))
            };
            rows.iter().map(read).collect::<Vec<_>>()
        };
        let before = changes().await;
        database.migrate_up().await.expect("it can be run again");
        assert_eq!(changes().await, before);
        run(&format!("{CHANGE} (0, 'book', 'aaaaaa', 'UPDATED', 3, TRUE)")).await.expect("it is taken");
        assert!(changes().await.last().is_some_and(|(id, _)| *id > before[0].0 + 1), "an id was given out twice");
    });
}
