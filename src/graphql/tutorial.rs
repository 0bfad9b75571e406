//! Tutorials.

mod filter;
mod input;
mod json_ld;
mod mutation;
mod object;
mod query;

pub use filter::{TutorialOrder, TutorialWhere};
pub use mutation::TutorialMutation;
pub use object::{Tutorial, TutorialSearchConnection};
pub use query::TutorialQuery;
