//! Maps the fields and list elements of a parsed record to those of the source, so that later violations have the right
//! paths.

use crate::domain::isbn::Isbn;
use crate::service::write::Violation;
use crate::service::write::patch::FieldPath;

/// The source names and positions of a record.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    /// The fields with another name in the source.
    names: Vec<(&'static str, &'static str)>,
    /// The omitted elements, by the name of their list and their index in the source.
    skipped: Vec<(&'static str, usize)>,
    /// The elements that are added to a stored list, by the name of their list and their index in the source.
    added: Vec<(&'static str, String, usize)>,
}

impl SourceMap {
    /// Records that `field` has another name in the source.
    pub fn add_alias(&mut self, field: &'static str, name: &'static str) {
        if field != name {
            self.names.push((field, name));
        }
    }

    /// Records that an element of the list `name` is omitted.
    pub fn skip_element(&mut self, name: &'static str, index: usize) {
        if let Err(place) = self.skipped.binary_search(&(name, index)) {
            self.skipped.insert(place, (name, index));
        }
    }

    /// Records the elements of a list that is added to the stored one.
    pub fn add_elements(&mut self, name: &'static str, elements: &[String]) {
        for (index, element) in elements.iter().enumerate() {
            self.added.push((name, element.clone(), self.index(name, index)));
        }
    }

    /// Returns the name of `field` in the source.
    pub fn name<'a>(&self, field: &'a str) -> &'a str {
        self.names.iter().find(|(known, _)| *known == field).map_or(field, |(_, name)| name)
    }

    /// Returns the source index of the element `index` of a list.
    fn index(&self, name: &str, index: usize) -> usize {
        let skipped = self.skipped.iter().filter(|(list, _)| *list == name);
        skipped.fold(index, |index, (_, lost)| if *lost <= index { index + 1 } else { index })
    }

    /// Returns the source path of a reference.
    pub fn field_path(&self, FieldPath { field, index }: FieldPath) -> FieldPath {
        let field = self.name(field);
        FieldPath { field, index: index.map(|index| self.index(field, index)) }
    }

    /// Returns a violation with its source path.
    pub fn relocate(&self, mut violation: Violation) -> Violation {
        let (field, rest) = violation.field.split_at(violation.field.find(['[', '.']).unwrap_or(violation.field.len()));
        let name = self.name(field);
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let element = inner.and_then(|(index, rest)| Some((index.parse().ok()?, rest)));
        let is_it =
            |(list, element, _): &&(&str, String, usize)| *list == name && violation.value.as_ref() == Some(element);
        let place = match (element, self.added.iter().find(is_it)) {
            (Some((index, rest)), _) => format!("{name}[{}]{rest}", self.index(name, index)),
            (None, Some((_, _, index))) => format!("{name}[{index}]"),
            (None, None) => format!("{name}{rest}"),
        };
        if name == "isbn10" {
            violation.value =
                violation.value.map(|isbn| Isbn::parse(&isbn).ok().and_then(|isbn| isbn.to_isbn10()).unwrap_or(isbn));
        }
        violation.field = place;
        violation
    }
}

#[cfg(test)]
mod tests {
    use super::SourceMap;
    use crate::service::write::patch::FieldPath;
    use crate::service::write::{Violation, ViolationCode};

    #[test]
    fn paths_are_mapped_to_the_file() {
        let mut source_map = SourceMap::default();
        source_map.add_alias("relatedTopics", "related");
        source_map.skip_element("related", 3);
        source_map.skip_element("related", 0);
        let place = |place: &str| source_map.relocate(Violation::new(place, ViolationCode::Invalid, None, "")).field;
        assert_eq!(place("relatedTopics[0]"), "related[1]");
        assert_eq!(place("relatedTopics[2].slug"), "related[4].slug");
        assert_eq!(place("relatedTopics"), "related");
        assert_eq!(place("topics[2]"), "topics[2]");
        source_map.skip_element("oldSlugs", 0);
        source_map.add_elements("oldSlugs", &["a".to_owned(), "b".to_owned()]);
        assert_eq!(
            source_map.relocate(Violation::new("oldSlugs", ViolationCode::Taken, Some("b"), "")).field,
            "oldSlugs[2]"
        );
        let path = source_map.field_path(FieldPath { field: "relatedTopics", index: Some(1) });
        assert_eq!(path.to_string(), "related[2]");
    }
}
