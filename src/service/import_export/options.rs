//! Options of an import.

/// How to import.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions {
    /// Reports the changes without writing them.
    pub dry_run: bool,
    /// Skips invalid records instead of refusing the whole import.
    pub skip_invalid: bool,
}
