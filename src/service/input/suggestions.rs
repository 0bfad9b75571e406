//! Suggests similar names.

/// The minimum similarity of a suggestion.
const SIMILARITY_THRESHOLD: f64 = 0.7;

/// Returns the one of `known` that is most similar to `word`, if it is similar enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        // Names of very different lengths are never similar enough, and skipping them saves most of the work.
        let (short, long) = (word.len().min(name.len()), word.len().max(name.len()));
        if short * 10 < long * 5 {
            continue;
        }
        let alike = strsim::normalized_damerau_levenshtein(&word, &name.to_lowercase());
        if alike >= SIMILARITY_THRESHOLD && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns a suggestion of the one of `known` that is most similar to `word`, or an empty string.
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    suggestion(nearest(word, known))
}

/// Returns `; did you mean "name"?`, or an empty string.
pub fn suggestion(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}
