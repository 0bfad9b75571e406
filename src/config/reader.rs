//! Reads values from the sources, and collects the errors.

use super::{ConfigIssue, Error, Setting, Source, Sources, Value};

/// The minimum similarity of a suggestion.
const SIMILARITY_THRESHOLD: f64 = 0.7;
/// Variables with the prefix of the settings that are not settings: the path of the file, switches of the tests, and
/// the URL and the token that the example clients use.
const IGNORED_VARS: [&str; 8] = [
    "SYLLABUS_CONFIG",
    "SYLLABUS_REQUIRE_PATRONI",
    "SYLLABUS_REQUIRE_PGBOUNCER",
    "SYLLABUS_REQUIRE_POSTGRES",
    "SYLLABUS_REQUIRE_TMPFS",
    "SYLLABUS_REQUIRE_VARNISH",
    "SYLLABUS_URL",
    "SYLLABUS_TOKEN",
];

/// Reads the values of sections.
pub struct SettingsReader<'a> {
    sources: &'a Sources,
    issues: Vec<ConfigIssue>,
}

impl<'a> SettingsReader<'a> {
    #[must_use]
    pub fn new(sources: &'a Sources) -> Self {
        Self { sources, issues: sources.issues() }
    }

    /// Returns the value of a setting that has a default.
    ///
    /// # Panics
    /// Panics if the default is invalid, which a test excludes.
    pub fn get<T: Value>(&mut self, key: &'static Setting) -> T {
        self.optional(key).unwrap_or_else(|| {
            let default = key.default.expect("settings without a default are read with `optional`");
            T::parse(default).expect("a test checks that the defaults are valid")
        })
    }

    /// Returns the value of an optional setting.
    pub fn optional<T: Value>(&mut self, key: &'static Setting) -> Option<T> {
        let (source, text) = self.sources.find(key)?;
        match text.and_then(T::parse) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.issues.push(ConfigIssue { key: key.name.to_owned(), source, reason });
                None
            }
        }
    }

    /// Returns whether a setting has a value, valid or not.
    #[must_use]
    pub fn is_set(&self, key: &'static Setting) -> bool {
        self.sources.find(key).is_some()
    }

    /// Returns whether the value of a setting was rejected, so that what depends on it is unknown.
    #[must_use]
    pub fn is_rejected(&self, key: &'static Setting) -> bool {
        self.issues.iter().any(|issue| issue.key == key.name)
    }

    /// Rejects a value because it conflicts with another setting. No effect if the setting has no value.
    pub fn reject(&mut self, key: &'static Setting, reason: impl Into<String>) {
        if let Some((source, _)) = self.sources.find(key) {
            self.issues.push(ConfigIssue { key: key.name.to_owned(), source, reason: reason.into() });
        }
    }

    /// Rejects all names that are not in `known`.
    pub fn reject_unknown(&mut self, known: &[&'static Setting]) {
        let names: Vec<String> = known.iter().map(|key| key.name.to_owned()).collect();
        let variables: Vec<String> = known.iter().map(|key| key.variable()).collect();
        for (source, name) in self.sources.names() {
            let known = if matches!(source, Source::Environment(_)) { &variables } else { &names };
            if known.contains(&name) || IGNORED_VARS.contains(&name.as_str()) || is_kubernetes_service_var(&name) {
                continue;
            }
            let alike = |known: &&String| strsim::normalized_damerau_levenshtein(known, &name);
            let nearest = known
                .iter()
                .filter(|known| alike(known) >= SIMILARITY_THRESHOLD)
                .max_by(|a, b| alike(a).total_cmp(&alike(b)));
            let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
            let reason = format!("unknown setting{hint}");
            // The key is already the name of the variable, so the source need not repeat it.
            let source =
                if matches!(source, Source::Environment(_)) { Source::Environment(String::new()) } else { source };
            self.issues.push(ConfigIssue { key: name, source, reason });
        }
    }

    /// Returns the settings.
    ///
    /// # Errors
    /// Returns all errors that were collected.
    pub fn finish<S>(self, settings: S) -> Result<S, Error> {
        if self.issues.is_empty() { Ok(settings) } else { Err(Error::new(self.issues)) }
    }
}

/// Returns whether Kubernetes sets a variable, as it does in containers beside a service with the name `syllabus`:
/// <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables>
fn is_kubernetes_service_var(variable: &str) -> bool {
    variable == "SYLLABUS_PORT" || variable.starts_with("SYLLABUS_PORT_") || variable.starts_with("SYLLABUS_SERVICE_")
}
