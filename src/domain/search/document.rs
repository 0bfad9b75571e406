//! The words of one item by the field they stand in, as they are kept for finding it.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::stem::stem;
use super::typo;
use super::words::{Form, Word, words};
use crate::domain::article::{Article, LinkTarget};
use crate::domain::base_url::BaseUrl;
use crate::domain::html;

/// What the words of an item are kept under, weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Titles, names and aliases of the item itself.
    Title,
    /// Who made it: authors and other contributors, instructors, provider, institution, publisher; and a subtitle, which says
    /// less than the title does.
    Names,
    Topics,
    /// Summary, description and syllabus.
    Body,
    /// The article, and the notes that recommend it.
    Article,
}

/// Stands between the texts of a field, so that no phrase reaches from one into the next; no word is spelled so.
const NEXT_TEXT: &str = " / ";
/// Stands between the words in a row and the other forms of some of them.
const OTHER_FORMS: &str = " | ";
/// Characters that are kept of what completes a prefix.
const COMPLETION: usize = 80;
/// Words of a title that may begin a completion.
const COMPLETIONS: usize = 12;

/// Words that nobody begins with in the middle of a title.
const LITTLE_WORDS: [&str; 14] =
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"];

/// The words of an item, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The fields, each as its words between blanks.
    pub title: String,
    pub names: String,
    pub topics: String,
    pub body: String,
    pub article: String,
    /// The titles and aliases, each as stems and as [`literally`] written, then the code and the ISBN, all between bars.
    pub exact: String,
    /// Every word by which it is found, then those that a [`prefix`](as_prefix) may be of, between blanks, each once.
    pub words: String,
    /// The words that typos are mended to, between blanks, each once.
    pub spellings: String,
    /// The title from each of its words on, folded: what a prefix may be the beginning of.
    pub completions: Vec<String>,
}

/// Gathers a [`Document`].
#[derive(Debug)]
pub struct Builder {
    english: bool,
    fields: [Row; 5],
    exact: Vec<Exact>,
    names_outright: Vec<String>,
    spellings: BTreeSet<String>,
    completions: Vec<String>,
}

/// A title, as its words follow each other.
#[derive(Debug)]
struct Exact {
    stems: String,
    texts: String,
}

/// The words of a field.
#[derive(Debug, Default)]
struct Row {
    texts: Vec<String>,
    others: BTreeSet<String>,
    all: BTreeSet<String>,
    /// The words that a prefix may be of.
    begun: BTreeSet<String>,
}

/// Marks the words of a title that are not stemmed.
const LITERALLY: char = '=';
/// Marks the words that prefixes are compared with; no word begins with it.
const PREFIX: char = '+';

/// Returns the form in which [`Document::exact`] has a title as it is written.
#[must_use]
pub fn literally(texts: &str) -> String {
    format!("{LITERALLY}{texts}")
}

/// Returns the form in which [`Document::words`] has a word that prefixes are compared with: one of a title, a name or a topic. ISBNs,
/// codes and the words of long texts are found whole.
#[must_use]
pub fn as_prefix(word: &str) -> String {
    format!("{PREFIX}{word}")
}

impl Builder {
    /// For an item whose texts are `english` or in a language that is matched as it stands.
    #[must_use]
    pub fn new(english: bool) -> Self {
        Self {
            english,
            fields: Default::default(),
            exact: Vec::new(),
            names_outright: Vec::new(),
            spellings: BTreeSet::new(),
            completions: Vec::new(),
        }
    }

    /// Adds a title: also the name by which the item is found outright.
    pub fn title(&mut self, title: &str) {
        let words = words(title);
        self.spell(&words);
        self.exact.push(Exact { stems: self.row_of(&words), texts: texts_of(&words) });
        self.complete(title, &words);
        self.add_words(Field::Title, &words);
    }

