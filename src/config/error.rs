//! The errors of settings.

use std::fmt;

use super::Source;

/// An invalid setting.
#[derive(Clone, Debug)]
pub struct ConfigIssue {
    pub key: String,
    pub source: Source,
    /// Follows the key: "invalid address …".
    pub reason: String,
}

impl fmt::Display for ConfigIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.key, self.source, self.reason)
    }
}

/// All invalid settings, formatted as one line each.
#[derive(Debug)]
pub struct Error {
    issues: Vec<ConfigIssue>,
}

impl Error {
    pub(super) fn new(issues: Vec<ConfigIssue>) -> Self {
        Self { issues }
    }

    #[must_use]
    pub fn issues(&self) -> &[ConfigIssue] {
        &self.issues
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.issues.as_slice() {
            [one] => return write!(f, "invalid setting: {one}"),
            all => write!(f, "{} invalid settings:", all.len())?,
        }
        for issue in &self.issues {
            write!(f, "\n  {issue}")?;
        }
        Ok(())
    }
}
