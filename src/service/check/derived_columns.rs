//! Columns that only our own code can check: folded texts, sort keys, and the formats of slugs, ISBNs and URLs.

use entity::kind::NodeKind;
use sea_orm::{DbErr, IdenStatic};

use super::{Check, Pages, Problem};
use crate::catalog::{At, KINDS, Rule};
use crate::domain::isbn::Isbn;
use crate::domain::{date, fold, slug, sort_key, web_url};
use crate::service::sort_keys;

/// `language` is that of titles without a language of their own.
pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>, language: &str) -> Result<(), DbErr> {
    let state = sort_keys::state(check.connection(), check.engine).await?;
    if state.version != sort_key::VERSION {
        check.report_table(
            "sort_key_state",
            "the sort keys were computed by another version: the server rebuilds them at its next start",
        );
    } else if state.language != language {
        let message = format!(
            "the sort keys are for titles in \"{}\", not \"{language}\": the server rebuilds them at its next start with \
             catalog.language = \"{language}\"",
            state.language
        );
        check.report_table("sort_key_state", &message);
    }
    for kind in NodeKind::ROUTABLE {
        let [name, sort_key, own] = sort_keys::columns(kind);
        if state.version == sort_key::VERSION {
            let wrong = |[name, key]: [String; 2]| fold::stored(&name) != key;
            let message = format!("its {name}_folded does not match its {name}");
            report_rows_where(check, kind, [name, &format!("{name}_folded")], wrong, &message).await?;
            let wrong = |[name, key, own]: [String; 3]| sort_keys::computed(kind, &name, &own, &state.language) != key;
            report_rows_where(
                check,
                kind,
                [name, sort_key, own],
                wrong,
                &format!("its sort key does not match its {name}"),
            )
            .await?;
        }
        let wrong = |[slug, _]: [String; 2]| !slug::is_slug(&slug) || slug.len() > slug::MAX_LENGTH;
        report_rows_where(check, kind, ["slug", "''"], wrong, "its slug is invalid").await?;
    }
    for kind in KINDS {
        for field in kind.fields().filter(|field| matches!(field.rule, Rule::Url)) {
            let At::Column(column) = field.at else { continue };
            let url = format!("COALESCE({}, '')", column.as_str());
            let wrong = |[url, _]: [String; 2]| !url.is_empty() && web_url::check(&url).is_err();
            report_rows_where(check, kind.node, [&url, "''"], wrong, "its URL is invalid").await?;
        }
    }
    for kind in KINDS {
        for field in kind.fields().filter(|field| matches!(field.rule, Rule::Date)) {
            let At::Column(column) = field.at else { continue };
            let date = format!("COALESCE(CAST({} AS TEXT), '')", column.as_str());
            let wrong = |[date, _]: [String; 2]| !date.is_empty() && !date.parse().is_ok_and(is_date);
            report_rows_where(check, kind.node, [&date, "''"], wrong, &format!("its {} is not a date", field.name()))
                .await?;
        }
    }
    let wrong = |[isbn, _]: [String; 2]| {
        !isbn.is_empty() && Isbn::parse(&isbn).map_or(true, |parsed| parsed.as_str13() != isbn)
    };
    report_rows_where(
        check,
        NodeKind::Book,
        ["COALESCE(isbn13, '')", "''"],
        wrong,
        "its ISBN has an invalid check digit",
    )
    .await
}

/// Returns whether a stored number is a date.
fn is_date(stored: i32) -> bool {
    date::parse(&date::format(stored)) == Ok(stored)
}

/// Reports the rows of a kind's table whose columns do not match.
async fn report_rows_where<const N: usize>(
    check: &mut Check<impl FnMut(Problem) + Send>,
    kind: NodeKind,
    columns: [&str; N],
    wrong: impl Fn([String; N]) -> bool,
    message: &str,
) -> Result<(), DbErr> {
    let mut pages = Pages::of(format!("SELECT id, code, {} FROM {}", columns.join(", "), kind.filtered_table_ref()));
    while let Some(page) = check.page(&mut pages).await? {
        for row in page {
            let mut columns = row.columns();
            let (_, code): (i64, String) = (columns.read_next()?, columns.read_next()?);
            let mut texts = [const { String::new() }; N];
            for text in &mut texts {
                *text = columns.read_next()?;
            }
            if wrong(texts) {
                check.report(kind, &code, message);
            }
        }
    }
    Ok(())
}
