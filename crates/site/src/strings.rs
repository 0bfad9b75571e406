//! The texts of the site in its language.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde::Deserialize;
use toml::{Table, Value};

use crate::kind::Kind;
use crate::view::Level;

/// The built-in texts.
const BUILT_IN: &str = include_str!("../strings.toml");

/// The key of the table with the names of languages.
const LANGUAGES: &str = "languages";

/// The maximum number of typos in a key for which the message suggests another key.
const MAX_TYPOS: usize = 2;

/// The number of names of months.
const MONTHS: usize = 12;

/// The texts, and the rules of their language. Cheap to clone.
#[derive(Clone)]
pub struct Strings(Arc<Inner>);

struct Inner {
    texts: Texts,
    rules: PluralRules,
}

/// Why the texts are invalid: a message that names the key and the remedy.
#[derive(Debug)]
pub struct StringsError(pub String);

impl Deref for Strings {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        &self.0.texts
    }
}

impl fmt::Debug for Strings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Strings")
    }
}

/// A text with a count, in the plural forms of the language.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "plural forms such as { one = \"…\", other = \"…\" }"
)]
pub struct Plural {
    zero: Option<String>,
    one: Option<String>,
    two: Option<String>,
    few: Option<String>,
    many: Option<String>,
    other: String,
}

impl Strings {
    /// Reads the built-in texts, replaced by those of an operator's file.
    ///
    /// # Errors
    /// Returns an error if the language or the file is invalid.
    pub fn new(language: &str, overrides: Option<&str>) -> Result<Self, StringsError> {
        let locale = Locale::try_from_str(language).map_err(|_| {
            StringsError(format!("invalid language tag {language:?}: expected one such as en or de-AT"))
        })?;
        let rules = PluralRules::try_new_cardinal(locale.into())
            .map_err(|_| StringsError(format!("the plural rules of {language:?} are unknown")))?;
        let mut texts = table(BUILT_IN)?;
        for (key, text) in table(overrides.unwrap_or_default())? {
            match (texts.get_mut(&key), text) {
                (None, _) => return Err(unknown(&key, &texts)),
                (Some(Value::Table(names)), Value::Table(own)) if key == LANGUAGES => names.extend(own),
                // Plural forms are replaced as a whole, because those of two languages must not mix.
                (Some(built_in), text) => *built_in = text,
            }
        }
        let texts: Texts = texts.try_into().map_err(|error| invalid(&error))?;
        texts.check()?;
        Ok(Self(Arc::new(Inner { texts, rules })))
    }

    /// Returns the built-in texts.
    ///
    /// # Panics
    /// Panics if they are invalid, which a test excludes.
    #[must_use]
    pub fn built_in() -> Self {
        Self::new("en", None).expect("the built-in texts are valid")
    }

    /// Returns a text with a count: `29 entries`.
    #[must_use]
    pub fn counted(&self, plural: &Plural, count: usize) -> String {
        let form = match self.0.rules.category_for(count) {
            PluralCategory::Zero => &plural.zero,
            PluralCategory::One => &plural.one,
            PluralCategory::Two => &plural.two,
            PluralCategory::Few => &plural.few,
            PluralCategory::Many => &plural.many,
            PluralCategory::Other => &None,
        };
        form.as_ref().unwrap_or(&plural.other).replace("{n}", &self.number(count))
    }

    /// Returns the number of objects of a kind: `29 books`.
    #[must_use]
    pub fn count_of(&self, kind: Kind, count: usize) -> String {
        let plural = match kind {
            Kind::Career => &self.career_count,
            Kind::Topic => &self.topic_count,
            Kind::Course => &self.course_count,
            Kind::Book => &self.book_count,
            Kind::Video => &self.video_count,
            Kind::Podcast => &self.podcast_count,
            Kind::Tutorial => &self.tutorial_count,
            Kind::Person => &self.person_count,
            Kind::Organization => &self.organization_count,
        };
        self.counted(plural, count)
    }

    /// Returns a number with the separators of the language: `1,234`.
    #[must_use]
    pub fn number(&self, number: usize) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() > 4 {
                grouped.push_str(&self.group_separator);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// Names of kinds and languages.
impl Texts {
    /// Returns the name of a kind in the plural.
    #[must_use]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass fields by reference")]
    pub fn plural_name(&self, kind: &Kind) -> &str {
        match kind {
            Kind::Career => &self.careers,
            Kind::Topic => &self.topics,
            Kind::Course => &self.courses,
            Kind::Book => &self.books,
            Kind::Video => &self.videos,
            Kind::Podcast => &self.podcasts,
            Kind::Tutorial => &self.tutorials,
            Kind::Person => &self.people,
            Kind::Organization => &self.organizations,
        }
    }

    /// Returns the name of a kind in the singular.
    #[must_use]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass fields by reference")]
    pub fn kind_name(&self, kind: &Kind) -> &str {
        match kind {
            Kind::Career => &self.career,
            Kind::Topic => &self.topic,
            Kind::Course => &self.course,
            Kind::Book => &self.book,
            Kind::Video => &self.video,
            Kind::Podcast => &self.podcast,
            Kind::Tutorial => &self.tutorial,
            Kind::Person => &self.person,
            Kind::Organization => &self.organization,
        }
    }

    #[must_use]
    pub fn level_name(&self, level: Level) -> &str {
        match level {
            Level::Introductory => &self.level_introductory,
            Level::Intermediate => &self.level_intermediate,
            Level::Advanced => &self.level_advanced,
        }
    }

    /// Returns the name of a language, with the rest of its tag: `Portuguese (BR)`. Unknown languages have their tag.
    #[must_use]
    pub fn language_name(&self, tag: &str) -> String {
        let (primary, rest) = tag.split_once('-').unwrap_or((tag, ""));
        match self.languages.get(primary) {
            Some(name) if rest.is_empty() => name.clone(),
            Some(name) => format!("{name} ({rest})"),
            None => tag.to_owned(),
        }
    }
}

/// Reads a file.
fn table(text: &str) -> Result<Table, StringsError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        StringsError(format!("invalid TOML at line {line}: {}", error.message()))
    })
}

