//! The known name that somebody probably meant.

/// Less alike than this, a suggestion only confuses.
const SIMILARITY_THRESHOLD: f64 = 0.7;

/// The one of `known` that is most like `word`, where one is.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        // KeyIndex of very different lengths cannot be alike enough, and this saves most of the work.
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

/// Suggests the one of `known` that is most like `word`, where one is.
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    suggestion(nearest(word, known))
}

/// Returns `; did you mean "name"?`, or nothing.
pub fn suggestion(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}
