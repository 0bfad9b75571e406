//! Fields of several types.
//!
//! `object!` is `#[Object]` with additional fields by part: `routable` (id, code, slug, path, …), `item` (all catalog
//! items), `resource` (learning resources), `contributed` (contributors and publisher), `list_owner` (types with a
//! reading list). Each part is inserted before the existing fields, so the last part comes first in the schema. The
//! type provides the rows that the fields read: `row()` for the common columns, `resource_fields()`, `owner()`.

/// Defines an object type with its own fields and those of the named parts.
macro_rules! object {
    ($(#[$meta:meta])* impl $type:ident: $($part:ident)+ { $($own:tt)* }) => {
        object!(@ [$(#[$meta])*] $type [$($part)+] { $($own)* });
    };

    (@ [$($meta:tt)*] $type:ident [] { $($fields:tt)* }) => {
        #[async_graphql::Object(name_type)]
        $($meta)*
        impl $type { $($fields)* }

        impl async_graphql::TypeName for $type {
            fn type_name() -> std::borrow::Cow<'static, str> {
                $crate::graphql::naming::type_name(stringify!($type))
            }
        }
    };

    (@ [$($meta:tt)*] $type:ident [routable $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// The global id, which `node` and the inputs of mutations accept. Opaque: clients must not parse it.
            async fn id(&self) -> async_graphql::ID {
                $crate::domain::node_id::format(self.row().kind, &self.row().code).into()
            }

            /// Six lowercase letters and digits, unique within the type. Assigned once, never changed, and never
            /// reused.
            async fn code(&self) -> &str {
                &self.row().code
            }

            /// The readable part of `path`: lowercase letters, digits and hyphens, unique within the type. It can
            /// change; former slugs still resolve.
            async fn slug(&self) -> &str {
                &self.row().slug
            }

            /// The canonical path for the router of a web app: the kind, the code and the slug, such as
            /// "/career/ci4tzd/back-end-developer".
            async fn path(&self) -> String {
                $crate::domain::path::path_of(self.row().kind, &self.row().code, &self.row().slug)
            }

            /// The number of the current revision: 1 for a new object, and one more after every change. Pass it as
            /// `expectedRevision` to detect concurrent changes.
            async fn revision(&self) -> i32 {
                self.row().revision
            }

            /// When the object was added to the catalog.
            async fn created_at(&self) -> $crate::graphql::scalars::DateTime {
                $crate::graphql::scalars::DateTime(self.row().created_at)
            }

            /// When an editor or an import last changed the object, including its publication status.
            async fn updated_at(&self) -> $crate::graphql::scalars::DateTime {
                $crate::graphql::scalars::DateTime(self.row().updated_at)
            }

            /// The change history, newest revision first. Null if the caller lacks the role `EDITOR`.
            async fn revisions(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<$crate::graphql::revision::RevisionConnection>> {
                $crate::graphql::revision::RevisionConnection::of(ctx, self.row().kind, self.row().id)
            }

            /// The object as a JSON-LD document in the vocabulary of schema.org. Before you embed it in a `<script>`
            /// element, escape each `<` as `\u003c`, because texts can contain `</script>`.
            async fn json_ld(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::scalars::Json> {
                // Boxed, since otherwise the futures of all fields would be as large as this one.
                Box::pin($crate::graphql::json_ld::JsonLd::json_ld(self, ctx)).await.map($crate::graphql::scalars::Json)
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [item $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [routable $($part)*] {
            /// The title in plain text, at most 500 characters.
            async fn title(&self) -> &str {
                &self.row().title
            }

            /// A summary in a sentence or two of plain text, at most 1,000 characters. Null if there is none.
            async fn summary(&self) -> Option<&str> {
                self.row().summary.as_deref()
            }

            /// The URL of an image, such as the cover of a book. Null if there is none.
            async fn image_url(&self) -> Option<$crate::graphql::scalars::Url> {
                self.row().image_url.clone().map($crate::graphql::scalars::Url)
            }

            /// URLs of other web pages about the same subject, such as an encyclopedia article, in the editor's order.
            /// At most 20.
            async fn same_as(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Vec<$crate::graphql::scalars::Url>> {
                let urls = $crate::graphql::context::same_as(ctx, self.row().id).await?;
                Ok(urls.iter().cloned().map($crate::graphql::scalars::Url).collect())
            }

            /// The publication status at the time of the request: `SCHEDULED` becomes `PUBLISHED` when `publishedAt` is
            /// reached.
            async fn status(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::enums::PublicationStatus> {
                let now = $crate::graphql::context::now(ctx)?;
                Ok($crate::domain::publishing::PublicationStatus::of(self.row().status, self.row().published_at, now).into())
            }

            /// When the item became public, or will become public if it is scheduled. Null for drafts, and for archived
            /// items that were never public.
            async fn published_at(&self) -> Option<$crate::graphql::scalars::DateTime> {
                self.row().published_at.map($crate::graphql::scalars::DateTime)
            }

            /// When the content was last revised, as set by an editor; independent of `updatedAt`. Null if it was never
            /// set.
            async fn revised_at(&self) -> Option<$crate::graphql::scalars::DateTime> {
                self.row().revised_at.map($crate::graphql::scalars::DateTime)
            }

            /// The id of the item in an external system, unique within the type. Null if there is none, or if the
            /// caller lacks the role `EDITOR`.
            async fn external_id(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<&str>> {
                let for_editors = $crate::graphql::guard::has(ctx, $crate::auth::Role::Editor)?;
                Ok(self.row().external_id.as_deref().filter(|_| for_editors))
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [resource $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// A description of the content and the audience, in Markdown. Null if there is none.
            async fn description(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<String>> {
                let description = $crate::graphql::context::description(ctx, &self.as_resource()).await?;
                $crate::graphql::markdown::visible_markdown(ctx, description.as_deref()).await
            }

            /// `description` as sanitized HTML. Null if there is no description.
            async fn description_html(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<String>> {
                let description = $crate::graphql::context::description(ctx, &self.as_resource()).await?;
                $crate::graphql::markdown::sanitized_html(ctx, description.as_deref()).await
            }

            /// The prior knowledge that the resource expects of learners. Null if unknown.
            async fn level(&self) -> Option<$crate::graphql::enums::Level> {
                self.resource_fields().level.map(Into::into)
            }

            /// The language of the content; of a translated book, that of the translation. Null if unknown.
            async fn language(&self) -> Option<$crate::graphql::scalars::LanguageTag> {
                self.resource_fields().language.clone().map($crate::graphql::scalars::LanguageTag)
            }

            /// The URL at which the resource is available. Null if unknown.
            async fn url(&self) -> Option<$crate::graphql::scalars::Url> {
                self.resource_fields().url.clone().map($crate::graphql::scalars::Url)
            }

            /// The total time that a learner needs for the resource. Null if unknown.
            async fn time_required(&self) -> Option<$crate::graphql::scalars::Duration> {
                self.resource_fields().time_required.map($crate::graphql::scalars::Duration)
            }

            /// The topics of the item in the editor's order, the main topic first.
            async fn topics(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::topic::TopicConnection> {
                $crate::graphql::topic::TopicConnection::carried_by(ctx, self.row())
            }

            /// The reading list entries that recommend the resource, each with the editor's note. Sorted by owner:
            /// careers, courses, then topics, each by title.
            async fn listed_in(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "Returns only entries of lists with these kinds of owners. Default: all kinds.")]
                owner_kinds: Option<Vec<$crate::graphql::enums::ReadingListOwnerKind>>,
            ) -> async_graphql::Result<$crate::graphql::reading_list::ReadingListEntryConnection> {
                $crate::graphql::reading_list::ReadingListEntryConnection::of_resource(ctx, self.as_resource(), owner_kinds)
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [contributed $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// The contributors and their roles, in the editor's order. At most 50.
            async fn contributors(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::contribution::Contribution>> {
                let contributions = $crate::graphql::contribution::of(ctx, self.row().id).await?;
                Ok(contributions.iter().map(Into::into).collect())
            }

            /// The organization that published the resource. Null if unknown.
            async fn publisher(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::graphql::party::Organization>> {
                $crate::graphql::party::Organization::of(ctx, self.0.publisher_id).await
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [list_owner $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// The reading list. Every career, course and topic has exactly one, which can be empty.
            async fn reading_list(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::reading_list::ReadingList> {
                $crate::graphql::reading_list::ReadingList::of(ctx, self.owner()).await
            }

            /// The courses on the reading list, in list order. Each edge has the editor's note, the role and the
            /// position.
            async fn recommended_courses(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(
                    desc = "Returns only entries with one of these roles. Default: all entries, including those \
                            without a role."
                )]
                roles: Option<Vec<$crate::graphql::enums::EntryRole>>,
            ) -> async_graphql::Result<$crate::graphql::reading_list::RecommendedCourseConnection> {
                $crate::graphql::reading_list::RecommendedCourseConnection::of(ctx, self.owner(), roles)
            }

            /// The books on the reading list, in list order. Each edge has the editor's note, the role and the
            /// position.
            async fn recommended_books(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(
                    desc = "Returns only entries with one of these roles. Default: all entries, including those \
                            without a role."
                )]
                roles: Option<Vec<$crate::graphql::enums::EntryRole>>,
            ) -> async_graphql::Result<$crate::graphql::reading_list::RecommendedBookConnection> {
                $crate::graphql::reading_list::RecommendedBookConnection::of(ctx, self.owner(), roles)
            }

            /// The order in which to study the reading list: by role, then by position, with each prerequisite before
            /// the courses that require it, even if it is not on the list.
            async fn learning_path(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(
                    desc = "The study time available per week, longer than zero. Default: none, and `calendarDuration` is \
                            null."
                )]
                weekly_effort: Option<$crate::graphql::scalars::Duration>,
                #[graphql(
                    desc = "The ids of resources that the learner knows, at most 500. The path omits them, and the \
                            prerequisites that only they require. Default: none."
                )]
                known: Option<Vec<async_graphql::ID>>,
            ) -> async_graphql::Result<$crate::graphql::learning_path::LearningPath> {
                let known = known.unwrap_or_default();
                let path = $crate::graphql::learning_path::LearningPath::of(ctx, self.owner(), weekly_effort, &known);
                Box::pin(path).await
            }

            $($fields)*
        });
    };
}
pub(super) use object;
