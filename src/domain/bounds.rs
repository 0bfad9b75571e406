//! How big things may get. Texts are counted in characters (Unicode scalar values), lists in entries.

pub const TITLE: usize = 500;
pub const NAME: usize = 500;
pub const SUMMARY: usize = 1_000;
pub const DESCRIPTION: usize = 20_000;
pub const INTRODUCTION: usize = 20_000;
pub const NOTE: usize = 5_000;
pub const ARTICLE: usize = 200_000;
pub const EDITION: usize = 100;
pub const EXTERNAL_ID: usize = 200;
pub const OCCUPATION_CODE: usize = 50;
pub const URL: usize = 2_048;

pub const CONTRIBUTORS: usize = 50;
pub const INSTRUCTORS: usize = 50;
pub const ALIASES: usize = 20;
pub const SYLLABUS: usize = 200;
pub const TOPICS: usize = 100;
pub const PREREQUISITES: usize = 100;
pub const RELATED: usize = 100;
pub const ENTRIES: usize = 500;

/// Topics from a root down to a leaf.
pub const TREE_DEPTH: usize = 8;

pub const PAGES: std::ops::RangeInclusive<i32> = 1..=50_000;
/// The earliest publication year; the latest is next year.
pub const FIRST_YEAR: i32 = -3_000;
