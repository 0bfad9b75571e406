//! The rules of the catalog, pure: no database, no clock, no network.
//!
//! What a code, a slug and an address are; how an ISBN, a duration or a language tag is read; what an article is made of;
//! when something is published; how big things may get.

pub mod article;
pub mod bounds;
pub mod code;
pub mod duration;
pub mod html;
pub mod isbn;
pub mod language;
pub mod learning_path;
pub mod moment;
pub mod money;
pub mod node_id;
pub mod path;
pub mod publishing;
pub mod slug;
pub mod sort_key;
pub mod web_url;
