//! Ids that are unique over all kinds: kind and code. Opaque to clients.

use entity::kind::NodeKind;

use super::code::is_code;

/// The id of what has this code among its kind: `career_ci4tzd`.
#[must_use]
pub fn format(kind: NodeKind, code: &str) -> String {
    format!("{kind}_{code}")
}

/// Takes an id apart; nothing where it is none.
#[must_use]
pub fn parse(id: &str) -> Option<(NodeKind, &str)> {
    let (kind, code) = id.rsplit_once('_')?;
    let kind = NodeKind::from_name(kind)?;
    is_code(code).then_some((kind, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back() {
        for kind in NodeKind::ALL {
            assert_eq!(parse(&format(kind, "ci4tzd")), Some((kind, "ci4tzd")));
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        for id in ["", "_", "career", "career_", "career_ci4tz", "podcast_ci4tzd", "Career_ci4tzd", "career_ci4tzd_"] {
            assert_eq!(parse(id), None, "{id}");
        }
    }
}
