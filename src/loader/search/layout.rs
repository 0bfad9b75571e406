//! The columns of the index, by which searches filter, count and sort.

use entity::kind::NodeKind;
use search_index::{Layout, TreeLayout};

use super::kind_tag;

/// The number of public lists that recommend a learning resource.
pub const RECOMMENDATIONS: &str = "recommendations";
/// The number of lists that recommend it, drafts included.
pub const ALL_RECOMMENDATIONS: &str = "all_recommendations";
/// The ids of the topics of an item.
pub const TOPICS: &str = "topic_id";
/// The sort key of the title or name.
pub const SORT_KEY: &str = "sort_key";
/// The stored publication status.
pub const STATUS: &str = "status";

/// The number columns that have the name of their database column.
pub const NUMBERS: [&str; 13] = [
    "time_required",
    "publication_year",
    "publication_date",
    "page_count",
    "is_free",
    "created_at",
    "updated_at",
    "published_at",
    "revised_at",
    "publisher_id",
    "provider_id",
    "institution_id",
    "parent_id",
];

/// The text columns that have the name of their database column.
pub const TEXTS: [&str; 3] = [STATUS, "level", "language"];

/// The column layout of the index.
pub static LAYOUT: Layout = Layout {
    numbers: &{
        let mut numbers = [RECOMMENDATIONS; NUMBERS.len() + 3];
        let mut place = 0;
        while place < NUMBERS.len() {
            numbers[place] = NUMBERS[place];
            place += 1;
        }
        numbers[NUMBERS.len()] = ALL_RECOMMENDATIONS;
        numbers[NUMBERS.len() + 1] = TOPICS;
        numbers
    },
    texts: &[TEXTS[0], TEXTS[1], TEXTS[2], SORT_KEY],
    popularity: RECOMMENDATIONS,
    tree: TreeLayout { kind: kind_tag(NodeKind::Topic), parent: "parent_id", members: TOPICS },
};
