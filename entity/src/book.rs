//! Books.

use sea_orm::entity::prelude::*;

use crate::choice::{Level, Status};
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "book")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub code: String,
    pub slug: String,
    pub external_id: Option<String>,
    pub title: String,
    pub title_key: String,
    pub title_sort_key: String,
    pub summary: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub visible_from: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub description: Option<String>,
    pub level: Option<Level>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub time_required: Option<i64>,
    pub subtitle: Option<String>,
    pub publisher_id: Option<i64>,
    pub publication_year: Option<i32>,
    pub edition: Option<String>,
    pub isbn13: Option<String>,
    pub page_count: Option<i32>,
    pub cover_url: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
