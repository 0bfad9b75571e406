//! The limits of inputs by editors and imports.
//!
//! Lengths are counted in characters (Unicode scalar values), not in bytes, so that they are the same for every script.
//! Longer texts and lists are rejected, never truncated.

/// Characters in a title.
pub const TITLE: usize = 500;
/// Characters in the name of a person or an organization, and in an alias of a career or topic.
pub const NAME: usize = 500;
/// Characters in a subtitle of a book.
pub const SUBTITLE: usize = 500;
/// Characters in a summary.
pub const SUMMARY: usize = 1_000;
/// Characters in the description of a learning resource, in Markdown.
pub const DESCRIPTION: usize = 20_000;
/// Characters in a reading list's introduction, in Markdown.
pub const INTRODUCTION: usize = 20_000;
/// Characters in the article of a career, in Markdown.
pub const ARTICLE: usize = 200_000;
/// Characters in the note of a reading list's entry, in Markdown.
pub const NOTE: usize = 5_000;
/// Characters in the edition of a book.
pub const EDITION: usize = 100;
/// Characters in an external id.
pub const EXTERNAL_ID: usize = 200;
/// Characters in an occupation code.
pub const OCCUPATION_CODE: usize = 20;
/// Characters in a web URL.
pub const URL: usize = 2_048;

/// Contributors of an item.
pub const CONTRIBUTORS: usize = 50;
/// Instructors of a course.
pub const INSTRUCTORS: usize = 50;
/// Aliases of a career or topic.
pub const ALIASES: usize = 20;
/// Other web URLs of an item.
pub const SAME_AS: usize = 20;
/// Sections in the syllabus of a course.
pub const SYLLABUS: usize = 200;
/// Topics of an item.
pub const TOPICS: usize = 100;
/// Direct prerequisites of a course.
pub const PREREQUISITES: usize = 100;
/// Related careers of a career, and related topics of a topic.
pub const RELATED: usize = 100;
/// Entries of a reading list.
pub const ENTRIES: usize = 500;
/// Duplicates that are merged at once.
pub const DUPLICATES: usize = 20;
/// Levels of the topic tree; a topic without a parent is at level 1.
pub const TREE_DEPTH: usize = 8;

/// Pages of a book.
pub const PAGES: i32 = 50_000;
/// Episodes of a podcast.
pub const EPISODES: i32 = 100_000;
/// The earliest publication year; the latest is next year.
pub const FIRST_YEAR: i32 = -3_000;
/// Characters in the name of a token.
pub const TOKEN_NAME: usize = 100;

/// Records per import through the API.
pub const IMPORT: usize = 10_000;
/// Reported violations of an import through the API.
pub const IMPORT_VIOLATIONS: usize = 1_000;
/// Characters in an idempotency key.
pub const IDEMPOTENCY_KEY: usize = 200;
