//! The place of an error within the value of an argument or a variable.

use std::fmt::{self, Display, Formatter, Write};

/// A place within a value, such as `contributors[2].role`.
#[derive(Default)]
pub struct ValuePath(String);

/// The enclosing place, to return to.
#[derive(Clone, Copy)]
pub struct ParentPath(usize);

impl ValuePath {
    /// Enters a field of the object at this place.
    pub fn enter_field(&mut self, name: &str) -> ParentPath {
        let parent = ParentPath(self.0.len());
        if !self.0.is_empty() {
            self.0.push('.');
        }
        self.0.push_str(name);
        parent
    }

    /// Enters an item of the list at this place.
    pub fn enter_item(&mut self, index: usize) -> ParentPath {
        let parent = ParentPath(self.0.len());
        // Writing to a string cannot fail.
        let _ = write!(self.0, "[{index}]");
        parent
    }

    /// Returns to the enclosing place.
    pub fn leave(&mut self, parent: ParentPath) {
        self.0.truncate(parent.0);
    }
}

/// Writes ` at contributors[2].role`, or nothing for the whole value.
impl Display for ValuePath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " at {}", self.0) }
    }
}
