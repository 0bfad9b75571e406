//! The items of the catalog: careers, topics and learning resources. Columns that a kind does not have are null.

use sea_orm::entity::prelude::*;

use crate::enums::{Level, Status};
use crate::timestamp::Timestamp;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "item")]
pub struct Model {
    /// The number of the item, with the [tag](crate::kind::NodeKind::tag) of its kind in the low byte.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub kind: String,
    pub code: String,
    pub slug: String,
    pub external_id: Option<String>,
    pub title: String,
    pub title_folded: String,
    pub title_sort_key: String,
    pub summary: Option<String>,
    pub image_url: Option<String>,
    pub status: Status,
    pub published_at: Option<Timestamp>,
    pub visible_from: Option<Timestamp>,
    pub revised_at: Option<Timestamp>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub level: Option<Level>,
    pub language: Option<String>,
    pub url: Option<String>,
    /// In seconds.
    pub time_required: Option<i64>,
    pub is_free: Option<bool>,
    /// In the smallest unit of the currency.
    pub price_minor: Option<i64>,
    pub price_currency: Option<String>,
    /// In seconds.
    pub weekly_effort: Option<i64>,
    pub subtitle: Option<String>,
    pub original_title: Option<String>,
    pub edition: Option<String>,
    pub isbn13: Option<String>,
    /// A year, a month and a day as a number, with zeros for what is unknown.
    pub publication_date: Option<i32>,
    pub publication_year: Option<i32>,
    pub page_count: Option<i32>,
    pub feed_url: Option<String>,
    pub episode_count: Option<i32>,
    pub occupation_code: Option<String>,
    pub publisher_id: Option<i64>,
    pub provider_id: Option<i64>,
    pub institution_id: Option<i64>,
    pub parent_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(has_one = "super::item_text::Entity")]
    ItemText,
}

impl Related<super::item_text::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ItemText.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
