//! The filters that all `where` inputs are made of, and how they become conditions.
//!
//! Filters are two-valued: `not: {publicationYear: {eq: 2020}}` includes books without a year. `{}` matches everything,
//! `in: []` and `or: []` nothing, `and: []` everything.

use async_graphql::{InputObject, Result};

use super::enums::{Level, PublicationStatus};
use super::error::bad_input;
use super::scalars::{Date, DateTime, Duration, Isbn, LanguageTag};
use crate::domain::date;
use crate::domain::fold::fold_part;
use crate::domain::invisible::token;
use crate::loader::{Column, Filter, FilterRelation, SortValue, StatusTest, Test, columns};
use crate::model::NodeKind;

/// How deep filters may be nested.
const MAX_DEPTH: u32 = 8;
/// How many conditions a filter may be made of, lists of values counting as one.
const MAX_CONDITIONS: usize = 200;

/// A `where` input.
pub trait Where: Sized {
    /// Adds its conditions, which must all hold. `depth` is that of what is nested in it.
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()>;
}

/// The condition that a `where` argument stands for.
///
/// # Errors
/// When it is nested too deep.
pub fn filter(condition: Option<impl Where>) -> Result<Filter> {
    let Some(condition) = condition else { return Ok(Filter::everything()) };
    let filter = nested(condition, 1)?;
    let size = filter.size();
    if size > MAX_CONDITIONS {
        return Err(bad_input("where", format!("must have at most {MAX_CONDITIONS} conditions, not {size}")));
    }
    Ok(filter)
}

/// The condition of a `where` input at a depth.
///
/// # Errors
/// When it is nested too deep.
pub fn nested(condition: impl Where, depth: u32) -> Result<Filter> {
    if depth > MAX_DEPTH {
        return Err(bad_input("where", format!("must not be nested deeper than {MAX_DEPTH}")));
    }
    let mut all = Vec::new();
    condition.conditions(depth + 1, &mut all)?;
    Ok(Filter::All(all))
}

/// Adds what `and`, `or` and `not` of a `where` input mean.
///
/// # Errors
/// When they are nested too deep.
pub fn combine<W: Where>(
    and: Option<Vec<W>>,
    or: Option<Vec<W>>,
    not: Option<Box<W>>,
    depth: u32,
    all: &mut Vec<Filter>,
) -> Result<()> {
    let each = |conditions: Vec<W>| -> Result<Vec<Filter>> {
        conditions.into_iter().map(|condition| nested(condition, depth)).collect()
    };
    if let Some(and) = and {
        all.push(Filter::All(each(and)?));
    }
    if let Some(or) = or {
        all.push(Filter::Any(each(or)?));
    }
    if let Some(not) = not {
        all.push(Filter::Not(Box::new(nested(*not, depth)?)));
    }
    Ok(())
}

/// Adds a condition on what the row is tied to.
///
/// # Errors
/// When it is nested too deep.
pub fn related(
    relation: FilterRelation,
    condition: Option<impl Where>,
    depth: u32,
    all: &mut Vec<Filter>,
) -> Result<()> {
    if let Some(condition) = condition {
        all.push(Filter::Related(relation, Box::new(nested(condition, depth)?)));
    }
    Ok(())
}

/// A filter on one column.
pub trait ColumnFilter {
    fn tests(self) -> Vec<Test>;
}

/// Adds the tests of a filter on `column`, where there is one.
pub fn on(column: Column, filter: Option<impl ColumnFilter>, all: &mut Vec<Filter>) {
    if let Some(filter) = filter {
        all.extend(filter.tests().into_iter().map(|test| Filter::Is(column, test)));
    }
}

/// Adds the tests of a filter on a text: `eq` and `in` look at `exact`, `contains` and `startsWith` at `folded`, where
/// case and accents make no difference.
pub fn on_text(exact: Column, folded: Column, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    text_tests((exact, str::to_owned), (folded, fold_part), filter, all);
}

/// Adds the tests of a filter on a text whose letters are compared as they are, invisible ones aside: a slug, a code.
pub fn on_plain_text(column: Column, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    let plain = |text: &str| token(text).into_owned();
    text_tests((column, plain), (column, plain), filter, all);
}

/// Adds the tests of a filter on the aliases of an item of `kind`.
pub fn on_alias(kind: NodeKind, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    let Some(mut alias) = filter else { return };
    let has = |aliases| Filter::Related(FilterRelation::Alias(kind), Box::new(Filter::All(aliases)));
    // Having none is asked of the item, not of an alias.
    if let Some(has_none) = alias.is_null.take() {
        let has_any = has(Vec::new());
        all.push(if has_none { Filter::Not(Box::new(has_any)) } else { has_any });
    }
    let mut aliases = Vec::new();
    on_text(columns::alias::NAME, columns::alias::NAME_FOLDED, Some(alias), &mut aliases);
    if !aliases.is_empty() {
        all.push(has(aliases));
    }
}

