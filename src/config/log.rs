//! The settings of the log, which goes to standard error.

use std::fmt;
use std::time::Duration;

use tracing_subscriber::filter::Targets;

use super::{Section, Setting, SettingsReader, Value};

const FORMAT: Setting = Setting {
    name: "log.format",
    placeholder: Some("FORMAT"),
    default: Some("text"),
    help: "Format of the log: text, or json with one object per line",
};

const LEVEL: Setting = Setting {
    name: "log.level",
    placeholder: Some("LEVEL"),
    default: Some("warn,syllabus=info,sqlx_core::pool=off"),
    help: "Level of the log: off, error, warn, info, debug or trace, also per module: warn,syllabus::http=debug",
};

const SLOW_QUERY_THRESHOLD: Setting = Setting {
    name: "log.slow-query-threshold",
    placeholder: Some("DURATION"),
    default: Some("1s"),
    help: "Log SQL statements that take longer than this",
};

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The settings of the log, which goes to standard error.
#[derive(Clone, Debug)]
pub struct LogSettings {
    pub format: LogFormat,
    pub level: LogFilter,
    pub slow_query_threshold: Duration,
}

impl Section for LogSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&FORMAT, &LEVEL, &SLOW_QUERY_THRESHOLD]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        Self {
            format: reader.get(&FORMAT),
            level: reader.get(&LEVEL),
            slow_query_threshold: reader.get(&SLOW_QUERY_THRESHOLD),
        }
    }
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Value for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("invalid value {text:?}: expected text or json")),
        }
    }
}

/// Selects the log lines that are written.
#[derive(Clone, Debug)]
pub struct LogFilter(Targets);

impl LogFilter {
    #[must_use]
    pub fn targets(&self) -> &Targets {
        &self.0
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Value for LogFilter {
    fn parse(text: &str) -> Result<Self, String> {
        let error = || format!("invalid level {text:?}: expected one of {}, or module=level", LEVELS.join(", "));
        // A single word would be parsed as the name of a module: `inof` must not silence everything.
        let level_of = |part: &str| part.rsplit('=').next().unwrap_or(part).trim().to_ascii_lowercase();
        if !text.split(',').all(|part| LEVELS.contains(&level_of(part).as_str())) {
            return Err(error());
        }
        text.parse().map(Self).map_err(|_| error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_can_be_set_per_module() {
        assert!(LogFilter::parse("debug").is_ok());
        assert!(LogFilter::parse("warn,syllabus::http=debug,sqlx=off").is_ok());
        for wrong in ["inof", "", "syllabus=loud", "warn,"] {
            assert!(LogFilter::parse(wrong).is_err(), "{wrong}");
        }
    }
}
