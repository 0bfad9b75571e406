//! How a record is written: what its fields are called, and which elements of its lists are not there any more. What is
//! found wrong later on is told at the place where it stands in the file.

use crate::domain::isbn::Isbn;
use crate::service::write::Violation;
use crate::service::write::patch::FieldPath;

/// How a record is written.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    /// A field, and the name that it has here.
    names: Vec<(&'static str, &'static str)>,
    /// The elements that were left out, each by the name of its list and its place in the file.
    skipped: Vec<(&'static str, usize)>,
    /// The elements of lists that are laid into a longer one, each by the name of its list and its place in the file.
    added: Vec<(&'static str, String, usize)>,
}

impl SourceMap {
    /// Notes that `field` goes by another name here.
    pub fn add_alias(&mut self, field: &'static str, name: &'static str) {
        if field != name {
            self.names.push((field, name));
        }
    }

    /// Notes that an element of the list `name` is left out.
    pub fn skip_element(&mut self, name: &'static str, index: usize) {
        if let Err(place) = self.skipped.binary_search(&(name, index)) {
            self.skipped.insert(place, (name, index));
        }
    }

    /// Notes the elements of a list that only adds to what is there.
    pub fn add_elements(&mut self, name: &'static str, elements: &[String]) {
        for (index, element) in elements.iter().enumerate() {
            self.added.push((name, element.clone(), self.index(name, index)));
        }
    }

    /// Returns the name that `field` has here.
    pub fn name<'a>(&self, field: &'a str) -> &'a str {
        self.names.iter().find(|(known, _)| *known == field).map_or(field, |(_, name)| name)
    }

    /// The place in the file of what is now the element `index` of a list.
    fn index(&self, name: &str, index: usize) -> usize {
        let skipped = self.skipped.iter().filter(|(list, _)| *list == name);
        skipped.fold(index, |index, (_, lost)| if *lost <= index { index + 1 } else { index })
    }

    /// Where in the file a reference stands.
    pub fn field_path(&self, FieldPath { field, index }: FieldPath) -> FieldPath {
        let field = self.name(field);
        FieldPath { field, index: index.map(|index| self.index(field, index)) }
    }

    /// The same violation at its place in the file.
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
