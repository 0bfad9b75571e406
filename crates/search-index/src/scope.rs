//! What a search may find, and how long it may take.

use std::time::Instant;

use crate::error::Error;

/// What a search may find.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// The kinds that are asked for.
    pub kinds: &'s [u8],
    /// The moment of which it is asked, in microseconds since 1970.
    pub now: i64,
    /// Whether what is not visible to everybody is found as well.
    pub drafts: bool,
    /// When the answer is no longer waited for.
    pub deadline: Option<Instant>,
}

impl Scope<'_> {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) { Err(Error::Late) } else { Ok(()) }
    }
}
