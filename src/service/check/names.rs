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
    Ok(())
}