fn unknown(key: &str, texts: &Table) -> StringsError {
    let similar = texts.keys().map(|other| (strsim::osa_distance(key, other), other)).min();
    let remedy = match similar {
        Some((1..=MAX_TYPOS, similar)) => format!("did you mean {similar:?}?"),
        _ => "remove it".to_owned(),
    };
    StringsError(format!("unknown key {key:?}; {remedy}"))
}

/// Describes an invalid value and its key in one line.
fn invalid(error: &toml::de::Error) -> StringsError {
    StringsError(error.to_string().lines().collect::<Vec<_>>().join(" "))
}

impl Texts {
    /// Checks the values that pages rely on.
    fn check(&self) -> Result<(), StringsError> {
        if !["ltr", "rtl"].contains(&self.direction.as_str()) {
            return Err(StringsError(format!("invalid direction {:?}: expected ltr or rtl", self.direction)));
        }
        if self.months.len() != MONTHS {
            return Err(StringsError(format!("months has {} names: expected {MONTHS}", self.months.len())));
        }
        Ok(())
    }
}

/// The texts by their keys in `strings.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Texts {
    pub direction: String,
    pub group_separator: String,
    pub date: String,
    pub month_of_year: String,
    pub before_common_era: String,
    pub months: Vec<String>,
    pub hours: String,
    pub minutes: String,
    pub weeks: Plural,
    pub tagline: String,
    pub skip_to_content: String,
    pub navigation: String,
    pub search: String,
    pub search_placeholder: String,
    pub theme_system: String,
    pub theme_light: String,
    pub theme_dark: String,
    pub feed: String,
    pub api: String,
    pub careers: String,
    pub topics: String,
    pub courses: String,
    pub books: String,
    pub videos: String,
    pub podcasts: String,
    pub tutorials: String,
    pub people: String,
    pub organizations: String,
    pub career: String,
    pub topic: String,
    pub course: String,
    pub book: String,
    pub video: String,
    pub podcast: String,
    pub tutorial: String,
    pub person: String,
    pub organization: String,
    pub career_count: Plural,
    pub course_count: Plural,
    pub book_count: Plural,
    pub topic_count: Plural,
    pub video_count: Plural,
    pub podcast_count: Plural,
    pub tutorial_count: Plural,
    pub person_count: Plural,
    pub organization_count: Plural,
    pub resource_count: Plural,
    pub entry_count: Plural,
    pub list_count: Plural,
    pub published: String,
    pub revised: String,
    pub reading_time: String,
    pub contents: String,
    pub reading_list: String,
    pub start_here: String,
    pub total_time: String,
    pub total_time_at_least: String,
    pub unknown_times: Plural,
    pub list_updated: String,
    pub find_a_path: String,
    pub related_careers: String,
    pub related_topics: String,
    pub subtopics: String,
    pub download_list: String,
    pub more_entries: String,
    pub role_introductory: String,
    pub role_core: String,
    pub role_reference: String,
    pub role_advanced: String,
    pub level_introductory: String,
    pub level_intermediate: String,
    pub level_advanced: String,
    pub free: String,
    pub pages: Plural,
    pub episodes: Plural,
    pub format_not_supported: String,
    pub search_title: String,
    pub result_count: Plural,
    pub result_count_more: Plural,
    pub corrected: String,
    pub similar_words: String,
    pub most_words: String,
    pub all_kinds: String,
    pub level: String,
    pub language: String,
    pub filters: String,
    pub kind_filters: String,
    pub active_filters: String,
    pub remove_filter: String,
    pub match_in_note: String,
    pub match_in_alias: String,
    pub match_in_name: String,
    pub match_in_topic: String,
    pub next_page: String,
    pub first_page: String,
    pub no_results: String,
    pub no_results_text: String,
    pub search_without_filters: String,
    pub search_start_text: String,
    pub browse: String,
    pub suggestions: String,
    pub suggestions_status: String,
    pub path_title: String,
    pub path_text: String,
    pub hours_per_week: String,
    pub update_path: String,
    pub weeks_at_hours: String,
    pub weeks_at_hours_at_least: String,
    pub step_count: Plural,
    pub known: String,
    pub known_resources: String,
    pub known_resources_text: String,
    pub remembered: String,
    pub apply_remembered: String,
    pub required_by: String,
    pub unlisted_prerequisites: Plural,
    pub unlisted: String,
    pub path_is_empty: String,
    pub path_is_known: String,
    pub breadcrumbs: String,
    pub also_called: String,
    pub open_at: String,
    pub details: String,
    pub author_role: Plural,
    pub editor_role: Plural,
    pub translator_role: Plural,
    pub illustrator_role: Plural,
    pub foreword_role: Plural,
    pub creator_role: Plural,
    pub host_role: Plural,
    pub instructor_role: Plural,
    pub provider: String,
    pub institution: String,
    pub publisher: String,
    pub edition: String,
    pub original_title: String,
    pub time_required: String,
    pub weekly_effort: String,
    pub length: String,
    pub price: String,
    pub free_with_extras: String,
    pub podcast_feed: String,
    pub isbn: String,
    pub syllabus: String,
    pub prerequisites: String,
    pub leads_to: String,
    pub recommended_in: Plural,
    pub more_recommendations: String,
    pub elsewhere: String,
    pub more_of: String,
    pub all: String,
    pub sort_by: String,
    pub sort_title: String,
    pub sort_recommended: String,
    pub sort_newest: String,
    pub pagination: String,
    pub previous_page: String,
    pub subtopic_count: Plural,
    pub nothing_matches: String,
    pub nothing_yet: String,
    pub recently_updated: String,
    pub not_found: String,
    pub not_found_text: String,
    pub gone: String,
    pub gone_text: String,
    pub method_not_allowed: String,
    pub method_not_allowed_text: String,
    pub bad_request: String,
    pub bad_request_text: String,
    pub too_many_requests: String,
    pub too_many_requests_text: String,
    pub unavailable: String,
    pub unavailable_text: String,
    pub internal_error: String,
    pub internal_error_text: String,
    pub request_id: String,
    pub languages: HashMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_texts_are_complete() {
        let strings = Strings::built_in();
        assert_eq!(strings.counted(&strings.entry_count, 1), "1 entry");
        assert_eq!(strings.counted(&strings.entry_count, 12_345), "12,345 entries");
        assert_eq!(strings.months.len(), 12);
    }

    #[test]
    fn operators_replace_texts_in_the_plural_forms_of_their_language() {
        let overrides =
            "entry-count = { one = '{n} pozycja', few = '{n} pozycje', many = '{n} pozycji', other = '{n} pozycji' }";
        let strings = Strings::new("pl", Some(overrides)).expect("the texts are valid");
        let counted = |count| strings.counted(&strings.entry_count, count);
        assert_eq!(
            [counted(1), counted(3), counted(5), counted(22)],
            ["1 pozycja", "3 pozycje", "5 pozycji", "22 pozycje"]
        );
    }

    #[test]
    fn names_of_languages_extend_the_built_in_ones() {
        let overrides = "[languages]\nde = 'niemiecki'\nszl = 'śląski'";
        let strings = Strings::new("pl", Some(overrides)).expect("the texts are valid");
        for (tag, name) in [("de-AT", "niemiecki (AT)"), ("szl", "śląski"), ("fr", "French")] {
            assert_eq!(strings.language_name(tag), name);
        }
    }

    #[test]
    fn plural_forms_of_two_languages_do_not_mix() {
        let strings =
            Strings::new("de", Some("entry-count = { other = '{n} Einträge' }")).expect("the texts are valid");
        assert_eq!(strings.counted(&strings.entry_count, 1), "1 Einträge");
    }

    #[test]
    fn unknown_keys_and_languages_are_rejected_by_name() {
        for (language, overrides, named) in [
            ("en", "serach = 'x'", "unknown key \"serach\"; did you mean \"search\"?"),
            ("en", "smtp = 'x'", "unknown key \"smtp\"; remove it"),
            ("en", "search = 1", "expected a string in `search`"),
            ("en", "\nsearch =", "invalid TOML at line 2: "),
            (
                "en",
                "entry-count = 'x'",
                "expected plural forms such as { one = \"…\", other = \"…\" } in `entry-count`",
            ),
            ("en", "entry-count = { one = 'x' }", "missing field `other` in `entry-count`"),
            ("en", "direction = 'up'", "invalid direction \"up\": expected ltr or rtl"),
            ("en", "months = ['January']", "months has 1 names: expected 12"),
            ("en", "languages = 'x'", "expected a map in `languages`"),
            ("en", "languages = { de = 1 }", "expected a string in `languages.de`"),
            ("x!", "", "x!"),
        ] {
            let error = Strings::new(language, Some(overrides)).expect_err("something is invalid");
            assert!(error.0.contains(named), "{}", error.0);
        }
    }

    #[test]
    fn languages_of_a_region_differ_from_the_language() {
        let strings = Strings::built_in();
        for (tag, name) in [("pt", "Portuguese"), ("pt-BR", "Portuguese (BR)"), ("tlh", "tlh")] {
            assert_eq!(strings.language_name(tag), name);
        }
    }
}
