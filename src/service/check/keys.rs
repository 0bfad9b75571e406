//! Codes and slugs: addresses are unambiguous.

use entity::kind::NodeKind;
use sea_orm::DbErr;

use super::{Check, Problem};
use crate::domain::code;
use crate::loader::redirect_target;

pub async fn check(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for kind in NodeKind::ALL {
        // The remainder of a code after trimming all valid characters.
        let (rows, symbols) = (kind.filtered_table_ref(), code::ALPHABET);
        let broken = format!("SELECT code, code FROM {rows} AND TRIM(code, '{symbols}') <> '' ORDER BY 1");
        check.report_selected(kind, &broken, "its code contains an invalid character").await?;
    }
    for kind in NodeKind::ROUTABLE {
        // The rows of the kind, usable under any alias.
        let table = format!("(SELECT id, code, slug FROM {})", kind.filtered_table_ref());
        let dead = format!(
            "SELECT {kind}.code, {kind}.slug FROM slug_redirect JOIN {table} AS {kind} ON {kind}.slug = slug_redirect.slug \
             WHERE slug_redirect.kind = '{kind}' ORDER BY 1"
        );
        check.report_selected(kind, &dead, "its slug \"{}\" is also stored as a former slug").await?;
        let taken = format!(
            "SELECT holder.code, holder.slug FROM {table} AS holder JOIN {table} AS other ON other.code = holder.slug \
             UNION ALL SELECT holder.code, slug_redirect.slug FROM slug_redirect \
             JOIN {table} AS holder ON holder.id = slug_redirect.{} JOIN {table} AS other ON other.code = slug_redirect.slug \
             WHERE slug_redirect.kind = '{kind}' ORDER BY 1",
            redirect_target(kind)
        );
        check.report_selected(kind, &taken, &format!("its slug \"{{}}\" is the code of a {kind}")).await?;
    }
    merged(check).await
}

/// Checks that keys of merged books lead to one book only.
async fn merged(check: &mut Check<impl FnMut(Problem) + Send>) -> Result<(), DbErr> {
    for (select, message) in [
        (
            "SELECT book.code, book.code FROM item AS book JOIN code_redirect ON code_redirect.code = book.code AND code_redirect.kind = book.kind WHERE book.kind = 'book' ORDER BY 1",
            "its code is also stored as the code of a merged book",
        ),
        (
            "SELECT book.code, book.slug FROM item AS book JOIN code_redirect ON code_redirect.code = book.slug AND code_redirect.kind = book.kind WHERE book.kind = 'book' \
             UNION ALL SELECT book.code, slug_redirect.slug FROM slug_redirect JOIN item AS book ON book.id = slug_redirect.item_id \
             JOIN code_redirect ON code_redirect.code = slug_redirect.slug AND code_redirect.kind = 'book' ORDER BY 1",
            "its slug \"{}\" is the code of a merged book",
        ),
        (
            "SELECT book.code, book.isbn13 FROM item AS book JOIN isbn_redirect ON isbn_redirect.isbn13 = book.isbn13 ORDER BY 1",
            "its ISBN {} is also stored as the ISBN of a merged book",
        ),
    ] {
        check.report_selected(NodeKind::Book, select, message).await?;
    }
    Ok(())
}
