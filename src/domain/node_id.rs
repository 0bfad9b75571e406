//! Node ids: the kind and the code, `career_ci4tzd`. They are opaque to clients.

use entity::kind::NodeKind;

use crate::domain::{code, invisible};

/// Returns the id of a node.
#[must_use]
pub fn format(kind: NodeKind, code: &str) -> String {
    format!("{kind}_{code}")
}

/// Parses an id. `None` if it is invalid. Ignores surrounding whitespace and invisible characters.
#[must_use]
pub fn parse(id: &str) -> Option<(NodeKind, &str)> {
    let (kind, code) = invisible::trimmed(id).rsplit_once('_')?;
    Some((NodeKind::from_name(kind)?, code)).filter(|_| code::is_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_kind_round_trip() {
        for kind in NodeKind::ALL {
            let id = format(kind, "ci4tzd");
            assert_eq!(parse(&id), Some((kind, "ci4tzd")));
            assert_eq!(parse(&format!("\u{200e}{id}\u{200b} ")), Some((kind, "ci4tzd")));
        }
        assert_eq!(format(NodeKind::ReadingListEntry, "ci4tzd"), "reading_list_entry_ci4tzd");
    }

    #[test]
    fn invalid_ids_are_rejected() {
        for text in
            ["", "_", "career", "career_", "_ci4tzd", "career_ci4tz", "career_CI4TZD", "game_ci4tzd", "é_ci4tzd"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
