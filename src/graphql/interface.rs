//! The interfaces of the schema.
//!
//! Every interface contains an [`Entity`], whose object resolves the selections. When all objects are registered, the
//! fields of an interface are copied from an object that has them (see [`super::registry`]), so that they cannot
//! differ, and so that interfaces can implement interfaces, which async-graphql's derive macro does not support.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::{Context, ContextSelectionSet, OutputType, Positioned, Result, ServerResult, Value};

use super::book::Book;
use super::career::Career;
use super::context::loaders;
use super::course::Course;
use super::party::{Organization, Person};
use super::podcast::Podcast;
use super::reading_list::{ReadingList, ReadingListEntry};
use super::topic::Topic;
use super::tutorial::Tutorial;
use super::video::Video;
use super::{lookup, naming};
use crate::domain::path;
use crate::loader::ById;
use crate::model::{NodeKind, Resource};

/// Defines the objects that have an id. `items` have a title, `parties` a name, and `lists` neither.
macro_rules! entities {
    (items { $($item:ident),+ } parties { $($party:ident),+ } lists { $($list:ident),+ }) => {
        /// Any object with an id.
        #[derive(Clone, Debug)]
        pub enum Entity {
            $($item($item),)+
            $($party($party),)+
            $($list($list),)+
        }

        impl Entity {
            /// The kind of the object.
            pub const fn kind(&self) -> NodeKind {
                match self {
                    $(Self::$item(_) => NodeKind::$item,)+
                    $(Self::$party(_) => NodeKind::$party,)+
                    $(Self::$list(_) => NodeKind::$list,)+
                }
            }

            /// The title or name; empty for objects without one.
            pub fn heading(&self) -> &str {
                match self {
                    $(Self::$item(item) => &item.row().title,)+
                    $(Self::$party(party) => &party.row().name,)+
                    $(Self::$list(_))|+ => "",
                }
            }

            /// The canonical path; `None` for objects without one.
            pub fn path(&self) -> Option<String> {
                let (kind, code, slug) = match self {
                    $(Self::$item(item) => (item.row().kind, &item.row().code, &item.row().slug),)+
                    $(Self::$party(party) => (party.row().kind, &party.row().code, &party.row().slug),)+
                    $(Self::$list(_))|+ => return None,
                };
                Some(path::path_of(kind, code, slug))
            }

            /// The name of the object's type.
            pub fn type_name(&self) -> Cow<'static, str> {
                match self {
                    $(Self::$item(_) => $item::type_name(),)+
                    $(Self::$party(_) => $party::type_name(),)+
                    $(Self::$list(_) => $list::type_name(),)+
                }
            }

            /// Resolves the selections.
            ///
            /// # Errors
            /// When a selected field fails.
            pub async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
                match self {
                    $(Self::$item(item) => item.resolve(ctx, field).await,)+
                    $(Self::$party(party) => party.resolve(ctx, field).await,)+
                    $(Self::$list(list) => list.resolve(ctx, field).await,)+
                }
            }

            /// Finds the object of `kind` with a code. `None` for lists.
            ///
            /// # Errors
            /// When the database fails.
            pub async fn by_code(ctx: &Context<'_>, kind: NodeKind, code: &str) -> Result<Option<Self>> {
                Ok(match kind {
                    $(NodeKind::$item => lookup::by_code(ctx, code).await?.map(|found| Self::$item($item(found))),)+
                    $(NodeKind::$party => lookup::by_code(ctx, code).await?.map(|found| Self::$party($party(found))),)+
                    $(NodeKind::$list)|+ => None,
                })
            }

            /// Finds the object of `kind` with a current or former slug.
            ///
            /// # Errors
            /// When the database fails.
            pub async fn by_slug(ctx: &Context<'_>, kind: NodeKind, slug: &str) -> Result<Option<Self>> {
                Ok(match kind {
                    $(NodeKind::$item => lookup::by_slug(ctx, slug).await?.map(|found| Self::$item($item(found))),)+
                    $(NodeKind::$party => lookup::by_slug(ctx, slug).await?.map(|found| Self::$party($party(found))),)+
                    $(NodeKind::$list)|+ => None,
                })
            }

            /// Loads an item by its primary key.
            ///
            /// # Errors
            /// When the database fails.
            pub async fn by_id(ctx: &Context<'_>, kind: NodeKind, id: i64) -> Result<Option<Self>> {
                Ok(match kind {
                    $(NodeKind::$item => loaders(ctx)?.load(ById::new(id)).await?.map(|found| Self::$item($item(found))),)+
                    $(NodeKind::$party)|+ | $(NodeKind::$list)|+ => None,
                })
            }
        }
    };
}

entities! {
    items { Career, Course, Book, Topic, Video, Podcast, Tutorial }
    parties { Person, Organization }
    lists { ReadingList, ReadingListEntry }
}

