//! The sources of settings: flags, the environment and a TOML file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::value::read_text;
use super::{ConfigIssue, Setting};

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Flag(String),
    /// The name of the variable. Empty if the key already shows it.
    Environment(String),
    /// The path of the file. Empty if the key already shows it.
    File(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Flag(name) => ("flag --", name),
            Self::Environment(name) => ("environment ", name),
            Self::File(name) => ("file ", name),
        };
        f.write_str(format!("{kind}{name}").trim_end())
    }
}

/// The values of all sources.
#[derive(Debug, Default)]
pub struct Sources {
    flags: BTreeMap<String, String>,
    environment: BTreeMap<String, Result<String, OsString>>,
    file: Option<File>,
    /// The error of the configuration file.
    unreadable: Option<ConfigIssue>,
}

#[derive(Debug)]
struct File {
    path: String,
    /// Values by dotted name. An error for a value that no setting can have.
    values: BTreeMap<String, Result<String, String>>,
}

impl Sources {
    /// Returns the environment of this process, and the file at `file` or `SYLLABUS_CONFIG`.
    #[must_use]
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let environment: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string())))
            .filter(|(name, _)| name.starts_with("SYLLABUS_"))
            .collect();
        let named = match environment.get("SYLLABUS_CONFIG") {
            Some(Ok(path)) => Some(PathBuf::from(path)),
            Some(Err(path)) => Some(PathBuf::from(path)),
            None => None,
        };
        let sources = Self { environment, ..Self::default() };
        match (file, named) {
            (Some(path), _) => sources.with_file_at(&path, Source::Flag("config".to_owned())),
            (None, Some(path)) => sources.with_file_at(&path, Source::Environment("SYLLABUS_CONFIG".to_owned())),
            (None, None) => sources,
        }
    }

    #[must_use]
    pub fn with_flag(mut self, key: &Setting, text: &str) -> Self {
        self.flags.insert(key.name.to_owned(), text.to_owned());
        self
    }

    #[must_use]
    pub fn with_variable(mut self, name: &str, text: &str) -> Self {
        self.environment.insert(name.to_owned(), Ok(text.to_owned()));
        self
    }

    /// Adds a file with this text.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: &str) -> Self {
        match text.parse::<toml::Table>() {
            Ok(table) => {
                let mut values = BTreeMap::new();
                flatten("", table, &mut values);
                self.file = Some(File { path: path.to_owned(), values });
            }
            Err(error) => {
                let (key, source) = (path.to_owned(), Source::File(String::new()));
                self.unreadable = Some(ConfigIssue { key, source, reason: toml_error(text, &error) });
            }
        }
        self
    }

    /// Adds the file at a path, which `source` has.
    fn with_file_at(mut self, path: &Path, source: Source) -> Self {
        match read_text(path) {
            Ok(text) => self.with_file(&path.display().to_string(), &text),
            Err(reason) => {
                self.unreadable = Some(ConfigIssue { key: "config".to_owned(), source, reason });
                self
            }
        }
    }

    /// Returns the value of a setting from the source with the highest precedence.
    pub(super) fn find(&self, key: &Setting) -> Option<(Source, Result<&str, String>)> {
        let variable = key.variable();
        if let Some(text) = self.flags.get(key.name) {
            Some((Source::Flag(key.flag()), Ok(text)))
        } else if let Some(value) = self.environment.get(&variable) {
            let text = value.as_deref().map_err(|_| "must be UTF-8".to_owned());
            Some((Source::Environment(variable), text))
        } else {
            let file = self.file.as_ref()?;
            let value = file.values.get(key.name)?;
            Some((Source::File(file.path.clone()), value.as_deref().map_err(Clone::clone)))
        }
    }

    /// Returns all names in the file and in the environment. clap checks the flags.
    pub(super) fn names(&self) -> Vec<(Source, String)> {
        let in_file = self
            .file
            .iter()
            .flat_map(|file| file.values.keys().map(|name| (Source::File(file.path.clone()), name.clone())));
        let in_environment = self.environment.keys().map(|name| (Source::Environment(name.clone()), name.clone()));
        in_file.chain(in_environment).collect()
    }

    /// Returns the errors of the file itself.
    pub(super) fn issues(&self) -> Vec<ConfigIssue> {
        self.unreadable.iter().cloned().collect()
    }
}

/// Flattens nested tables to dotted names, and their values to text. Joins lists with commas, as in the environment.
fn flatten(prefix: &str, table: toml::Table, into: &mut BTreeMap<String, Result<String, String>>) {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        match value {
            toml::Value::Table(table) => flatten(&format!("{name}."), table, into),
            toml::Value::Array(list) => {
                let texts: Result<Vec<String>, String> = list.into_iter().map(scalar).collect();
                into.insert(name, texts.map(|texts| texts.join(",")));
            }
            value => {
                into.insert(name, scalar(value));
            }
        }
    }
}

fn scalar(value: toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(switch) => Ok(switch.to_string()),
        toml::Value::Datetime(moment) => Ok(moment.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => Err("is nested too deeply".to_owned()),
    }
}

/// Returns where a TOML file is invalid, without the excerpt of the parser, which could contain a password.
fn toml_error(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    format!("invalid TOML at line {line}: {}", error.message().lines().next().unwrap_or("unreadable"))
}
