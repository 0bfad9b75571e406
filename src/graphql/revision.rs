//! Revisions: who changed what when, field by field, and how it becomes again as it was.

mod change;
mod mutation;
mod object;
mod value;

pub use mutation::RevisionMutation;
pub use object::RevisionConnection;
