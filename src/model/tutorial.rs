//! Tutorials.

use super::item::resource;

resource! {
    /// A tutorial, such as an article or a guide on the web.
    Tutorial "tutorial" {
        publisher_id "publisher_id": Option<i64>,
        /// A number: see [`crate::domain::date`].
        publication_date "publication_date": Option<i32>,
    }
}