/// Implements the conversion of learning resources to entities.
macro_rules! resources {
    ($($kind:ident),+) => {
        impl From<Resource> for Entity {
            fn from(resource: Resource) -> Self {
                match resource {
                    $(Resource::$kind(found) => Self::$kind($kind(found)),)+
                }
            }
        }
    };
}

resources! { Course, Book, Video, Podcast, Tutorial }

/// The definition of an interface.
pub trait Definition: Send + Sync + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    /// The interfaces that it implements itself.
    const IMPLEMENTS: &'static [&'static str];
    /// The objects that implement it. Its fields are copied from the first.
    const OBJECTS: &'static [&'static str];
    /// Its fields, those of the interfaces it implements included.
    const FIELDS: &'static [&'static str];
}

/// A value of an interface.
#[derive(Clone, Debug)]
pub struct Interface<D>(Entity, PhantomData<D>);

impl<D: Definition> Interface<D> {
    #[must_use]
    pub fn new(entity: Entity) -> Self {
        Self(entity, PhantomData)
    }
}

impl<D: Definition> OutputType for Interface<D> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(D::NAME)
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
            for object in D::OBJECTS {
                registry.add_implements(&naming::type_name(object), D::NAME);
            }
            for interface in D::IMPLEMENTS {
                registry.add_implements(D::NAME, interface);
            }
            MetaType::Interface {
                name: D::NAME.to_owned(),
                description: Some(D::DESCRIPTION.to_owned()),
                fields: <_>::default(),
                possible_types: D::OBJECTS.iter().map(|object| naming::type_name(object).into_owned()).collect(),
                extends: false,
                keys: None,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}

/// Defines interfaces, and the list of them.
macro_rules! interfaces {
    ($(
        $(#[doc = $description:literal])+
        $name:ident($definition:ident) implements $implements:expr, by $objects:expr, has $fields:expr;
    )+) => {
        $(
            $(#[doc = $description])+
            pub type $name = Interface<$definition>;

            #[derive(Clone, Debug)]
            pub struct $definition;

            impl Definition for $definition {
                const NAME: &'static str = stringify!($name);
                const DESCRIPTION: &'static str = trim_doc(concat!($($description),+));
                const IMPLEMENTS: &'static [&'static str] = &$implements;
                const OBJECTS: &'static [&'static str] = &$objects;
                const FIELDS: &'static [&'static str] = &$fields;
            }
        )+

        /// Registers the interfaces.
        pub fn register(registry: &mut Registry) {
            $($name::create_type_info(registry);)+
        }

        /// Each interface with the object whose fields it copies, and their names.
        pub const FIELDS: &[(&str, &str, &[&str])] =
            &[$((<$definition>::NAME, <$definition>::OBJECTS[0], <$definition>::FIELDS)),+];
    };
}

/// Removes the space at the start of a doc comment.
const fn trim_doc(text: &'static str) -> &'static str {
    text.trim_ascii()
}

interfaces! {
    /// An object with a global id. Every type that implements it can be fetched by `node`.
    Node(NodeDefinition) implements [],
        by ["Career", "Course", "Book", "Topic", "Video", "Podcast", "Tutorial", "Person", "Organization", "ReadingList", "ReadingListEntry"],
        has ["id"];

    /// An object with a page of its own in a web app. `resolve` finds it by its path.
    Routable(RoutableDefinition) implements ["Node"],
        by ["Career", "Course", "Book", "Topic", "Video", "Podcast", "Tutorial", "Person", "Organization"],
        has ["id", "code", "slug", "path", "jsonLd"];

    /// An object that records every change as a numbered revision.
    Versioned(VersionedDefinition) implements ["Node"],
        by ["Career", "Course", "Book", "Topic", "Video", "Podcast", "Tutorial", "Person", "Organization", "ReadingList"],
        has ["id", "revision", "createdAt", "updatedAt", "revisions"];

    /// An item of the catalog: a career, a topic, or a learning resource. Items have a publication status, and only
    /// published ones are public.
    CatalogItem(CatalogItemDefinition) implements ["Routable", "Versioned", "Node"],
        by ["Career", "Course", "Book", "Topic", "Video", "Podcast", "Tutorial"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "imageUrl", "sameAs", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd"
        ];

    /// An item with a reading list: a career, a course, or a topic.
    ReadingListOwner(ReadingListOwnerDefinition) implements ["CatalogItem", "Routable", "Versioned", "Node"],
        by ["Career", "Course", "Topic"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "imageUrl", "sameAs", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd", "readingList", "recommendedCourses", "recommendedBooks",
            "learningPath"
        ];

    /// A learning resource: a course, a book, a video, a podcast, or a tutorial. Reading lists recommend learning
    /// resources.
    LearningResource(LearningResourceDefinition) implements ["CatalogItem", "Routable", "Versioned", "Node"],
        by ["Course", "Book", "Video", "Podcast", "Tutorial"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "imageUrl", "sameAs", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd", "description", "descriptionHtml", "level", "language",
            "url", "timeRequired", "topics", "listedIn"
        ];
}
