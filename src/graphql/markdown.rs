//! Renders Markdown for a requester: links to objects that the requester cannot see lose their target.

use std::collections::HashMap;

use async_graphql::{Context, Result};
use futures_util::future::try_join_all;

use super::context::request_data;
use super::interface::Entity;
use super::node;
use crate::domain::article::{self, Article, LinkTarget};
use crate::domain::html;

/// A rendered text, and the targets of its catalog links by destination.
pub struct RenderedMarkdown {
    pub text: Article,
    pub targets: HashMap<String, Entity>,
}

impl RenderedMarkdown {
    /// Renders a text. The targets of all links are loaded together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(ctx: &Context<'_>, markdown: &str) -> Result<Self> {
        let base = request_data(ctx)?.settings.base_url.as_ref();
        let links = article::links(markdown, base);
        let found = try_join_all(links.iter().map(|link| node::entity_by_address(ctx, &link.address))).await?;
        let targets: HashMap<String, Entity> =
            links.into_iter().zip(found).filter_map(|(link, entity)| Some((link.destination, entity?))).collect();
        let text = Article::new(markdown, base, |destination| match targets.get(destination) {
            None => LinkTarget::Unavailable,
            Some(entity) => {
                let path = entity.path().unwrap_or_default();
                let path = base.map_or_else(|| path.clone(), |base| base.on_site(&path));
                if entity.kind().is_listable() { LinkTarget::Resource { path } } else { LinkTarget::Page { path } }
            }
        });
        Ok(Self { text, targets })
    }
}

/// Returns a text in Markdown without links to objects that the requester cannot see.
///
/// # Errors
/// When the database fails.
pub async fn visible_markdown(ctx: &Context<'_>, text: Option<&str>) -> Result<Option<String>> {
    Ok(match text {
        None => None,
        Some(text) if !may_link(text) => Some(text.to_owned()),
        Some(text) => Some(RenderedMarkdown::load(ctx, text).await?.text.markdown().to_owned()),
    })
}

/// Returns a text as sanitized HTML.
///
/// # Errors
/// When the database fails.
pub async fn sanitized_html(ctx: &Context<'_>, text: Option<&str>) -> Result<Option<String>> {
    Ok(match text {
        None => None,
        Some(text) if !may_link(text) => Some(html::render(text)),
        Some(text) => Some(RenderedMarkdown::load(ctx, text).await?.text.html()),
    })
}

/// Whether a text can have catalog links, which always have a slash. Few notes have one.
fn may_link(text: &str) -> bool {
    text.contains('/')
}
