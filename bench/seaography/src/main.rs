//! The catalog's tables served by Seaography, to be measured beside Syllabus: `DATABASE_URL=… LISTEN=127.0.0.1:5706 syllabus-bench-seaography`.

mod tables;

use std::sync::LazyLock;

use axum::routing::post;
use axum::{Json, Router};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use seaography::async_graphql::dynamic::Schema;
use seaography::async_graphql::{Request, Response};
use seaography::{Builder, BuilderContext};
use tables::{book, career, contribution, course, organization, person, reading_list, reading_list_entry};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static CONTEXT: LazyLock<BuilderContext> = LazyLock::new(BuilderContext::default);

fn schema(database: DatabaseConnection) -> Schema {
    let mut builder = Builder::new(&CONTEXT, database.clone());
    seaography::register_entities!(
        builder,
        [book, career, contribution, course, organization, person, reading_list, reading_list_entry]
    );
    builder.schema_builder().data(database).finish().expect("the tables make a schema")
}

#[tokio::main]
async fn main() {
    let setting = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set"));
    let mut options = ConnectOptions::new(setting("DATABASE_URL"));
    options.max_connections(16).sqlx_logging(false);
    let schema = schema(Database::connect(options).await.expect("the database is there"));
    let answer = move |Json(request): Json<Request>| {
        let schema = schema.clone();
        async move { Json::<Response>(schema.execute(request).await) }
    };
    let listener = TcpListener::bind(setting("LISTEN")).await.expect("the address is free");
    axum::serve(listener, Router::new().route("/graphql", post(answer))).await.expect("it serves");
}
