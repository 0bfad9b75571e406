//! The tables of the catalog that the queries read, as `sea-orm-cli generate entity --seaography` would write them, with the
//! columns that are asked for.

pub mod career {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "career")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub code: String,
        pub slug: String,
        pub title: String,
        pub summary: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::reading_list::Entity")]
        ReadingList,
    }

    impl Related<super::reading_list::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::ReadingList.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::reading_list::Entity")]
        ReadingList,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reading_list {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_list")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub career_id: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::career::Entity", from = "Column::CareerId", to = "super::career::Column::Id")]
        Career,
        #[sea_orm(has_many = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl Related<super::career::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Career.def()
        }
    }

    impl Related<super::reading_list_entry::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::ReadingListEntry.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::career::Entity")]
        Career,
        #[sea_orm(entity = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reading_list_entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading_list_entry")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub list_id: i64,
        pub position: i32,
        pub note: Option<String>,
        pub role: Option<String>,
        pub course_id: Option<i64>,
        pub book_id: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::reading_list::Entity",
            from = "Column::ListId",
            to = "super::reading_list::Column::Id"
        )]
        ReadingList,
        #[sea_orm(belongs_to = "super::course::Entity", from = "Column::CourseId", to = "super::course::Column::Id")]
        Course,
        #[sea_orm(belongs_to = "super::book::Entity", from = "Column::BookId", to = "super::book::Column::Id")]
        Book,
    }

    impl Related<super::reading_list::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::ReadingList.def()
        }
    }

    impl Related<super::course::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Course.def()
        }
    }

    impl Related<super::book::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Book.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::reading_list::Entity")]
        ReadingList,
        #[sea_orm(entity = "super::course::Entity")]
        Course,
        #[sea_orm(entity = "super::book::Entity")]
        Book,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod book {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "book")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub code: String,
        pub slug: String,
        pub title: String,
        pub subtitle: Option<String>,
        pub isbn13: Option<String>,
        pub publisher_id: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::organization::Entity",
            from = "Column::PublisherId",
            to = "super::organization::Column::Id"
        )]
        Organization,
        #[sea_orm(has_many = "super::contribution::Entity")]
        Contribution,
        #[sea_orm(has_many = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl Related<super::organization::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Organization.def()
        }
    }

    impl Related<super::contribution::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Contribution.def()
        }
    }

    impl Related<super::reading_list_entry::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::ReadingListEntry.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::organization::Entity")]
        Organization,
        #[sea_orm(entity = "super::contribution::Entity")]
        Contribution,
        #[sea_orm(entity = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod course {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "course")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub code: String,
        pub slug: String,
        pub title: String,
        pub provider_id: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::organization::Entity",
            from = "Column::ProviderId",
            to = "super::organization::Column::Id"
        )]
        Organization,
        #[sea_orm(has_many = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl Related<super::organization::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Organization.def()
        }
    }

    impl Related<super::reading_list_entry::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::ReadingListEntry.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::organization::Entity")]
        Organization,
        #[sea_orm(entity = "super::reading_list_entry::Entity")]
        ReadingListEntry,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod contribution {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contribution")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub book_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        pub person_id: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::book::Entity", from = "Column::BookId", to = "super::book::Column::Id")]
        Book,
        #[sea_orm(belongs_to = "super::person::Entity", from = "Column::PersonId", to = "super::person::Column::Id")]
        Person,
    }

    impl Related<super::book::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Book.def()
        }
    }

    impl Related<super::person::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Person.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::book::Entity")]
        Book,
        #[sea_orm(entity = "super::person::Entity")]
        Person,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod person {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::contribution::Entity")]
        Contribution,
    }

    impl Related<super::contribution::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Contribution.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::contribution::Entity")]
        Contribution,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod organization {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organization")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::book::Entity")]
        Book,
        #[sea_orm(has_many = "super::course::Entity")]
        Course,
    }

    impl Related<super::book::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Book.def()
        }
    }

    impl Related<super::course::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Course.def()
        }
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelatedEntity)]
    pub enum RelatedEntity {
        #[sea_orm(entity = "super::book::Entity")]
        Book,
        #[sea_orm(entity = "super::course::Entity")]
        Course,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
