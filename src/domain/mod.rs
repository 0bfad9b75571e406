//! What a catalog of learning resources holds by: rules without input or output.
//!
//! Every file here answers from its arguments alone: no database, no clock, no network, and randomness only where it is
//! handed in. What is read from people comes with an error whose text goes behind the name of a field: "isbn13 is no
//! ISBN: its check digit should be 7".
//!
//! - Names and addresses: [`code`], [`slug`], [`node_id`], [`path`]
//! - Values that are read and written: [`isbn`], [`language`], [`web_url`], [`date`], [`duration`], [`timestamp`], [`money`]; what they
//!   are rid of before: [`invisible`]
//! - Texts: [`html`] (Markdown to safe HTML), [`article`] (sections, cards, reading time), [`fold`] and [`arabic`] (for filters and search),
//!   [`sort_key`] (for orders), [`initial_articles`]
//! - Rules of the catalog: [`publishing`], [`placement`], [`learning_path`], [`limits`]
//! - Finding: [`search`]
//! - What was and what is: [`diff`]

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
