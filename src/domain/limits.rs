//! How much is taken: the bounds of what editors and importers write.
//!
//! Texts are counted in characters (Unicode scalar values), not in bytes, so that a bound is the same for every script.
//! What is longer or more is refused, never cut.

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
/// Characters in the id that something has elsewhere.
pub const EXTERNAL_ID: usize = 200;
/// Characters in an occupation code.
pub const OCCUPATION_CODE: usize = 20;
/// Characters in a web address.
pub const URL: usize = 2_048;

/// Contributors of an item.
pub const CONTRIBUTORS: usize = 50;
/// Instructors of a course.
pub const INSTRUCTORS: usize = 50;
/// Aliases of a career or topic.
pub const ALIASES: usize = 20;
/// Other addresses on the web of an item.
pub const SAME_AS: usize = 20;
/// Sections in the syllabus of a course.
pub const SYLLABUS: usize = 200;
/// Topics that an item carries.
pub const TOPICS: usize = 100;
/// Courses that a course asks for directly.
pub const PREREQUISITES: usize = 100;
/// Related careers of a career, and related topics of a topic.
pub const RELATED: usize = 100;
/// Entries of a reading list.
pub const ENTRIES: usize = 500;
/// Books that are merged into another at once.
pub const DUPLICATES: usize = 20;
/// Levels of the tree of topics; a topic without a parent is on level 1.
pub const TREE_DEPTH: usize = 8;

/// Pages that a book may have.
pub const PAGES: i32 = 50_000;
/// Episodes that a podcast may have.
pub const EPISODES: i32 = 100_000;
/// The earliest year in which something was published; the latest is next year.
pub const FIRST_YEAR: i32 = -3_000;
/// Characters that the name of a token may have.
pub const TOKEN_NAME: usize = 100;

/// Records that one call imports.
pub const IMPORT: usize = 10_000;
/// Faults of an import that are told, of however many there are.
pub const IMPORT_VIOLATIONS: usize = 1_000;
/// Characters that an idempotency key may have.
pub const IDEMPOTENCY_KEY: usize = 200;
