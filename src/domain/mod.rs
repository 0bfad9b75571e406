//! The rules of a catalog of learning resources, without input or output.
//!
//! The modules are pure: they use no database, clock or network, and get randomness as an argument. The messages of
//! errors about values follow the name of a field: "isbn13 has an invalid check digit: expected 7".
//!
//! - Names and addresses: [`code`], [`slug`], [`node_id`], [`path`]
//! - Values: [`isbn`], [`language`], [`web_url`], [`date`], [`duration`], [`timestamp`], [`money`], and the characters that are
//!   removed from all of them: [`invisible`]
//! - Texts: [`html`] (Markdown to safe HTML), [`article`] (sections, embeds, reading time), [`fold`] and [`arabic`] (for
//!   filters and search), [`sort_key`], [`initial_articles`]
//! - Rules of the catalog: [`publishing`], [`placement`], [`learning_path`], [`limits`]
//! - Search: [`search`]
//! - Differences between revisions: [`diff`]

pub mod arabic;
pub mod article;
pub mod base_url;
pub mod date;
pub mod diff;
pub mod duration;
pub mod fold;
pub mod html;
pub mod initial_articles;
pub mod invisible;
pub mod isbn;
pub mod language;
pub mod learning_path;
pub mod limits;
mod markdown;
pub mod money;
pub mod node_id;
pub mod occupation_code;
pub mod path;
pub mod percent;
pub mod placement;
pub mod publishing;
pub mod search;
pub mod sort_key;
pub mod timestamp;
pub mod web_url;

pub use identifiers::{code, slug};
