//! The name of one setting, from which its flag, its variable and its place in the file follow.

/// A setting as people know it.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// As in the file, with a dot after the name of a table: `listen`, `log.format`.
    pub name: &'static str,
    /// What stands for the value in the help; none for a switch.
    pub placeholder: Option<&'static str>,
    /// As it would be written in the file; none where a setting may be missing.
    pub default: Option<&'static str>,
    /// One sentence or two, for people.
    pub help: &'static str,
}

impl Setting {
    /// Without the dashes in front: `log-format`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('.', "-")
    }

    /// `SYLLABUS_LOG_FORMAT`
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SYLLABUS_{}", self.name.replace(['.', '-'], "_").to_uppercase())
    }
}
