//! The people who made or teach an item, in order.

use sea_orm::entity::prelude::*;

/// The role of the people who teach a course.
pub const INSTRUCTOR: &str = "INSTRUCTOR";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub item_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub person_id: i64,
    /// A [`ContributionRole`](crate::enums::ContributionRole) or [`INSTRUCTOR`].
    pub role: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
