//! Search, through the front door and on both engines: what people type, whose words are found when, pages, facets and
//! suggestions. How good the answers are is measured in `tests/api/relevance`.

mod facets;
mod follows;
mod large;
mod letters;
mod library;
mod names;
mod pages;
mod suggestions;
mod typed;
mod upgrade;
mod visibility;
