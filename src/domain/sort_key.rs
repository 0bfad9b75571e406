//! The key that titles and names are sorted by.
//!
//! The collations of the engines differ, so the key is computed here and compared bytewise. It has two parts. The first
//! contains:
//!
//! - words, separated by one space, which sorts before everything else: "Data Structures" before "Database";
//! - letters in lower case, without accents, and as base letters: "Ł" as "l", "Æ" as "ae";
//! - numbers by their value: "Part 2" before "Part 10";
//! - symbols that distinguish names: "C", "C#", "C++". A symbol at the beginning of a word is moved to its end, so that
//!   ".NET" sorts after "Net" and "$100" after "100".
//!
//! Other punctuation, the amount of whitespace and a leading [article](super::initial_articles) are ignored. The second part,
//! after two spaces, is the title as it is written, which breaks ties.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use unicode_normalization::UnicodeNormalization;

use crate::domain::fold::fold;
use crate::domain::initial_articles::without_article;

/// The version of the rules. Increment it when any key changes: servers then rebuild the stored keys.
pub const VERSION: i32 = 2;

/// The maximum length of keys in bytes. They must fit into the indexes of the databases and into cursors.
const MAX_LENGTH: usize = 1_000;

/// Precedes a symbol, so that symbols sort after spaces and before digits.
const SYMBOL: char = '!';

/// Returns the sort key of a title in the language of a tag.
#[must_use]
pub fn of_title(title: &str, language: &str) -> String {
    let title: String = title.nfc().collect();
    key(without_article(&title, language), &title)
}

/// Returns the sort key of the name of a person or an organization, in which articles count.
#[must_use]
pub fn of_name(name: &str) -> String {
    let name: String = name.nfc().collect();
    key(&name, &name)
}

/// Builds a key from the significant part of a text and the whole text, which breaks ties.
fn key(counts: &str, whole: &str) -> String {
    let mut key = String::with_capacity(counts.len() + whole.len() + 8);
    for word in fold(&prepared(counts)).split(' ') {
        let end = key.len();
        if end > 0 {
            key.push(' ');
        }
        let start = key.len();
        push_word(&mut key, word);
        if key.len() == start {
            key.truncate(end);
        }
    }
    key.push_str("  ");
    key.push_str(whole);
    key.truncate(key.floor_char_boundary(MAX_LENGTH));
    key
}

/// Replaces characters whose meaning folding would lose.
fn prepared(text: &str) -> String {
    let mut prepared = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Slashes and em dashes separate words.
            '/' | '—' | '―' => prepared.push(' '),
            // Folding would convert these to spaces with accents, and to letters.
            '¨' | '¯' | '¸' | '™' | '℠' => {}
            _ if letter.is_ascii() => prepared.push(letter),
            _ => match category(letter) {
                // "7½" is not 71.
                GeneralCategory::OtherNumber => prepared.extend(['.', letter]),
                _ => prepared.push(letter),
            },
        }
    }
    prepared
}