fn text_tests(
    exact: (Column, fn(&str) -> String),
    folded: (Column, fn(&str) -> String),
    filter: Option<StringFilter>,
    all: &mut Vec<Filter>,
) {
    let Some(filter) = filter else { return };
    // PostgreSQL holds no null characters, so nothing equals a text that has one.
    let text = |text: String| (!text.contains('\0')).then_some(text);
    let none = || Filter::Any(Vec::new());
    if let Some(eq) = filter.eq {
        all.push(text(eq).map_or_else(none, |eq| Filter::Is(exact.0, Test::Equal(exact.1(&eq).into()))));
    }
    if let Some(texts) = filter.in_ {
        let texts = texts.into_iter().filter_map(text).map(|text| exact.1(&text)).collect();
        all.push(Filter::Is(exact.0, Test::InTexts(texts)));
    }
    if let Some(contains) = filter.contains {
        all.push(text(contains).map_or_else(none, |text| Filter::Is(folded.0, Test::Contains(folded.1(&text)))));
    }
    if let Some(starts_with) = filter.starts_with {
        all.push(text(starts_with).map_or_else(none, |text| Filter::Is(folded.0, Test::StartsWith(folded.1(&text)))));
    }
    if let Some(is_null) = filter.is_null {
        all.push(Filter::Is(exact.0, Test::IsNull(is_null)));
    }
}

