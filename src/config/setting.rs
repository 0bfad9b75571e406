//! Settings: names, defaults and help.

/// A setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key in the file, with a dot after the name of a table: `listen`, `log.format`.
    pub name: &'static str,
    /// The placeholder of the value in the help. `None` for a switch.
    pub placeholder: Option<&'static str>,
    /// The default, in the syntax of the file. `None` for an optional setting.
    pub default: Option<&'static str>,
    /// One or two sentences for the help.
    pub help: &'static str,
}

impl Setting {
    /// Returns the flag, without the dashes: `log-format`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('.', "-")
    }

    /// Returns the environment variable: `SYLLABUS_LOG_FORMAT`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SYLLABUS_{}", self.name.replace(['.', '-'], "_").to_uppercase())
    }
}
