//! The fields that several types share, written once.
//!
//! `object!` is `#[Object]` with the fields of the named parts put in: `routable` (id, code, slug, path, …), `item` (what
//! all catalog items have), `resource` (what there is to learn from), `contributed` (contributors and publisher), `list_owner` (what can have a reading list). Each
//! part is put before what is there already, so the one named last comes first in the schema. The type brings the rows
//! that they read: `row()` for the common columns, `resource_fields()`, `owner()`.

/// Writes an object type of its own fields and those of the named parts.
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
            /// The id by which `node` finds it again. Opaque: do not take it apart.
            async fn id(&self) -> async_graphql::ID {
                $crate::domain::node_id::format(self.row().kind, &self.row().code).into()
            }

            /// Six lower-case letters and digits, given once and never reused: the lasting part of the address.
            async fn code(&self) -> &str {
                &self.row().code
            }

            /// The readable part of the address, unique within the kind. It may change; old ones keep resolving.
            async fn slug(&self) -> &str {
                &self.row().slug
            }

            /// What a web app's router should show: "/career/ci4tzd/back-end-developer".
            async fn path(&self) -> String {
                $crate::domain::path::path_of(self.row().kind, &self.row().code, &self.row().slug)
            }

            /// How many times it was written; grows by one with every change.
            async fn revision(&self) -> i32 {
                self.row().revision
            }

            /// When it was made.
            async fn created_at(&self) -> $crate::graphql::scalars::DateTime {
                $crate::graphql::scalars::DateTime(self.row().created_at)
            }

            /// When it was last changed in any way.
            async fn updated_at(&self) -> $crate::graphql::scalars::DateTime {
                $crate::graphql::scalars::DateTime(self.row().updated_at)
            }

            /// What was written of it, the newest first. For editors; null for everybody else.
            async fn revisions(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<$crate::graphql::revision::RevisionConnection>> {
                $crate::graphql::revision::RevisionConnection::of(ctx, self.row().kind, self.row().id)
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [item $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [routable $($part)*] {
            /// What it is called.
            async fn title(&self) -> &str {
                &self.row().title
            }

            /// What it is about, in a sentence or two of plain text.
            async fn summary(&self) -> Option<&str> {
                self.row().summary.as_deref()
            }

            /// The URL of an image of the item.
            async fn image_url(&self) -> Option<$crate::graphql::scalars::Url> {
                self.row().image_url.clone().map($crate::graphql::scalars::Url)
            }

            /// URLs of other pages about the same thing, such as an encyclopedia article.
            async fn same_as(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Vec<$crate::graphql::scalars::Url>> {
                let urls = $crate::graphql::context::same_as(ctx, self.row().id).await?;
                Ok(urls.iter().cloned().map($crate::graphql::scalars::Url).collect())
            }

            /// The publication status.
            async fn status(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::enums::PublicationStatus> {
                let now = $crate::graphql::context::now(ctx)?;
                Ok($crate::domain::publishing::PublicationStatus::of(self.row().status, self.row().published_at, now).into())
            }

            /// When the item became, or will become, public.
            async fn published_at(&self) -> Option<$crate::graphql::scalars::DateTime> {
                self.row().published_at.map($crate::graphql::scalars::DateTime)
            }

            /// When an editor last marked the item as revised.
            async fn revised_at(&self) -> Option<$crate::graphql::scalars::DateTime> {
                self.row().revised_at.map($crate::graphql::scalars::DateTime)
            }

            /// The id that another system knows it by. For editors; null for everybody else.
            async fn external_id(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<&str>> {
                let for_editors = $crate::graphql::guard::has(ctx, $crate::auth::Role::Editor)?;
                Ok(self.row().external_id.as_deref().filter(|_| for_editors))
            }

            /// The item as schema.org's vocabulary describes it. Escape each `<` of it as `\u003c` when you put it into a
            /// `<script type="application/ld+json">`: texts may hold `</script>`.
            async fn json_ld(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::scalars::Json> {
                // Apart from the other fields' futures, of which each takes as much room as the largest.
                Box::pin($crate::graphql::json_ld::JsonLd::json_ld(self, ctx)).await.map($crate::graphql::scalars::Json)
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [resource $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// What it is and whom it suits, in Markdown.
            async fn description(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<String>> {
                let description = $crate::graphql::context::description(ctx, &self.as_resource()).await?;
                $crate::graphql::prose::markdown(ctx, description.as_deref()).await
            }

            /// The description as sanitised HTML.
            async fn description_html(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<Option<String>> {
                let description = $crate::graphql::context::description(ctx, &self.as_resource()).await?;
                $crate::graphql::prose::sanitised(ctx, description.as_deref()).await
            }

            /// How much it expects one to know.
            async fn level(&self) -> Option<$crate::graphql::enums::Level> {
                self.resource_fields().level.map(Into::into)
            }

            /// The language that it is in.
            async fn language(&self) -> Option<$crate::graphql::scalars::LanguageTag> {
                self.resource_fields().language.clone().map($crate::graphql::scalars::LanguageTag)
            }

            /// Where it is to be had.
            async fn url(&self) -> Option<$crate::graphql::scalars::Url> {
                self.resource_fields().url.clone().map($crate::graphql::scalars::Url)
            }

            /// How long it takes in all.
            async fn time_required(&self) -> Option<$crate::graphql::scalars::Duration> {
                self.resource_fields().time_required.map($crate::graphql::scalars::Duration)
            }

            /// The topics that it carries, the main one first.
            async fn topics(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::topic::TopicConnection> {
                $crate::graphql::topic::TopicConnection::carried_by(ctx, self.row())
            }

            /// Every reading list that recommends it, with the editor's reason: how it relates to that career, course
            /// or topic. By kind of owner, then by the owner's title.
            async fn listed_in(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "Only lists of these kinds of owners; all kinds where left out.")] owner_kinds: Option<
                    Vec<$crate::graphql::enums::ReadingListOwnerKind>,
                >,
            ) -> async_graphql::Result<$crate::graphql::reading_list::ReadingListEntryConnection> {
                $crate::graphql::reading_list::ReadingListEntryConnection::of_resource(ctx, self.as_resource(), owner_kinds)
            }

            $($fields)*
        });
    };

    (@ [$($meta:tt)*] $type:ident [contributed $($part:ident)*] { $($fields:tt)* }) => {
        object!(@ [$($meta)*] $type [$($part)*] {
            /// The contributors and their roles, in order.
            async fn contributors(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::list::List<$crate::graphql::contribution::Contribution>> {
                let contributions = $crate::graphql::contribution::of(ctx, self.row().id).await?;
                Ok(contributions.iter().map(Into::into).collect())
            }

            /// The publisher.
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
            /// What it recommends, in order. The list is always there; it is empty until somebody picks something.
            async fn reading_list(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<$crate::graphql::reading_list::ReadingList> {
                $crate::graphql::reading_list::ReadingList::of(ctx, self.owner()).await
            }

            /// The courses of the reading list, in order; each edge carries the editor's note, role and position.
            async fn recommended_courses(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "Only entries of these roles; all where left out.")] roles: Option<Vec<$crate::graphql::enums::EntryRole>>,
            ) -> async_graphql::Result<$crate::graphql::reading_list::RecommendedCourseConnection> {
                $crate::graphql::reading_list::RecommendedCourseConnection::of(ctx, self.owner(), roles)
            }

            /// The books of the reading list, in order; each edge carries the editor's note, role and position.
            async fn recommended_books(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "Only entries of these roles; all where left out.")] roles: Option<Vec<$crate::graphql::enums::EntryRole>>,
            ) -> async_graphql::Result<$crate::graphql::reading_list::RecommendedBookConnection> {
                $crate::graphql::reading_list::RecommendedBookConnection::of(ctx, self.owner(), roles)
            }

            /// An order in which to take what the list recommends: prerequisites first, their own included, then by role and position.
            async fn learning_path(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "How much time there is each week; `calendarTime` needs it.")] weekly_effort: Option<$crate::graphql::scalars::Duration>,
            ) -> async_graphql::Result<$crate::graphql::learning_path::LearningPath> {
                Box::pin($crate::graphql::learning_path::LearningPath::of(ctx, self.owner(), weekly_effort)).await
            }

            $($fields)*
        });
    };
}
pub(super) use object;
