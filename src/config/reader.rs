//! Takes values out of the sources, and keeps note of what is wrong with them.

use super::{ConfigIssue, Error, Setting, Source, Sources, Value};

/// Less alike than this, a suggestion only confuses.
const SIMILARITY_THRESHOLD: f64 = 0.7;
/// Variables under our prefix that are none of our settings.
const IGNORED_VARS: [&str; 2] = ["SYLLABUS_CONFIG", "SYLLABUS_REQUIRE_POSTGRES"];

/// Hands out values to the sections.
pub struct SettingsReader<'a> {
    sources: &'a Sources,
    issues: Vec<ConfigIssue>,
}

impl<'a> SettingsReader<'a> {
    #[must_use]
    pub fn new(sources: &'a Sources) -> Self {
        Self { sources, issues: sources.issues() }
    }

    /// The value of a setting that has a default.
    ///
    /// # Panics
    /// When the default is no good, which the tests would have seen.
    pub fn get<T: Value>(&mut self, key: &'static Setting) -> T {
        self.optional(key).unwrap_or_else(|| {
            let default = key.default.expect("a setting that may be missing is read as optional");
            T::parse(default).expect("a default is good")
        })
    }

    /// The value of a setting that may be missing.
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

    /// Whether anything was set under this key, good or not.
    #[must_use]
    pub fn is_set(&self, key: &'static Setting) -> bool {
        self.sources.find(key).is_some()
    }

    /// Refuses a value that was set, for a reason that lies in the other settings.
    pub fn reject(&mut self, key: &'static Setting, reason: impl Into<String>) {
        if let Some((source, _)) = self.sources.find(key) {
            self.issues.push(ConfigIssue { key: key.name.to_owned(), source, reason: reason.into() });
        }
    }

    /// Refuses what was set under a name that is not among `known`.
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
            let reason = format!("is no setting{hint}");
            // The variable's name is the key here: it need not be told twice.
            let source =
                if matches!(source, Source::Environment(_)) { Source::Environment(String::new()) } else { source };
            self.issues.push(ConfigIssue { key: name, source, reason });
        }
    }

    /// # Errors
    /// When anything was wrong.
    pub fn finish<S>(self, settings: S) -> Result<S, Error> {
        if self.issues.is_empty() { Ok(settings) } else { Err(Error::new(self.issues)) }
    }
}

/// Kubernetes sets these in every container beside a service that is called `syllabus`:
/// <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables>
fn is_kubernetes_service_var(variable: &str) -> bool {
    variable == "SYLLABUS_PORT" || variable.starts_with("SYLLABUS_PORT_") || variable.starts_with("SYLLABUS_SERVICE_")
}
