//! Slugs: the readable part of an address.

/// How long a slug may be, in characters.
pub const MAX_LENGTH: usize = 200;

/// Whether `text` is a slug: runs of lower-case ASCII letters and digits, joined by single hyphens.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    text.len() <= MAX_LENGTH
        && text
            .split('-')
            .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// A slug made from a title or name, transliterated. Empty where nothing of it can be written in ASCII.
#[must_use]
pub fn slugify(text: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, " ").to_ascii_lowercase();
    let mut slug = String::new();
    // An apostrophe joins what it stands between: "Newton's" is newtons.
    for run in ascii.replace(['\'', '`'], "").split(|character: char| !character.is_ascii_alphanumeric()) {
        if !run.is_empty() {
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(run);
        }
    }
    shortened(&slug, MAX_LENGTH).to_owned()
}

/// The slug with a number behind it, for when it is taken: "ada-lovelace-2".
#[must_use]
pub fn numbered(base: &str, number: u32) -> String {
    let suffix = format!("-{number}");
    format!("{}{suffix}", shortened(base, MAX_LENGTH.saturating_sub(suffix.len())))
}

/// At most `length` characters of a slug, cut between runs where it has several.
fn shortened(slug: &str, length: usize) -> &str {
    if slug.len() <= length {
        return slug;
    }
    let cut = &slug[..length];
    match cut.rfind('-') {
        Some(hyphen) if !slug[length..].starts_with('-') => &cut[..hyphen],
        _ => cut.trim_end_matches('-'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_runs_joined_by_hyphens() {
        for slug in ["a", "c", "back-end-developer", "1984", "node-js-2"] {
            assert!(is_slug(slug), "{slug}");
        }
        for text in ["", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "é", &"a".repeat(201)] {
            assert!(!is_slug(text), "{text}");
        }
    }

    #[test]
    fn titles_are_transliterated() {
        assert_eq!(slugify("You Don't Know JS: Scope & Closures"), "you-dont-know-js-scope-closures");
        assert_eq!(slugify("Größe und Ähnlichkeit"), "grosse-und-ahnlichkeit");
        assert_eq!(slugify("極客"), "ji-ke");
        assert_eq!(slugify("!? …"), "");
        assert!(is_slug(&slugify(&"long title ".repeat(100))));
    }

    #[test]
    fn numbers_fit() {
        assert_eq!(numbered("ada-lovelace", 2), "ada-lovelace-2");
        let long = numbered(&"a".repeat(MAX_LENGTH), 12);
        assert!(long.len() <= MAX_LENGTH && long.ends_with("-12") && is_slug(&long));
    }
}
