//! Slugs: the readable parts of addresses, unique within a kind.

/// The maximum length of a slug.
pub const MAX_LENGTH: usize = 200;

/// Returns whether a text is a slug: 1 to [`MAX_LENGTH`] lowercase ASCII letters and digits, in groups separated by
/// single hyphens.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    text.len() <= MAX_LENGTH
        && text
            .split('-')
            .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// Generates the slug of a title: transliterated, in lowercase, and truncated at a hyphen. Empty if the title has no
/// letters or digits.
///
/// Apostrophes are removed ("O'Reilly" is `oreilly`), "&" becomes "and", and languages with symbols remain distinct:
/// "C++" is `cpp`, "C#" is `csharp`.
#[must_use]
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    let mut rest = deunicode::deunicode_with_tofu_cow(title, " ").into_owned();
    rest.make_ascii_lowercase();
    let mut symbols = rest.chars().peekable();
    // Whether a letter or digit directly precedes, which distinguishes "C#" from "#1".
    let mut after_word = false;
    while let Some(symbol) = symbols.next() {
        // One symbol more than fits, so that truncation can detect complete groups.
        if slug.len() > MAX_LENGTH {
            break;
        }
        match symbol {
            'a'..='z' | '0'..='9' => {
                slug.push(symbol);
                after_word = true;
            }
            '\'' | '`' => {}
            '+' if after_word && symbols.next_if_eq(&'+').is_some() => slug.push_str("pp"),
            '#' if after_word => slug.push_str("sharp"),
            '&' => {
                separate(&mut slug);
                slug.push_str("and-");
                after_word = false;
            }
            _ => {
                separate(&mut slug);
                after_word = false;
            }
        }
    }
    cut(&mut slug, MAX_LENGTH);
    slug
}

/// Returns the slug for the `number`th record with `base`: `ada-lovelace-2`. The base is truncated so that the result
/// fits.
#[must_use]
pub fn numbered(base: &str, number: u32) -> String {
    let suffix = format!("-{number}");
    let mut slug = base.to_owned();
    cut(&mut slug, MAX_LENGTH - suffix.len());
    slug.push_str(&suffix);
    slug
}

/// Ends a group of letters and digits.
fn separate(slug: &mut String) {
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

/// Truncates an ASCII slug to `length`, at a hyphen if there is one in its second half, without a hyphen at the end.
fn cut(slug: &mut String, length: usize) {
    if slug.len() > length {
        let whole_runs = slug.get(..=length).and_then(|start| start.rfind('-'));
        let end = whole_runs.filter(|hyphen| *hyphen > length / 2).unwrap_or(length);
        slug.truncate(slug.floor_char_boundary(end));
    }
    slug.truncate(slug.trim_end_matches('-').len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_recognized() {
        for slug in ["a", "7", "back-end-developer", "c-2", &"a".repeat(MAX_LENGTH)] {
            assert!(is_slug(slug), "{slug:?}");
        }
        for other in ["", "-", "-a", "a-", "a--b", "A", "ä", "a b", "a_b", &"a".repeat(MAX_LENGTH + 1)] {
            assert!(!is_slug(other), "{other:?}");
        }
    }

    #[test]
    fn titles_become_slugs() {
        for (title, slug) in [
            ("Back-End Developer", "back-end-developer"),
            ("  Ada   Lovelace! ", "ada-lovelace"),
            ("Émile Zola: J’accuse…!", "emile-zola-jaccuse"),
            ("O'Reilly Media", "oreilly-media"),
            ("Straße nach Łódź", "strasse-nach-lodz"),
            ("北京", "bei-jing"),
            ("Algorithms & Data Structures", "algorithms-and-data-structures"),
            ("C++", "cpp"),
            ("C# and F#", "csharp-and-fsharp"),
            ("#1 of +1", "1-of-1"),
            ("…!?", ""),
            ("", ""),
        ] {
            assert_eq!(slugify(title), slug, "{title:?}");
        }
    }

    #[test]
    fn long_titles_are_cut_at_a_hyphen() {
        let words = slugify(&"lovelace ".repeat(100));
        assert!(words.len() <= MAX_LENGTH && words.ends_with("-lovelace") && is_slug(&words), "{words}");
        assert_eq!(slugify(&"a".repeat(1_000)), "a".repeat(MAX_LENGTH));
        let exact = format!("{} {}", "a".repeat(100), "b".repeat(99));
        assert_eq!(slugify(&exact).len(), MAX_LENGTH);
        assert_eq!(slugify(&format!("{exact} c")).len(), MAX_LENGTH);
    }

    #[test]
    fn arbitrary_titles_yield_a_slug_or_nothing() {
        for title in ["\u{0}", "a\u{301}", "🦄 🦄", "ﷺ", "+++", "a++++", "&&&", "-&-", "'", "\u{fffd}", "a'#'b"] {
            let slug = slugify(&title.repeat(70));
            assert!(slug.is_empty() || is_slug(&slug), "{title:?} made {slug:?}");
        }
    }

    #[test]
    fn numbered_slugs_fit_the_length() {
        assert_eq!(numbered("ada-lovelace", 2), "ada-lovelace-2");
        let longest = numbered(&"a".repeat(MAX_LENGTH), u32::MAX);
        assert!(is_slug(&longest) && longest.len() == MAX_LENGTH && longest.ends_with("a-4294967295"));
    }
}
