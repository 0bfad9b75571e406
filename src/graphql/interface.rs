//! The interfaces of the contract.
//!
//! Every interface holds an [`Entity`], and what is selected on it is resolved by the object inside. The interfaces' own
//! fields are copied from an object that has them, once all objects are registered (see [`super::registry`]): so they
//! cannot differ from the objects', and interfaces can implement interfaces, which async-graphql's derive cannot say.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use super::book::Book;
use super::career::Career;
use super::course::Course;
use super::naming;
use super::party::{Organization, Person};
use super::reading_list::{ReadingList, ReadingListEntry};
use super::topic::Topic;

/// Any one thing with an id.
#[derive(Clone, Debug)]
pub enum Entity {
    Career(Career),
    Course(Course),
    Book(Book),
    Topic(Topic),
    Person(Person),
    Organization(Organization),
    ReadingList(ReadingList),
    ReadingListEntry(ReadingListEntry),
}

impl Entity {
    /// The title or name; empty for what has none of its own.
    pub fn heading(&self) -> &str {
        match self {
            Self::Career(career) => &career.row().title,
            Self::Course(course) => &course.row().title,
            Self::Book(book) => &book.row().title,
            Self::Topic(topic) => &topic.row().title,
            Self::Person(person) => &person.row().name,
            Self::Organization(organization) => &organization.row().name,
            Self::ReadingList(_) | Self::ReadingListEntry(_) => "",
        }
    }

    /// The name of the object's type.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Career(_) => Career::type_name(),
            Self::Course(_) => Course::type_name(),
            Self::Book(_) => Book::type_name(),
            Self::Topic(_) => Topic::type_name(),
            Self::Person(_) => Person::type_name(),
            Self::Organization(_) => Organization::type_name(),
            Self::ReadingList(_) => ReadingList::type_name(),
            Self::ReadingListEntry(_) => ReadingListEntry::type_name(),
        }
    }

    /// Answers what is selected on it.
    ///
    /// # Errors
    /// When something selected cannot be answered.
    pub async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Career(career) => career.resolve(ctx, field).await,
            Self::Course(course) => course.resolve(ctx, field).await,
            Self::Book(book) => book.resolve(ctx, field).await,
            Self::Topic(topic) => topic.resolve(ctx, field).await,
            Self::Person(person) => person.resolve(ctx, field).await,
            Self::Organization(organization) => organization.resolve(ctx, field).await,
            Self::ReadingList(list) => list.resolve(ctx, field).await,
            Self::ReadingListEntry(entry) => entry.resolve(ctx, field).await,
        }
    }
}

/// What an interface is.
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

/// Writes the definitions of interfaces, and the list of them.
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
                const DESCRIPTION: &'static str = trimmed(concat!($($description),+));
                const IMPLEMENTS: &'static [&'static str] = &$implements;
                const OBJECTS: &'static [&'static str] = &$objects;
                const FIELDS: &'static [&'static str] = &$fields;
            }
        )+

        /// Registers the interfaces.
        pub fn register(registry: &mut Registry) {
            $($name::create_type_info(registry);)+
        }

        /// Each interface with the object that its fields are copied from, and their names.
        pub const FIELDS: &[(&str, &str, &[&str])] =
            &[$((<$definition>::NAME, <$definition>::OBJECTS[0], <$definition>::FIELDS)),+];
    };
}

/// A doc comment without the blank that it begins with.
const fn trimmed(text: &'static str) -> &'static str {
    text.trim_ascii()
}

interfaces! {
    /// Something that has an id, and can be asked for by it.
    Node(NodeDefinition) implements [],
        by ["Career", "Course", "Book", "Topic", "Person", "Organization", "ReadingList", "ReadingListEntry"],
        has ["id"];

    /// Something with an address of its own.
    Routable(RoutableDefinition) implements ["Node"],
        by ["Career", "Course", "Book", "Topic", "Person", "Organization"],
        has ["id", "code", "slug", "path"];

    /// Something whose changes are counted and kept.
    Versioned(VersionedDefinition) implements ["Node"],
        by ["Career", "Course", "Book", "Topic", "Person", "Organization", "ReadingList"],
        has ["id", "revision", "createdAt", "updatedAt", "revisions"];

    /// A catalog entry with a page of its own: a career, a course, a book or a topic.
    CatalogItem(CatalogItemDefinition) implements ["Routable", "Versioned", "Node"],
        by ["Career", "Course", "Book", "Topic"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd"
        ];

    /// An item that can have a reading list: a career, a course or a topic.
    ReadingListOwner(ReadingListOwnerDefinition) implements ["CatalogItem", "Routable", "Versioned", "Node"],
        by ["Career", "Course", "Topic"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd", "readingList", "recommendedCourses", "recommendedBooks",
            "learningPath"
        ];

    /// Something to learn from: a course or a book.
    LearningResource(LearningResourceDefinition) implements ["CatalogItem", "Routable", "Versioned", "Node"],
        by ["Course", "Book"],
        has [
            "id", "code", "slug", "path", "revision", "createdAt", "updatedAt", "revisions", "title", "summary", "status",
            "publishedAt", "revisedAt", "externalId", "jsonLd", "description", "descriptionHtml", "level", "language",
            "url", "timeRequired", "topics", "listedIn"
        ];
}