    /// Adds more of the title: a book's subtitle, behind which title and subtitle together name it as well.
    pub fn subtitle(&mut self, subtitle: &str) {
        let words = words(subtitle);
        self.spell(&words);
        if let Some(title) = self.exact.first() {
            let stems = format!("{} {}", title.stems, self.row_of(&words));
            let texts = format!("{} {}", title.texts, texts_of(&words));
            self.exact.push(Exact { stems, texts });
        }
        self.add_words(Field::Names, &words);
    }

    /// Adds another name: a topic's alias.
    pub fn alias(&mut self, alias: &str) {
        self.title(alias);
    }

    /// Adds the name of somebody who had to do with it.
    pub fn name(&mut self, name: &str) {
        let words = words(name);
        self.spell(&words);
        self.add_words(Field::Names, &words);
    }

    /// Adds what alone names the item, be it no text: its code, its ISBN.
    pub fn outright(&mut self, name: &str) {
        self.names_outright.push(name.to_owned());
    }

    /// Adds a text.
    pub fn text(&mut self, field: Field, text: &str) {
        self.add_words(field, &words(text));
    }

    /// The document.
    #[must_use]
    pub fn build(self) -> Document {
        let mut all: BTreeSet<String> = self.names_outright.iter().cloned().collect();
        for row in &self.fields {
            all.extend(row.all.iter().cloned());
            all.extend(row.begun.iter().map(|word| as_prefix(word)));
        }
        let titles = self.exact.into_iter().flat_map(|title| [literally(&title.texts), title.stems]);
        let exact: Vec<String> = titles.chain(self.names_outright).collect();
        let [title, names, topics, body, article] = self.fields.map(Row::write);
        Document {
            title,
            names,
            topics,
            body,
            article,
            exact: format!("|{}|", exact.join("|")),
            words: all.into_iter().collect::<Vec<_>>().join(" "),
            spellings: self.spellings.into_iter().collect::<Vec<_>>().join(" "),
            completions: self.completions,
        }
    }

    /// The form in which a word stands in its row.
    fn form(&self, word: &str) -> String {
        if self.english { stem(word).into_owned() } else { word.to_owned() }
    }

    /// The words as they follow each other.
    fn row_of(&self, words: &[Word]) -> String {
        let in_row = words.iter().filter(|word| word.form.is_in_row());
        in_row.map(|word| self.form(&word.text)).collect::<Vec<_>>().join(" ")
    }

    fn add_words(&mut self, field: Field, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let text = self.row_of(words);
        let forms: Vec<(String, String, Form)> =
            words.iter().map(|word| (word.text.clone(), self.form(&word.text), word.form)).collect();
        let row = &mut self.fields[field as usize];
        row.texts.push(text);
        for (text, form, kind) in forms {
            if form != text || !kind.is_in_row() {
                row.others.insert(text.clone());
            }
            if !kind.is_in_row() {
                row.others.insert(form.clone());
            }
            if matches!(field, Field::Title | Field::Names | Field::Topics) {
                row.begun.insert(text.clone());
            }
            row.all.extend([text, form]);
        }
    }

    fn spell(&mut self, words: &[Word]) {
        let spelled =
            words.iter().filter(|word| !matches!(word.form, Form::Pair | Form::Single | Form::Lone | Form::Dotted));
        self.spellings.extend(spelled.map(|word| word.text.clone()).filter(|word| typo::is_correctable(word)));
    }

    fn complete(&mut self, title: &str, words: &[Word]) {
        let in_row = words.iter().filter(|word| word.form.is_in_row()).enumerate();
        let begins = in_row.filter(|(place, word)| *place == 0 || !LITTLE_WORDS.contains(&word.text.as_str()));
        for (_, word) in begins.take(COMPLETIONS) {
            self.completions.push(completion(&title[word.range.start..]));
        }
    }
}

/// A text as prefixes are compared with it: its words as they are folded, one blank between them.
#[must_use]
pub fn completion(text: &str) -> String {
    let folded: Vec<String> = super::words::written(text).iter().map(whole).collect();
    let mut completion = folded.join(" ");
    if let Some((end, _)) = completion.char_indices().nth(COMPLETION) {
        completion.truncate(end);
    }
    completion
}

