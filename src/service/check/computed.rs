//! What only our own code can judge: the keys that titles sort by, the form of slugs, ISBNs and addresses on the web.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding, Pages};
use crate::domain::isbn::Isbn;
use crate::domain::{slug, sort_key, web_url};

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ROUTABLE {
        let called = if kind.is_catalog_item() { "title" } else { "name" };
        let wrong = |[called, key]: [String; 2]| sort_key::stored(&called) != key;
        let says = format!("it does not sort by its {called}");
        judge(check, kind, [called, &format!("{called}_key")], wrong, &says).await?;
        let wrong = |[slug, _]: [String; 2]| !slug::is_slug(&slug) || slug.len() > slug::MAX_LENGTH;
        judge(check, kind, ["slug", "''"], wrong, "its slug is none").await?;
    }
    for kind in [NodeKind::Course, NodeKind::Book, NodeKind::Person, NodeKind::Organization] {
        let cover = if kind == NodeKind::Book { "COALESCE(cover_url, '')" } else { "''" };
        let wrong = |urls: [String; 2]| urls.iter().any(|url| !url.is_empty() && web_url::check(url).is_err());
        judge(check, kind, ["COALESCE(url, '')", cover], wrong, "it has an address on the web that is none").await?;
    }
    let wrong = |[isbn, _]: [String; 2]| {
        !isbn.is_empty() && Isbn::parse(&isbn).map_or(true, |parsed| parsed.as_str13() != isbn)
    };
    judge(check, NodeKind::Book, ["COALESCE(isbn13, '')", "''"], wrong, "its ISBN has a wrong check digit").await
}

/// Finds the rows of a kind's table whose two columns are wrong together.
async fn judge(
    check: &mut Check<impl FnMut(Finding) + Send>,
    kind: NodeKind,
    columns: [&str; 2],
    wrong: impl Fn([String; 2]) -> bool,
    says: &str,
) -> Result<(), DbErr> {
    let [one, other] = columns;
    let mut pages = Pages::of(format!("SELECT id, code, {one}, {other} FROM {kind}"));
    while let Some(page) = check.page(&mut pages).await? {
        for row in page {
            let mut columns = row.columns();
            let (_, code): (i64, String) = (columns.take()?, columns.take()?);
            if wrong([columns.take()?, columns.take()?]) {
                check.find(kind, &code, says);
            }
        }
    }
    Ok(())
}
