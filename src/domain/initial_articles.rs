//! Leading articles, which sorting ignores: "The Art of War" sorts as "Art of War".
//!
//! The lists are those of MARC 21, which libraries use to sort titles:
//! <https://www.loc.gov/marc/bibliographic/bdapndxf.html>. There are three differences. Dialect forms of English (`d'`,
//! `de`) are omitted, because names such as "De" and "D'" begin with them. Greek articles are also listed in Greek
//! script, and the Icelandic, Galician and Arabic lists are completed by the forms that MARC 21 only describes.
//! Articles that are part of the word, as in Hebrew and Arabic script, are not ignored, because no list can distinguish
//! them from the first letters of a word.

use crate::domain::fold::is_apostrophe;

/// Returns a title without its leading article in the language of a tag: "fr" or "pt-BR".
///
/// The title must be in the normalization form NFC. It is returned unchanged if it has no article, or nothing else.
#[must_use]
pub fn without_article<'t>(title: &'t str, language: &str) -> &'t str {
    let primary = language.split('-').next().unwrap_or_default();
    let Some(start) = title.find(char::is_alphanumeric) else { return title };
    let (quotes, text) = title.split_at(start);
    if !quotes.chars().all(is_opening) {
        return title;
    }
    let clipped = quotes.char_indices().next_back().filter(|(_, last)| is_apostrophe(*last));
    let with_apostrophe = clipped.and_then(|(at, _)| title.get(at..));
    let behind = |article: &&str| behind(if article.starts_with('\'') { with_apostrophe? } else { text }, article);
    // The longest article takes precedence, as in "an t-uisce".
    articles(primary).iter().filter_map(behind).min_by_key(|rest| rest.len()).unwrap_or(title)
}

/// Returns the text after a leading article, if more words follow.
fn behind<'t>(text: &'t str, article: &str) -> Option<&'t str> {
    let mut letters = text.chars();
    for expected in article.chars() {
        let letter = letters.next()?;
        let is_same = match expected {
            '\'' => is_apostrophe(letter),
            '-' => matches!(letter, '-' | '\u{2010}' | '\u{2011}'),
            ' ' => letter.is_whitespace(),
            // Not folded, because accents distinguish words, as in Spanish "el" (the) and "él" (he).
            _ => letter.to_uppercase().eq(expected.to_uppercase()),
        };
        if !is_same {
            return None;
        }
    }
    let rest = letters.as_str();
    let is_joined = article.ends_with(['\'', '-']);
    let word = rest.split_whitespace().next()?;
    // In "A & B" and "A: …", the letter is not an article.
    ((is_joined || rest.starts_with(char::is_whitespace)) && word.contains(char::is_alphanumeric)).then_some(rest)
}

/// Returns whether a character can precede the first word without being part of it.
fn is_opening(letter: char) -> bool {
    letter.is_whitespace() || is_apostrophe(letter) || "\"“”„‟‚‛«»‹›「『《〈([{¿¡…-–—_".contains(letter)
}

