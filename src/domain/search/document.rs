//! Builds the search document of an item: its words by field.

use search_index::{Document, FieldSet};
use unicode_normalization::char::is_combining_mark;

use super::fuzzy;
use super::stem::stem;
use super::tokenizer::{Token, TokenKind, tokenize};
use crate::domain::article::{Article, LinkTarget};
use crate::domain::base_url::BaseUrl;
use crate::domain::html;

/// The fields of an item, by descending weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Titles, names and aliases of the item itself.
    Title,
    /// People and organizations: authors and other contributors, instructors, provider, institution, publisher; and the
    /// subtitle, which is less important than the title.
    Names,
    Topics,
    /// Summary, description and syllabus.
    Body,
    /// The article, and the notes on reading lists.
    Article,
}

/// The maximum length of a completion in characters.
const MAX_COMPLETION_CHARACTERS: usize = 80;
/// The maximum number of completions of a title.
const MAX_COMPLETIONS: usize = 12;

/// Words that do not start a completion within a title.
const STOP_WORDS: [&str; 14] =
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"];

/// Adds texts to a [`Document`].
#[derive(Debug)]
pub struct Builder {
    english: bool,
    document: Document,
    title: Option<Name>,
}

/// A title as a sequence of words.
#[derive(Clone, Debug)]
struct Name {
    stems: String,
    texts: String,
}

/// The prefix of titles that are not stemmed.
const LITERAL_PREFIX: char = '=';

/// Returns the form of a title that is not stemmed.
#[must_use]
pub fn literal_form(texts: &str) -> String {
    format!("{LITERAL_PREFIX}{texts}")
}

impl Field {
    fn set(self) -> FieldSet {
        FieldSet::of(Self::Article as u8 - self as u8)
    }

    /// Returns whether prefixes of words match. Words of long texts match completely, and so do ISBNs and codes.
    fn matches_prefixes(self) -> bool {
        matches!(self, Self::Title | Self::Names | Self::Topics)
    }
}

impl Builder {
    /// Creates a builder. Texts are stemmed if they are `english`. The document has all values except words.
    #[must_use]
    pub fn new(english: bool, document: Document) -> Self {
        Self { english, document, title: None }
    }

    /// Adds a title, which is also an exact name of the item.
    pub fn title(&mut self, title: &str) {
        let words = tokenize(title);
        let name = self.name_of(&words);
        self.add_name(&name);
        self.title.get_or_insert(name);
        self.spell(&words);
        self.complete(title, &words);
        self.add_words(Field::Title, &words);
    }

    /// Adds a subtitle. The title with the subtitle is an exact name as well.
    pub fn subtitle(&mut self, subtitle: &str) {
        let words = tokenize(subtitle);
        if let Some(title) = &self.title {
            let rest = self.name_of(&words);
            let stems = format!("{} {}", title.stems, rest.stems);
            let texts = format!("{} {}", title.texts, rest.texts);
            self.add_name(&Name { stems, texts });
        }
        self.spell(&words);
        self.add_words(Field::Names, &words);
    }

    /// Adds the name of a related person or organization.
    pub fn name(&mut self, name: &str) {
        let words = tokenize(name);
        self.spell(&words);
        self.add_words(Field::Names, &words);
    }

    /// Adds an identifier that matches exactly: the code or the ISBN.
    pub fn exact_name(&mut self, name: &str) {
        self.document.names.insert(name.to_owned());
        self.document.words.entry(name.to_owned()).or_default();
    }

    /// Adds a text.
    pub fn text(&mut self, field: Field, text: &str) {
        self.add_words(field, &tokenize(text));
    }

    /// Returns the document.
    #[must_use]
    pub fn build(self) -> Document {
        self.document
    }

    /// Returns the indexed form of a word.
    fn form(&self, word: &str) -> String {
        if self.english { stem(word).into_owned() } else { word.to_owned() }
    }

    fn name_of(&self, words: &[Token]) -> Name {
        let in_row = || words.iter().filter(|word| word.kind.is_in_sequence());
        let texts: Vec<&str> = in_row().map(|word| word.text.as_str()).collect();
        let stems: Vec<String> = in_row().map(|word| self.form(&word.text)).collect();
        Name { stems: stems.join(" "), texts: texts.join(" ") }
    }

    fn add_name(&mut self, name: &Name) {
        if !name.texts.is_empty() {
            self.document.names.extend([literal_form(&name.texts), name.stems.clone()]);
        }
    }

    fn add_words(&mut self, field: Field, words: &[Token]) {
        let row: Vec<String> =
            words.iter().filter(|word| word.kind.is_in_sequence()).map(|word| self.form(&word.text)).collect();
        if !row.is_empty() {
            let rows = if field == Field::Title { &mut self.document.titles } else { &mut self.document.texts };
            rows.push(row);
        }
        for word in words {
            for form in [word.text.clone(), self.form(&word.text)] {
                self.document.words.entry(form).or_default().add(field.set());
            }
            if field.matches_prefixes() {
                self.document.prefix_words.entry(word.text.clone()).or_default().add(field.set());
            }
        }
    }

    fn spell(&mut self, words: &[Token]) {
        let spelled = words.iter().filter(|word| {
            !matches!(word.kind, TokenKind::Bigram | TokenKind::Unigram | TokenKind::LoneCharacter | TokenKind::Dotted)
        });
        let spelled = spelled.map(|word| word.text.clone()).filter(|word| fuzzy::is_correctable(word));
        self.document.spellings.extend(spelled);
    }

