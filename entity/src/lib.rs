//! The tables of Syllabus, one file each, and the types of their columns.
//!
//! The database enforces integrity with foreign keys, unique indices and checks: see the `migration` crate.

pub mod enums;
pub mod kind;
pub mod timestamp;

pub mod api_token;
pub mod change_event;
pub mod change_feed_watermark;
pub mod code_redirect;
pub mod contribution;
pub mod edge_purger;
mod enum_text;
pub mod import_key;
pub mod isbn_redirect;
pub mod item;
pub mod item_alias;
pub mod item_same_as;
pub mod item_text;
pub mod item_topic;
pub mod organization;
pub mod person;
pub mod prerequisite;
pub mod reading_list;
pub mod reading_list_entry;
pub mod related_item;
pub mod revision;
pub mod scheduled_publication;
pub mod schema_compatibility;
pub mod search_change;
pub mod slug_redirect;
pub mod sort_key_state;
pub mod syllabus_section;
pub mod write_probe;