/// What is written together, without what joins it.
fn whole(written: &super::words::Written) -> String {
    let joined = written.words.iter().find(|word| word.form == Form::Joined);
    if let Some(joined) = joined {
        return joined.text.clone();
    }
    let mut text = String::new();
    for word in &written.words {
        match word.form {
            Form::Plain | Form::Part | Form::Single | Form::Lone | Form::Emoji => text.push_str(&word.text),
            Form::Pair => text.push_str(first_character(&word.text)),
            Form::Joined | Form::Dotted | Form::Unsigned => {}
        }
    }
    text
}

/// The first character of two, with its combining marks.
fn first_character(pair: &str) -> &str {
    let second = pair.char_indices().skip(1).find(|(_, letter)| !is_combining_mark(*letter));
    second.map_or(pair, |(at, _)| &pair[..at])
}

/// The words of a text as they follow each other, not stemmed.
fn texts_of(words: &[Word]) -> String {
    let in_row = words.iter().filter(|word| word.form.is_in_row());
    in_row.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

impl Row {
    fn write(self) -> String {
        if self.texts.is_empty() {
            return String::new();
        }
        let mut text = format!(" {} ", self.texts.join(NEXT_TEXT));
        if !self.others.is_empty() {
            text.truncate(text.trim_end().len());
            text.push_str(OTHER_FORMS);
            text.push_str(&self.others.into_iter().collect::<Vec<_>>().join(" "));
            text.push(' ');
        }
        text
    }
}

/// A short text in Markdown, as it is read.
#[must_use]
pub fn of_markdown(markdown: &str) -> String {
    html::plain(markdown)
}

/// An article as it is read by whoever sees none of the cards in it: what a card is about is another item's to be found by.
/// Cards whose links are absolute are recognized by `base`.
#[must_use]
pub fn of_article(markdown: &str, base: Option<&BaseUrl>) -> String {
    html::plain(Article::new(markdown, base, |_| LinkTarget::Gone).markdown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_by_field_as_stems_with_their_other_forms() {
        let mut builder = Builder::new(true);
        builder.title("Testing Node.js");
        builder.subtitle("A guide");
        builder.name("Ursula K. Le Guin");
        builder.text(Field::Topics, "Software Testing");
        builder.outright("9781491946008");
        let document = builder.build();
        assert_eq!(document.title, " test node js | .js nodej nodejs testing ");
        assert_eq!(document.names, " a guid / ursula k le guin | guide ");
        assert_eq!(document.topics, " softwar test | software testing ");
        assert_eq!(document.article, "");
        assert_eq!(
            document.exact,
            "|=testing node js|test node js|=testing node js a guide|test node js a guid|9781491946008|"
        );
        assert_eq!(document.spellings, "guide guin node nodejs testing ursula");
        assert_eq!(document.completions, ["testing nodejs", "nodejs", "js"]);
        let words: Vec<&str> = document.words.split(' ').collect();
        for word in ["9781491946008", "test", "testing", "+testing", "+ursula", "+software"] {
            assert!(words.contains(&word), "{word} in {words:?}");
        }
        assert!(!words.contains(&"+9781491946008"));
    }

    #[test]
    fn other_languages_are_kept_as_they_stand() {
        let mut builder = Builder::new(false);
        builder.title("Les algorithmes");
        assert_eq!(builder.build().title, " les algorithmes ");
    }

    #[test]
    fn texts_without_blanks_are_kept_by_twos() {
        let mut builder = Builder::new(false);
        builder.title("学习编程");
        let document = builder.build();
        assert_eq!(document.title, " 学习 习编 编程 | 程 ");
        assert_eq!(document.completions, ["学习编程", "习编程", "编程"]);
    }

    #[test]
    fn cards_are_not_words_of_an_article() {
        let text =
            of_article("Read *this* first.\n\n[A hidden course](/course/ci4tzd/hidden)\n\n## Then\n\nRest.", None);
        assert!(text.contains("Read this first") && text.contains("Rest"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