/// Adds the key of a folded word, unless it has only punctuation.
fn push_word(key: &mut String, word: &str) {
    let start = word.find(|letter| !is_symbol(letter) && !is_punctuation(letter)).unwrap_or(word.len());
    let (before, mut rest) = word.split_at(start);
    while let Some(letter) = rest.chars().next() {
        if letter.is_ascii_digit() {
            let (digits, behind) = take_number(rest);
            push_number(key, digits.trim_start_matches('0'));
            rest = behind;
        } else {
            push_letter(key, letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    let is_dotted = before.ends_with('.') && before.matches('.').count() == 1 && start < word.len();
    let counts = |letter: &char| is_symbol(*letter) || (is_dotted && *letter == '.');
    before.chars().filter(counts).for_each(|symbol| key.extend([SYMBOL, symbol]));
}

/// Splits a text after its leading number, and removes thousands separators from it.
fn take_number(text: &str) -> (String, &str) {
    let (digits, mut rest) = split_digits(text);
    let mut number = digits.to_owned();
    if digits.len() <= 3 {
        while let Some((group, behind)) = rest.strip_prefix(',').map(split_digits)
            && group.len() == 3
        {
            number.push_str(group);
            rest = behind;
        }
    }
    (number, rest)
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()))
}

/// Adds a number without leading zeros: the number of its digits, with a 9 for each nine of them, and the digits.
fn push_number(key: &mut String, digits: &str) {
    let mut length = digits.len();
    while length >= 9 {
        key.push('9');
        length -= 9;
    }
    key.extend(u32::try_from(length).ok().and_then(|length| char::from_digit(length, 10)));
    key.push_str(digits);
}

fn push_letter(key: &mut String, letter: char) {
    if is_symbol(letter) {
        key.extend([SYMBOL, letter]);
    } else if !is_punctuation(letter) {
        key.push(letter);
    }
}

/// Returns whether a character is a significant symbol: currencies, mathematical symbols, pictographs, and the symbols
/// of "C#", "A*", "100%" and "@home".
fn is_symbol(letter: char) -> bool {
    match letter {
        '#' | '%' | '*' | '@' | '+' | '$' | '<' | '=' | '>' | '~' => true,
        '©' | '®' => false,
        _ if letter.is_ascii() => false,
        _ => matches!(
            category(letter),
            GeneralCategory::CurrencySymbol | GeneralCategory::MathSymbol | GeneralCategory::OtherSymbol
        ),
    }
}

/// Returns whether a character that is not a symbol is ignored.
fn is_punctuation(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_punctuation();
    }
    matches!(letter, '©' | '®')
        || matches!(
            category(letter),
            GeneralCategory::ModifierSymbol
                | GeneralCategory::ConnectorPunctuation
                | GeneralCategory::DashPunctuation
                | GeneralCategory::OpenPunctuation
                | GeneralCategory::ClosePunctuation
                | GeneralCategory::InitialPunctuation
                | GeneralCategory::FinalPunctuation
                | GeneralCategory::OtherPunctuation
        )
}

