//! The filters of `where` inputs, and their translation to conditions.
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
use crate::loader::{Column, Filter, FilterRelation, Predicate, SortValue, StatusPredicate, columns};
use crate::model::NodeKind;

/// The maximum nesting of filters.
const MAX_DEPTH: u32 = 8;
/// The maximum number of conditions of a filter. A list of values counts as one.
const MAX_CONDITIONS: usize = 200;

/// A `where` input.
pub trait Where: Sized {
    /// Adds the conditions of the filter, which must all hold. `depth` is the depth of nested filters.
    fn conditions(self, depth: u32, all: &mut Vec<Filter>) -> Result<()>;
}

/// Translates a `where` argument to a condition.
///
/// # Errors
/// When the filter is nested too deep.
pub fn filter(condition: Option<impl Where>) -> Result<Filter> {
    let Some(condition) = condition else { return Ok(Filter::everything()) };
    let filter = nested(condition, 1)?;
    let size = filter.size();
    if size > MAX_CONDITIONS {
        return Err(bad_input("where", format!("must have at most {MAX_CONDITIONS} conditions, not {size}")));
    }
    Ok(filter)
}

/// Translates a `where` input at a depth to a condition.
///
/// # Errors
/// When the filter is nested too deep.
pub fn nested(condition: impl Where, depth: u32) -> Result<Filter> {
    if depth > MAX_DEPTH {
        return Err(bad_input("where", format!("must not be nested deeper than {MAX_DEPTH}")));
    }
    let mut all = Vec::new();
    condition.conditions(depth + 1, &mut all)?;
    Ok(Filter::All(all))
}

/// Adds the conditions of `and`, `or` and `not` of a `where` input.
///
/// # Errors
/// When the filters are nested too deep.
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

/// Adds a condition on related rows.
///
/// # Errors
/// When the filter is nested too deep.
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
    fn predicates(self) -> Vec<Predicate>;
}

/// Adds the tests of a filter on `column`, if there is a filter.
pub fn on(column: Column, filter: Option<impl ColumnFilter>, all: &mut Vec<Filter>) {
    if let Some(filter) = filter {
        all.extend(filter.predicates().into_iter().map(|test| Filter::Is(column, test)));
    }
}

/// Adds the tests of a filter on a text: `eq` and `in` compare with the column `exact`, `contains` and `startsWith`
/// with the column `folded`, without case and accents.
pub fn on_text(exact: Column, folded: Column, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    text_tests((exact, str::to_owned), (folded, fold_part), filter, all);
}

/// Adds the tests of a filter on a text that is compared character by character, such as a slug or a code. Invisible
/// characters are ignored.
pub fn on_plain_text(column: Column, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    let plain = |text: &str| token(text).into_owned();
    text_tests((column, plain), (column, plain), filter, all);
}

/// Adds the tests of a filter on the aliases of an item of `kind`.
pub fn on_alias(kind: NodeKind, filter: Option<StringFilter>, all: &mut Vec<Filter>) {
    let Some(mut alias) = filter else { return };
    let has_alias = |aliases| Filter::Related(FilterRelation::Alias(kind), Box::new(Filter::All(aliases)));
    // `isNull` is a condition on the item, not on an alias.
    if let Some(has_none) = alias.is_null.take() {
        let has_any = has_alias(Vec::new());
        all.push(if has_none { Filter::Not(Box::new(has_any)) } else { has_any });
    }
    let mut aliases = Vec::new();
    on_text(columns::alias::NAME, columns::alias::NAME_FOLDED, Some(alias), &mut aliases);
    if !aliases.is_empty() {
        all.push(has_alias(aliases));
    }
}

fn text_tests(
    exact: (Column, fn(&str) -> String),
    folded: (Column, fn(&str) -> String),
    filter: Option<StringFilter>,
    all: &mut Vec<Filter>,
) {
    let Some(filter) = filter else { return };
    // PostgreSQL cannot store null characters, so nothing equals a text that has one.
    let text = |text: String| (!text.contains('\0')).then_some(text);
    let none = || Filter::Any(Vec::new());
    if let Some(eq) = filter.eq {
        all.push(text(eq).map_or_else(none, |eq| Filter::Is(exact.0, Predicate::Equal(exact.1(&eq).into()))));
    }
    if let Some(texts) = filter.in_ {
        let texts = texts.into_iter().filter_map(text).map(|text| exact.1(&text)).collect();
        all.push(Filter::Is(exact.0, Predicate::InTexts(texts)));
    }
    if let Some(contains) = filter.contains {
        all.push(text(contains).map_or_else(none, |text| Filter::Is(folded.0, Predicate::Contains(folded.1(&text)))));
    }
    if let Some(starts_with) = filter.starts_with {
        all.push(
            text(starts_with).map_or_else(none, |text| Filter::Is(folded.0, Predicate::StartsWith(folded.1(&text)))),
        );
    }
    if let Some(is_null) = filter.is_null {
        all.push(Filter::Is(exact.0, Predicate::IsNull(is_null)));
    }
}

