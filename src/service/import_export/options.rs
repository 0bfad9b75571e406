//! Options of imports.

/// The options of an import.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Reports the changes without writing them.
    pub dry_run: bool,
    /// Skips invalid records instead of rejecting the whole import.
    pub skip_invalid: bool,
}