/// Returns the articles of a language by its primary subtag. An article that ends in an apostrophe or a hyphen is
/// joined to the next word.
fn articles(primary: &str) -> &'static [&'static str] {
    match primary {
        "af" => &["die", "'n"],
        "ar" => &["al-", "el-", "ad-", "an-", "ar-", "as-", "ash-", "at-", "az-"],
        "ca" => &["el", "els", "en", "l'", "la", "les", "un", "una"],
        "cy" => &["y", "yr"],
        "da" => &["de", "den", "det", "en", "et"],
        "de" => &["das", "dem", "den", "der", "des", "die", "ein", "eine", "einem", "einen", "einer", "eines", "'s"],
        "el" => &[
            "ο", "η", "το", "οι", "τα", "του", "της", "τον", "την", "τη", "των", "τους", "τις", "ένας", "μία", "μια",
            "ένα", "ho", "hē", "to", "hoi", "hai", "ta", "tou", "tēs", "ton", "tēn", "tōn", "heis", "hen", "hena",
            "henas", "mia",
        ],
        "en" => &["a", "an", "the", "ye"],
        "eo" => &["la"],
        "es" => &["el", "la", "las", "lo", "los", "un", "una"],
        "eu" => &["bat"],
        "fr" => &["l'", "la", "le", "les", "un", "une"],
        "fy" => &["de", "'e", "in", "it", "'n", "'t"],
        "ga" => &["an", "an t-", "na", "na h-"],
        "gd" => &["a'", "am", "an", "an t-", "na", "na h-"],
        "gl" => &["a", "as", "o", "os", "un", "unha"],
        "he" => &["ha-", "he-", "ho-"],
        "hu" => &["a", "az", "egy"],
        "is" => {
            &["hin", "hina", "hinar", "hinir", "hinn", "hinna", "hinnar", "hinni", "hins", "hinu", "hinum", "hið", "'r"]
        }
        "it" => &["gl'", "gli", "i", "il", "l'", "la", "le", "lo", "un", "un'", "una", "uno"],
        "mt" => &["il-", "l-"],
        "nl" => &["de", "een", "eene", "het", "'n", "'t"],
        "no" | "nb" | "nn" => &["de", "dei", "den", "det", "e", "ei", "ein", "eit", "en", "et"],
        "pt" => &["a", "as", "o", "os", "um", "uma"],
        "ro" => &["a", "al", "o", "un", "unei", "unui"],
        "sv" => &["de", "den", "det", "en", "ett"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_articles_are_skipped() {
        for (language, title, rest) in [
            ("en", "The Art of War", "Art of War"),
            ("en-GB", "THE ART OF WAR", "ART OF WAR"),
            ("en", "An Introduction", "Introduction"),
            ("en", "“The Raven” and Others", "Raven” and Others"),
            ("en", "The “Good” Life", "“Good” Life"),
            ("en", "The The", "The"),
            ("de", "Die Verwandlung", "Verwandlung"),
            ("de", "'s Lebens Lauf", "Lebens Lauf"),
            ("fr", "L'Étranger", "Étranger"),
            ("fr", "«\u{a0}L’Étranger\u{a0}»", "Étranger\u{a0}»"),
            ("fr", "L' Étranger", "Étranger"),
            ("fr", "Une vie", "vie"),
            ("es", "El amor", "amor"),
            ("es", "¿La vida es sueño?", "vida es sueño?"),
            ("it", "Un'altra vita", "altra vita"),
            ("it", "Gli indifferenti", "indifferenti"),
            ("pt-BR", "Os Lusíadas", "Lusíadas"),
            ("nl", "’t Hooge nest", "Hooge nest"),
            ("nl", "Het bureau", "bureau"),
            ("sv", "Ett drömspel", "drömspel"),
            ("da", "Den lille havfrue", "lille havfrue"),
            ("nb", "Et dukkehjem", "dukkehjem"),
            ("nn", "Ein dag", "dag"),
            ("no", "Det nye", "nye"),
            ("is", "Hið ljósa man", "ljósa man"),
            ("ca", "L'illa", "illa"),
            ("ro", "O scrisoare pierdută", "scrisoare pierdută"),
            ("hu", "Az ember tragédiája", "ember tragédiája"),
            ("el", "Η Φόνισσα", "Φόνισσα"),
            ("el", "ΤΗΣ ΑΓΑΠΗΣ", "ΑΓΑΠΗΣ"),
            ("he", "ha-Sefer", "Sefer"),
            ("ar", "al‐Kitāb", "Kitāb"),
            ("ar", "as-Sijill", "Sijill"),
            ("ga", "An t-uisce", "uisce"),
            ("ga", "Na h-éin", "éin"),
            ("cy", "Y Gododdin", "Gododdin"),
            ("af", "'n Boek", "Boek"),
            ("eu", "Bat eta bi", "eta bi"),
            ("gl", "Unha casa", "casa"),
        ] {
            assert_eq!(without_article(title, language).trim_start(), rest, "{language} {title:?}");
        }
    }

    #[test]
    fn words_that_resemble_articles_are_unchanged() {
        for (language, title) in [
            ("en", "The"),
            ("en", "“The”"),
            ("en", "The…"),
            ("en", "Theory of Everything"),
            ("en", "A: The Story of a Letter"),
            ("en", "A & B"),
            ("en", "A* Search"),
            ("en", "A/B Testing"),
            ("en", "De Morgan's Laws"),
            ("en", "D'Artagnan"),
            ("en", "Die Hard"),
            ("en", ""),
            ("en", "?!"),
            ("de", "The Art of War"),
            ("es", "Él y ella"),
            ("fr", "L'"),
            ("fr", "Lettres"),
            ("fr", "À la recherche"),
            ("nl", "T Hooge nest"),
            ("pt", "Às vezes"),
            ("el", "Ή εμείς ή αυτοί"),
            ("pl", "A jednak"),
            ("ru", "А зори здесь тихие"),
            ("cs", "A pak"),
            ("", "The Art of War"),
        ] {
            assert_eq!(without_article(title, language), title, "{language}");
        }
    }
}