    fn complete(&mut self, title: &str, words: &[Token]) {
        let in_row = words.iter().filter(|word| word.kind.is_in_sequence()).enumerate();
        let begins = in_row.filter(|(place, word)| *place == 0 || !STOP_WORDS.contains(&word.text.as_str()));
        for (_, word) in begins.take(MAX_COMPLETIONS) {
            self.document.completions.insert(completion(&title[word.range.start..]));
        }
    }
}

/// Returns the form of a text that is compared with prefixes: folded words, separated by spaces.
#[must_use]
pub fn completion(text: &str) -> String {
    let folded: Vec<String> = super::tokenizer::compounds(text).iter().map(whole).collect();
    let mut completion = folded.join(" ");
    if let Some((end, _)) = completion.char_indices().nth(MAX_COMPLETION_CHARACTERS) {
        completion.truncate(end);
    }
    completion
}

/// Returns a compound without its connectors.
fn whole(compound: &super::tokenizer::Compound) -> String {
    let joined = compound.words.iter().find(|word| word.kind == TokenKind::Compound);
    if let Some(joined) = joined {
        return joined.text.clone();
    }
    let mut text = String::new();
    for word in &compound.words {
        match word.kind {
            TokenKind::Plain | TokenKind::Part | TokenKind::Unigram | TokenKind::LoneCharacter | TokenKind::Emoji => {
                text.push_str(&word.text);
            }
            TokenKind::Bigram => text.push_str(first_character(&word.text)),
            TokenKind::Compound | TokenKind::Dotted | TokenKind::Unsigned => {}
        }
    }
    text
}

/// Returns the first character of a bigram, with its combining marks.
fn first_character(pair: &str) -> &str {
    let second = pair.char_indices().skip(1).find(|(_, letter)| !is_combining_mark(*letter));
    second.map_or(pair, |(at, _)| &pair[..at])
}

/// Returns the plain text of short Markdown.
#[must_use]
pub fn markdown_text(markdown: &str) -> String {
    html::plain(markdown)
}

/// Returns the plain text of an article without embeds, which are other items. Absolute URLs below `base` are
/// recognized as embeds.
#[must_use]
pub fn article_text(markdown: &str, base: Option<&BaseUrl>) -> String {
    html::plain(Article::new(markdown, base, |_| LinkTarget::Unavailable).markdown())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(english: bool) -> Builder {
        Builder::new(english, Document::default())
    }

    #[test]
    fn words_are_indexed_verbatim_and_stemmed_by_field() {
        let mut builder = builder(true);
        builder.title("Testing Node.js");
        builder.subtitle("A guide");
        builder.name("Ursula K. Le Guin");
        builder.text(Field::Topics, "Software Testing");
        builder.text(Field::Body, "All about tests");
        builder.exact_name("9781491946008");
        let document = builder.build();
        let title_and_topics = [Field::Title, Field::Topics].map(Field::set);
        let mut in_both = title_and_topics[0];
        in_both.add(title_and_topics[1]);
        assert_eq!(document.words.get("testing"), Some(&in_both));
        in_both.add(Field::Body.set());
        assert_eq!(document.words.get("test"), Some(&in_both));
        assert_eq!(document.words.get("nodejs"), Some(&Field::Title.set()));
        assert_eq!(document.words.get("9781491946008"), Some(&FieldSet::default()));
        assert_eq!(document.titles, [["test", "node", "js"]]);
        assert_eq!(document.texts[1], ["ursula", "k", "le", "guin"]);
        let names: Vec<&str> = document.names.iter().map(String::as_str).collect();
        let expected =
            ["9781491946008", "=testing node js", "=testing node js a guide", "test node js", "test node js a guid"];
        assert_eq!(names, expected);
        let spellings: Vec<&str> = document.spellings.iter().map(String::as_str).collect();
        assert_eq!(spellings, ["guide", "guin", "node", "nodejs", "testing", "ursula"]);
        let completions: Vec<&str> = document.completions.iter().map(String::as_str).collect();
        assert_eq!(completions, ["js", "nodejs", "testing nodejs"]);
        let prefix_words = &document.prefix_words;
        assert!(
            ["testing", "ursula", "software"].iter().all(|word| prefix_words.contains_key(*word)),
            "{prefix_words:?}"
        );
        assert!(["9781491946008", "about"].iter().all(|word| !prefix_words.contains_key(*word)), "{prefix_words:?}");
    }

    #[test]
    fn other_languages_are_not_stemmed() {
        let mut builder = builder(false);
        builder.title("Les algorithmes");
        assert_eq!(builder.build().titles, [["les", "algorithmes"]]);
    }

    #[test]
    fn unspaced_texts_are_indexed_as_bigrams() {
        let mut builder = builder(false);
        builder.title("学习编程");
        let document = builder.build();
        assert_eq!(document.titles, [["学习", "习编", "编程"]]);
        assert!(document.words.contains_key("程"));
        let completions: Vec<&str> = document.completions.iter().map(String::as_str).collect();
        assert_eq!(completions, ["习编程", "学习编程", "编程"]);
    }

    #[test]
    fn embeds_are_not_part_of_article_text() {
        let text =
            article_text("Read *this* first.\n\n[A hidden course](/course/ci4tzd/hidden)\n\n## Then\n\nRest.", None);
        assert!(text.contains("Read this first") && text.contains("Rest"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
