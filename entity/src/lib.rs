//! The tables of Syllabus, one file each, with the types that their columns hold.
//!
//! The database itself keeps what must hold (foreign keys, unique indices, checks): see the `migration` crate. These
//! are the plain rows.

pub mod choice;
pub mod kind;
pub mod timestamp;

pub mod api_token;
pub mod book;
pub mod book_topic;
pub mod career;
pub mod career_topic;
pub mod change;
pub mod contribution;
pub mod course;
pub mod course_instructor;
pub mod course_prerequisite;
pub mod course_topic;
pub mod feed_horizon;
pub mod import_key;
pub mod organization;
pub mod person;
pub mod reading_list;
pub mod reading_list_entry;
pub mod related_career;
pub mod related_topic;
pub mod retired_code;
pub mod retired_isbn;
pub mod retired_slug;
pub mod revision;
pub mod scheduled;
pub mod search_completion;
pub mod search_document;
pub mod search_state;
pub mod search_trigram;
pub mod search_word;
pub mod sort_key_state;
pub mod syllabus_section;
mod text;
pub mod topic;
pub mod topic_alias;
pub mod write_probe;
