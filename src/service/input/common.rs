//! Reads values that several kinds have in common.

use std::fmt::Display;

use entity::kind::NodeKind;

use super::fields::Fields;
use crate::catalog::{At, Field, Former};
use crate::service::write::Edit;

impl Fields {
    /// Reads further keys of a record. They are added to its present ones.
    pub fn former(&mut self, field: &Field) -> Vec<String> {
        let names = match field.at {
            At::Former(Former::Isbns) => self.isbns(field.names),
            _ => self.tokens(field.names),
        };
        let names = names.value().cloned().unwrap_or_default();
        self.source_map.add_elements(field.name(), &names);
        names
    }

    /// Reads a token that must not be null.
    pub fn non_null_token(&mut self, name: &'static str) -> Option<String> {
        match self.token(&[name]) {
            Edit::Set(text) => Some(text),
            Edit::Unchanged => None,
            Edit::Clear => {
                self.missing(name, "cannot be empty");
                None
            }
        }
    }

    /// Reads a string with a parser.
    pub fn parsed<T, E: Display>(
        &mut self,
        names: &'static [&'static str],
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Edit<T> {
        self.read(names, |text| parse(text).map_err(|error| error.to_string()))
    }

    /// Reads a kind that must be `allowed`.
    pub fn kind_of(&mut self, allowed: impl Fn(NodeKind) -> bool) -> Option<NodeKind> {
        let allowed: Vec<NodeKind> = NodeKind::ALL.into_iter().filter(|kind| allowed(*kind)).collect();
        let kind = self.read(&["kind"], |text| {
            let names = || allowed.iter().map(|kind| kind.name()).collect::<Vec<_>>();
            let found = allowed.iter().copied().find(|kind| kind.name() == text);
            found.ok_or_else(|| format!("must be one of {}", names().join(", ")))
        });
        self.required("kind", kind)
    }

    /// Returns the value of a required field. Does not report a field that already has a violation.
    pub fn required<T>(&mut self, name: &'static str, field: Edit<T>) -> Option<T> {
        let name = self.source_map.name(name);
        let noted = self.violations.iter().any(|violation| violation.field.ends_with(name));
        match field {
            Edit::Set(value) => Some(value),
            Edit::Unchanged if noted => None,
            Edit::Unchanged | Edit::Clear => {
                self.missing(name, "is missing");
                None
            }
        }
    }
}
