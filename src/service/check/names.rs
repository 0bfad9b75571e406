//! Codes and slugs: an address means one thing.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Finding};
use crate::domain::code;

pub async fn check(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ALL {
        // What is left of a code when all symbols of codes are taken off its ends.
        let broken = format!("SELECT code, code FROM {kind} WHERE TRIM(code, '{}') <> '' ORDER BY 1", code::ALPHABET);
        check.none_of(kind, &broken, "its code has a symbol that no code has").await?;
    }
    for kind in NodeKind::ROUTABLE {
        let dead = format!(
            "SELECT {kind}.code, {kind}.slug FROM retired_slug JOIN {kind} ON {kind}.slug = retired_slug.slug \
             WHERE retired_slug.kind = '{kind}' ORDER BY 1"
        );
        check.none_of(kind, &dead, "its slug \"{}\" is kept as an old one as well").await?;
        let taken = format!(
            "SELECT holder.code, holder.slug FROM {kind} AS holder JOIN {kind} AS other ON other.code = holder.slug \
             UNION ALL SELECT holder.code, retired_slug.slug FROM retired_slug \
             JOIN {kind} AS holder ON holder.id = retired_slug.{kind}_id JOIN {kind} AS other ON other.code = retired_slug.slug \
             WHERE retired_slug.kind = '{kind}' ORDER BY 1"
        );
        check.none_of(kind, &taken, &format!("its slug \"{{}}\" is the code of a {kind}")).await?;
    }
    merged(check).await
}

/// What leads to a book since another was merged into it leads nowhere else.
async fn merged(check: &mut Check<impl FnMut(Finding) + Send>) -> Result<(), DbErr> {
    for (select, says) in [
        (
            "SELECT book.code, book.code FROM book JOIN retired_code ON retired_code.code = book.code WHERE kind = 'book' ORDER BY 1",
            "its code is kept as that of a merged book as well",
        ),
        (
            "SELECT book.code, book.slug FROM book JOIN retired_code ON retired_code.code = book.slug WHERE kind = 'book' \
             UNION ALL SELECT book.code, retired_slug.slug FROM retired_slug JOIN book ON book.id = retired_slug.book_id \
             JOIN retired_code ON retired_code.code = retired_slug.slug AND retired_code.kind = 'book' ORDER BY 1",
            "its slug \"{}\" is the code of a merged book",
        ),
        (
            "SELECT book.code, book.isbn13 FROM book JOIN retired_isbn ON retired_isbn.isbn13 = book.isbn13 ORDER BY 1",
            "its ISBN {} is kept as that of a merged book as well",
        ),
    ] {
        check.none_of(NodeKind::Book, select, says).await?;
    }
    Ok(())
}
