//! Videos.

use super::item::resource;

resource! {
    /// A video, such as a talk, a lecture, or a documentary.
    Video "video" {
        publisher_id "publisher_id": Option<i64>,
        /// A number: see [`crate::domain::date`].
        publication_date "publication_date": Option<i32>,
    }
}
