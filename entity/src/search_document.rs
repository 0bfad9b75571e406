//! The words of one item, person or organization, by the field they stand in. PostgreSQL has a column of all words beside.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_document")]
pub struct Model {
    /// Eight times the id of the thing, plus the number of its kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// From when on the thing is there for everybody.
    pub visible_from: Option<i64>,
    /// How many visible lists recommend it.
    pub recommendations: i64,
    /// What names it outright, each between bars.
    pub exact: String,
    pub title: String,
    pub names: String,
    pub topics: String,
    /// The words that typos are mended to.
    pub spellings: String,
    /// Summary, description and syllabus.
    pub body: String,
    /// The article, and the notes that recommend it.
    pub article: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