fn category(letter: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that titles have ascending keys in the given order.
    fn assert_order(language: &str, titles: &[&str]) {
        for pair in titles.windows(2) {
            let [first, second] = pair else { unreachable!("a window of two") };
            let keys = [of_title(first, language), of_title(second, language)];
            assert!(keys[0] < keys[1], "{language}: {first:?} before {second:?}, but {keys:?}");
        }
    }

    /// Returns the significant part of a key.
    fn counted(title: &str) -> String {
        of_title(title, "en").split("  ").next().expect("a first part").to_owned()
    }

    #[test]
    fn titles_sort_in_each_language() {
        for (language, titles) in [
            ("en", &["Anathem", "The Art of War", "A Brief History", "Die Hard", "El Niño", "The Theory", "Zen"][..]),
            ("de", &["Die Ärztin", "Asien", "Der Baum", "Das Öl", "Ein Organ", "Straße", "Straßen", "The Zoo"]),
            ("fr", &["À zéro", "L'Abbé", "Une école", "L’Étranger", "La Peste", "Les Vagues"]),
            ("es", &["El amor", "Él", "La niña y el mar", "El niño", "Un ñu"]),
            ("it", &["Un'altra vita", "Gli indifferenti", "L'isola", "Il nome della rosa"]),
            ("pt", &["Às vezes", "A cidade", "O crime", "Os Lusíadas"]),
            ("nl", &["Het bureau", "De donkere kamer", "’t Hooge nest", "Max Havelaar"]),
            ("sv", &["Den allvarsamma leken", "Ett drömspel", "Fröken Julie"]),
            ("da", &["Æventyr", "Den lille havfrue", "Ørkenen"]),
            ("nb", &["Et dukkehjem", "Peer Gynt", "Vildanden"]),
            ("hu", &["Egy Ábel", "A Bánk bán", "Az ember tragédiája"]),
            ("pl", &["A jednak", "Lalka", "Lód", "Łódź", "Potop"]),
            ("cs", &["A pak", "Babička", "Čapek", "Dům"]),
            ("ru", &["А зори здесь тихие", "Война и мир", "Ёлка", "Жизнь"]),
            ("el", &["Ο Ζορμπάς", "Ή εμείς", "Η Φόνισσα"]),
        ] {
            assert_order(language, titles);
        }
    }

    #[test]
    fn numbers_sort_by_value() {
        assert_order(
            "en",
            &[
                "0",
                "1",
                "2",
                "7 Habits",
                "7½ Lessons",
                "8",
                "10",
                "99",
                "100",
                "999",
                "1,000",
                "2001",
                "20,000 Leagues",
                "123456789",
                "1234567890",
                "999999999999999999",
                "1000000000000000000",
                "A1",
            ],
        );
        assert_order("en", &["Part 002", "Part 02", "Part 2", "Part 10", "Part Ten"]);
        assert_order("en", &["Python 3.9", "Python 3.11"]);
        assert_order("ar", &["جزء ٢", "جزء ١٠"]);
        assert_eq!(counted("1,000 Ideas"), counted("1000 Ideas"));
        assert_eq!(counted("Part 007"), counted("Part 7"));
        let digits = "9".repeat(300);
        assert_order("en", &[&digits, &format!("1{}", "0".repeat(300))]);
    }

    #[test]
    fn symbols_distinguish_names() {
        assert_order(
            "en",
            &[
                "A",
                "A/B Testing",
                "A* Search",
                "C",
                "C/C++",
                "The C Programming Language",
                "C#",
                "C# in Depth",
                "C++",
                "C++ Primer",
                "C4",
                "Calculus",
                "F",
                "F#",
                "Fortran",
                "Net Worth",
                ".NET",
                "The .NET Book",
                "Networks",
            ],
        );
        assert_order("en", &["100", "$100", "101"]);
        assert_order("en", &["Home", "@home", "Homer"]);
    }

    #[test]
    fn punctuation_white_space_case_and_accents_only_break_ties() {
        for (one, other) in [
            ("Rust: A Guide", "Rust  –  A Guide"),
            ("Rust: A Guide", "Rust—A Guide"),
            ("Rust | A Guide", "Rust, a guide"),
            ("e-mail", "Email"),
            ("\"Clean\" Code", "Clean Code…"),
            ("Résumé", "RESUME"),
            ("Don’t", "Don't"),
            ("Java™", "Java®"),
            ("Node.js", "NodeJS"),
            ("The Art", "Art"),
        ] {
            assert_eq!(counted(one), counted(other));
            assert_ne!(of_title(one, "en"), of_title(other, "en"));
        }
        assert_order("en", &["RESUME", "Resume", "Résumé", "Resumes"]);
        assert_order("en", &["Data", "Data: An Atlas", "Data Structures", "Database"]);
    }

    #[test]
    fn letters_sort_with_their_base_letters() {
        for (title, base) in [
            ("Æsop", "aesop"),
            ("Ørsted", "orsted"),
            ("Łódź", "lodz"),
            ("Œuvre", "oeuvre"),
            ("Đorđe", "dorde"),
            ("Ðð", "dd"),
            ("Þór", "thor"),
            ("Straße", "strasse"),
            ("Ǿ", "o"),
            ("ﬁne", "fine"),
        ] {
            assert_eq!(counted(title), base);
        }
    }

    #[test]
    fn a_title_of_one_article_or_of_punctuation_has_a_key() {
        assert_eq!(of_title("The", "en"), "the  The");
        assert_eq!(of_title("?!", "en"), "  ?!");
        assert_eq!(of_title("+", "en"), "!+  +");
    }

    #[test]
    fn articles_count_in_names() {
        assert_eq!(of_name("The Open University"), "the open university  The Open University");
    }

    #[test]
    fn canonically_equivalent_titles_have_one_key() {
        assert_eq!(of_title("E\u{301}mile", "fr"), of_title("Émile", "fr"));
    }

    #[test]
    fn keys_end_at_a_character_within_the_bound() {
        for text in ["x", "я", "7", "\u{fdfa}", "𝔘"] {
            let key = of_title(&text.repeat(1_001), "en");
            assert!((997..=1_000).contains(&key.len()), "{text}: {}", key.len());
        }
    }
}
