//! Revisions: their changes by field, and the mutation that restores one.

mod change;
mod mutation;
mod object;
mod value;

pub use mutation::RevisionMutation;
pub use object::RevisionConnection;