/// What a list names, each once.
pub fn distinct<T: PartialEq>(named: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for one in named {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

/// Conditions on a text; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct StringFilter {
    /// It is this text, letter for letter.
    eq: Option<String>,
    /// It is one of these texts, letter for letter; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<String>>,
    /// This text is somewhere in it; case and accents make no difference.
    contains: Option<String>,
    /// It begins with this text; case and accents make no difference.
    starts_with: Option<String>,
    /// It is not known (true), or it is known (false).
    pub is_null: Option<bool>,
}

/// Conditions on a number; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct IntFilter {
    /// It is this number.
    eq: Option<i32>,
    /// It is one of these numbers; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<i32>>,
    /// It is greater than this number.
    gt: Option<i32>,
    /// It is this number or greater.
    gte: Option<i32>,
    /// It is less than this number.
    lt: Option<i32>,
    /// It is this number or less.
    lte: Option<i32>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

/// Conditions on a moment; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct DateTimeFilter {
    /// It is this very moment.
    eq: Option<DateTime>,
    /// It is after this moment.
    gt: Option<DateTime>,
    /// It is at this moment or after it.
    gte: Option<DateTime>,
    /// It is before this moment.
    lt: Option<DateTime>,
    /// It is at this moment or before it.
    lte: Option<DateTime>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

/// A filter of dates. All given conditions must hold. A condition without a day stands for all days of its month, and one
/// without a month for all days of its year: `eq: "2011"` finds everything from 2011.
#[derive(InputObject, Clone, Debug)]
pub struct DateFilter {
    /// On this date.
    eq: Option<Date>,
    /// After this date.
    gt: Option<Date>,
    /// On this date or after it.
    gte: Option<Date>,
    /// Before this date.
    lt: Option<Date>,
    /// On this date or before it.
    lte: Option<Date>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

/// Conditions on a length of time; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct DurationFilter {
    /// It is exactly this long.
    eq: Option<Duration>,
    /// It is longer than this.
    gt: Option<Duration>,
    /// It is this long or longer.
    gte: Option<Duration>,
    /// It is shorter than this.
    lt: Option<Duration>,
    /// It is this long or shorter.
    lte: Option<Duration>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

/// Writes the tests of a filter that compares.
macro_rules! comparing_tests {
    ($filter:expr, $value:expr, $in:expr) => {{
        let (filter, one_of) = ($filter, $in);
        let value = $value;
        [
            filter.eq.map(|eq| Test::Equal(value(eq))),
            one_of,
            filter.gt.map(|gt| Test::Greater(value(gt))),
            filter.gte.map(|gte| Test::GreaterOrEqual(value(gte))),
            filter.lt.map(|lt| Test::Less(value(lt))),
            filter.lte.map(|lte| Test::LessOrEqual(value(lte))),
            filter.is_null.map(Test::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }};
}

impl ColumnFilter for IntFilter {
    fn tests(self) -> Vec<Test> {
        let Self { in_, .. } = &self;
        let one_of = in_.as_ref().map(|numbers| Test::InNumbers(numbers.iter().copied().map(i64::from).collect()));
        comparing_tests!(self, |number: i32| SortValue::from(number), one_of)
    }
}

impl ColumnFilter for DateTimeFilter {
    fn tests(self) -> Vec<Test> {
        comparing_tests!(self, |moment: DateTime| SortValue::from(moment.0.0), None)
    }
}

impl ColumnFilter for DateFilter {
    fn tests(self) -> Vec<Test> {
        let first = |date: Date| SortValue::from(date.0);
        let last = |date: Date| SortValue::from(date::last(date.0));
        [
            self.eq.map(|date| Test::GreaterOrEqual(first(date))),
            self.eq.map(|date| Test::LessOrEqual(last(date))),
            self.gt.map(|date| Test::Greater(last(date))),
            self.gte.map(|date| Test::GreaterOrEqual(first(date))),
            self.lt.map(|date| Test::Less(first(date))),
            self.lte.map(|date| Test::LessOrEqual(last(date))),
            self.is_null.map(Test::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl ColumnFilter for DurationFilter {
    fn tests(self) -> Vec<Test> {
        comparing_tests!(self, |length: Duration| SortValue::from(length.0), None)
    }
}

/// A condition on something that is true or false.
#[derive(InputObject, Clone, Debug)]
pub struct BooleanFilter {
    /// It is this.
    eq: Option<bool>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

impl ColumnFilter for BooleanFilter {
    fn tests(self) -> Vec<Test> {
        [self.eq.map(Test::Is), self.is_null.map(Test::IsNull)].into_iter().flatten().collect()
    }
}

/// Conditions on a language; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct LanguageFilter {
    /// It is exactly this tag.
    eq: Option<LanguageTag>,
    /// It is one of these tags; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<LanguageTag>>,
    /// It is this language in any of its forms: "en" matches en and en-GB.
    matches: Option<LanguageTag>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

impl ColumnFilter for LanguageFilter {
    fn tests(self) -> Vec<Test> {
        [
            self.eq.map(|tag| Test::Equal(tag.0.into())),
            self.in_.map(|tags| Test::InTexts(tags.into_iter().map(|tag| tag.0).collect())),
            self.matches.map(|tag| Test::InLanguage(tag.0)),
            self.is_null.map(Test::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Conditions on a level; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
pub struct LevelFilter {
    /// It is this level.
    eq: Option<Level>,
    /// It is one of these levels; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<Level>>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

impl ColumnFilter for LevelFilter {
    fn tests(self) -> Vec<Test> {
        let text = |level: Level| entity::choice::Level::from(level).as_str().to_owned();
        [
            self.eq.map(|level| Test::Equal(text(level).into())),
            self.in_.map(|levels| Test::InTexts(levels.into_iter().map(text).collect())),
            self.is_null.map(Test::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Conditions on an ISBN; all that are given must hold.
#[derive(InputObject, Clone, Debug)]
#[graphql(name = "ISBNFilter")]
pub struct IsbnFilter {
    /// It is this ISBN, whether written with ten or thirteen digits.
    eq: Option<Isbn>,
    /// It is one of these; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<Isbn>>,
    /// It is not known (true), or it is known (false).
    is_null: Option<bool>,
}

impl ColumnFilter for IsbnFilter {
    fn tests(self) -> Vec<Test> {
        [
            self.eq.map(|isbn| Test::Equal(isbn.0.into())),
            self.in_.map(|isbns| Test::InTexts(isbns.into_iter().map(|isbn| isbn.0).collect())),
            self.is_null.map(Test::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Conditions on where an item is between being written and being withdrawn. Without preview, everything that is there is
/// published.
#[derive(InputObject, Clone, Debug)]
pub struct StatusFilter {
    /// It is this status.
    eq: Option<PublicationStatus>,
    /// It is one of these; an empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<PublicationStatus>>,
}

impl ColumnFilter for StatusFilter {
    fn tests(self) -> Vec<Test> {
        let value = |status: PublicationStatus| match status {
            PublicationStatus::Draft => StatusTest::Draft,
            PublicationStatus::Scheduled => StatusTest::Scheduled,
            PublicationStatus::Published => StatusTest::Published,
            PublicationStatus::Archived => StatusTest::Archived,
        };
        [
            self.eq.map(|status| Test::Status(vec![value(status)])),
            self.in_.map(|statuses| Test::Status(distinct(statuses.into_iter().map(value)))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