/// Removes duplicates.
pub fn distinct<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// A filter for texts. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct StringFilter {
    /// Equals this text exactly, including case and accents.
    eq: Option<String>,
    /// Equals one of these texts exactly. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<String>>,
    /// Contains this text. Case and accents are ignored in titles, names and aliases.
    contains: Option<String>,
    /// Starts with this text. Case and accents are ignored in titles, names and aliases.
    starts_with: Option<String>,
    /// `true` matches only unknown values, `false` only known ones.
    pub is_null: Option<bool>,
}

/// A filter for integers. All conditions that are set must hold, so `{ gte: 1, lt: 5 }` is a range.
#[derive(InputObject, Clone, Debug)]
pub struct IntFilter {
    /// Equals this number.
    eq: Option<i32>,
    /// Equals one of these numbers. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<i32>>,
    /// Is greater than this number.
    gt: Option<i32>,
    /// Is greater than or equal to this number.
    gte: Option<i32>,
    /// Is less than this number.
    lt: Option<i32>,
    /// Is less than or equal to this number.
    lte: Option<i32>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

/// A filter for points in time, which compare to the microsecond. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct DateTimeFilter {
    /// Is exactly at this time, to the microsecond.
    eq: Option<DateTime>,
    /// Is later than this time.
    gt: Option<DateTime>,
    /// Is at this time or later.
    gte: Option<DateTime>,
    /// Is earlier than this time.
    lt: Option<DateTime>,
    /// Is at this time or earlier.
    lte: Option<DateTime>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

/// A filter for dates. All conditions that are set must hold. A date without a day stands for all days of its month or
/// year: `eq: "2011"` matches every date in 2011.
#[derive(InputObject, Clone, Debug)]
pub struct DateFilter {
    /// Is on this date, or within this month or year.
    eq: Option<Date>,
    /// Is after this date, or after the end of this month or year.
    gt: Option<Date>,
    /// Is on this date or later, or not before the start of this month or year.
    gte: Option<Date>,
    /// Is before this date, or before the start of this month or year.
    lt: Option<Date>,
    /// Is on this date or earlier, or not after the end of this month or year.
    lte: Option<Date>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

/// A filter for durations. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct DurationFilter {
    /// Is exactly this duration, to the second; "PT60M" equals "PT1H".
    eq: Option<Duration>,
    /// Is longer than this duration.
    gt: Option<Duration>,
    /// Is at least this duration.
    gte: Option<Duration>,
    /// Is shorter than this duration.
    lt: Option<Duration>,
    /// Is at most this duration.
    lte: Option<Duration>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

/// Implements the tests of a filter with comparisons.
macro_rules! comparing_tests {
    ($filter:expr, $value:expr, $in:expr) => {{
        let (filter, one_of) = ($filter, $in);
        let value = $value;
        [
            filter.eq.map(|eq| Predicate::Equal(value(eq))),
            one_of,
            filter.gt.map(|gt| Predicate::Greater(value(gt))),
            filter.gte.map(|gte| Predicate::GreaterOrEqual(value(gte))),
            filter.lt.map(|lt| Predicate::Less(value(lt))),
            filter.lte.map(|lte| Predicate::LessOrEqual(value(lte))),
            filter.is_null.map(Predicate::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }};
}

impl ColumnFilter for IntFilter {
    fn predicates(self) -> Vec<Predicate> {
        let Self { in_, .. } = &self;
        let one_of = in_.as_ref().map(|numbers| Predicate::InNumbers(numbers.iter().copied().map(i64::from).collect()));
        comparing_tests!(self, |number: i32| SortValue::from(number), one_of)
    }
}

impl ColumnFilter for DateTimeFilter {
    fn predicates(self) -> Vec<Predicate> {
        comparing_tests!(self, |moment: DateTime| SortValue::from(moment.0.0), None)
    }
}

impl ColumnFilter for DateFilter {
    fn predicates(self) -> Vec<Predicate> {
        let first = |date: Date| SortValue::from(date.0);
        let last = |date: Date| SortValue::from(date::last(date.0));
        [
            self.eq.map(|date| Predicate::GreaterOrEqual(first(date))),
            self.eq.map(|date| Predicate::LessOrEqual(last(date))),
            self.gt.map(|date| Predicate::Greater(last(date))),
            self.gte.map(|date| Predicate::GreaterOrEqual(first(date))),
            self.lt.map(|date| Predicate::Less(first(date))),
            self.lte.map(|date| Predicate::LessOrEqual(last(date))),
            self.is_null.map(Predicate::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl ColumnFilter for DurationFilter {
    fn predicates(self) -> Vec<Predicate> {
        comparing_tests!(self, |length: Duration| SortValue::from(length.0), None)
    }
}

/// A filter for booleans. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct BooleanFilter {
    /// Equals this value. Unknown values equal neither `true` nor `false`.
    eq: Option<bool>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

impl ColumnFilter for BooleanFilter {
    fn predicates(self) -> Vec<Predicate> {
        [self.eq.map(Predicate::Is), self.is_null.map(Predicate::IsNull)].into_iter().flatten().collect()
    }
}

/// A filter for languages. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct LanguageFilter {
    /// Equals this tag: "en" does not match en-GB.
    eq: Option<LanguageTag>,
    /// Equals one of these tags. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<LanguageTag>>,
    /// Is this language or a more specific variant of it: "en" matches en and en-GB.
    matches: Option<LanguageTag>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

impl ColumnFilter for LanguageFilter {
    fn predicates(self) -> Vec<Predicate> {
        [
            self.eq.map(|tag| Predicate::Equal(tag.0.into())),
            self.in_.map(|tags| Predicate::InTexts(tags.into_iter().map(|tag| tag.0).collect())),
            self.matches.map(|tag| Predicate::InLanguage(tag.0)),
            self.is_null.map(Predicate::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A filter for levels. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
pub struct LevelFilter {
    /// Equals this level.
    eq: Option<Level>,
    /// Equals one of these levels. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<Level>>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

impl ColumnFilter for LevelFilter {
    fn predicates(self) -> Vec<Predicate> {
        let text = |level: Level| entity::enums::Level::from(level).as_str().to_owned();
        [
            self.eq.map(|level| Predicate::Equal(text(level).into())),
            self.in_.map(|levels| Predicate::InTexts(levels.into_iter().map(text).collect())),
            self.is_null.map(Predicate::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A filter for ISBNs, which compare in their thirteen-digit form. All conditions that are set must hold.
#[derive(InputObject, Clone, Debug)]
#[graphql(name = "ISBNFilter")]
pub struct IsbnFilter {
    /// Equals this ISBN, whether given as ISBN-10 or ISBN-13.
    eq: Option<Isbn>,
    /// Equals one of these ISBNs. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<Isbn>>,
    /// `true` matches only unknown values, `false` only known ones.
    is_null: Option<bool>,
}

impl ColumnFilter for IsbnFilter {
    fn predicates(self) -> Vec<Predicate> {
        [
            self.eq.map(|isbn| Predicate::Equal(isbn.0.into())),
            self.in_.map(|isbns| Predicate::InTexts(isbns.into_iter().map(|isbn| isbn.0).collect())),
            self.is_null.map(Predicate::IsNull),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A filter for publication statuses. All conditions that are set must hold. Without a preview of drafts, every visible
/// item is `PUBLISHED`.
#[derive(InputObject, Clone, Debug)]
pub struct StatusFilter {
    /// Equals this status.
    eq: Option<PublicationStatus>,
    /// Equals one of these statuses. An empty list matches nothing.
    #[graphql(name = "in")]
    in_: Option<Vec<PublicationStatus>>,
}

impl ColumnFilter for StatusFilter {
    fn predicates(self) -> Vec<Predicate> {
        let value = |status: PublicationStatus| match status {
            PublicationStatus::Draft => StatusPredicate::Draft,
            PublicationStatus::Scheduled => StatusPredicate::Scheduled,
            PublicationStatus::Published => StatusPredicate::Published,
            PublicationStatus::Archived => StatusPredicate::Archived,
        };
        [
            self.eq.map(|status| Predicate::Status(vec![value(status)])),
            self.in_.map(|statuses| Predicate::Status(distinct(statuses.into_iter().map(value)))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
