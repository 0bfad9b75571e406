//! Contributions to items.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Result, SimpleObject};
use entity::enums;

use super::context::loaders;
use super::enums::ContributionRole;
use super::list::List;
use super::party::Person;
use crate::loader::ContributionsOf;
use crate::model;

/// A contribution of a person to a book, video, podcast or tutorial. A person with several roles has one contribution
/// for each.
#[derive(SimpleObject, Debug)]
pub struct Contribution {
    /// The person who contributed. People are visible to everybody who can see the item.
    person: Person,
    /// The capacity in which the person contributed.
    role: ContributionRole,
    /// The position among all contributors of the item, starting at 1.
    position: i32,
}

/// A person who contributed to an item. Two roles of one person are two contributors.
#[derive(InputObject, Debug)]
pub struct ContributorInput {
    /// The id of the person. An unknown id fails with `NOT_FOUND`, the id of another type with `WRONG_TYPE`.
    person_id: ID,
    /// The role. Default: `AUTHOR` for books and tutorials, `CREATOR` for videos, `HOST` for podcasts. Null fails with
    /// `REQUIRED`, a role that the type of the item does not have with `INVALID`.
    role: Option<ContributionRole>,
}

impl From<&model::Contribution> for Contribution {
    fn from(contribution: &model::Contribution) -> Self {
        Self {
            person: Person(contribution.person.clone()),
            role: contribution.role.into(),
            position: contribution.position,
        }
    }
}

/// Loads the contributions to an item, in order.
///
/// # Errors
/// When the database fails.
pub async fn of(ctx: &Context<'_>, item: i64) -> Result<Arc<Vec<model::Contribution>>> {
    Ok(loaders(ctx)?.load(ContributionsOf(item)).await?.unwrap_or_default())
}

/// Loads the people who contributed to an item in a role, in order.
///
/// # Errors
/// When the database fails.
pub async fn in_role(ctx: &Context<'_>, item: i64, role: enums::ContributionRole) -> Result<List<Person>> {
    let contributions = of(ctx, item).await?;
    let people = contributions.iter().filter(|contribution| contribution.role == role);
    Ok(people.map(|contribution| Person(contribution.person.clone())).collect())
}
