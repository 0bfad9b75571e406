//! Sizes of pages and lists.

/// The number of rows of a page if the request names none.
pub const DEFAULT_PAGE: u32 = 20;
/// The maximum number of rows of a page.
pub const MAX_PAGE: u32 = 100;

/// Converts a number of rows to GraphQL's `Int`.
pub fn count(rows: Option<i64>) -> i32 {
    i32::try_from(rows.unwrap_or(0)).unwrap_or(i32::MAX)
}
