//! What is wrong with the settings.

use std::fmt;

use super::Source;

/// One setting that is refused.
#[derive(Debug)]
pub struct Problem {
    pub key: String,
    pub source: Source,
    /// Reads on after the key: "is no address".
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.key, self.source, self.reason)
    }
}

/// Everything that is wrong with the settings, one line each.
#[derive(Debug)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether part of it was written on the command line, which makes it wrong usage.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        self.problems.iter().any(|problem| matches!(problem.source, Source::Flag(_)))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => return write!(f, "a setting is refused: {one}"),
            all => write!(f, "{} settings are refused", all.len())?,
        }
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}
