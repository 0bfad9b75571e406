//! What several kinds have in common: identity, dates, the fields of learning resources; people and organizations.

use entity::kind::NodeKind;

use super::Target;
use super::fields::Fields;
use super::words;
use crate::domain::{duration, language, moment, web_url};
use crate::service::write::Field;
use crate::service::write::patch::{Identity, ItemPatch, PartyPatch, ResourcePatch};

impl Fields {
    fn identity(&mut self) -> Identity {
        Identity {
            slug: self.given("slug"),
            code: self.given("code"),
            external_id: self.token(&["externalId"]),
            old_slugs: self.former("oldSlugs"),
        }
    }

    /// Names that lead to the thing besides its own; they are added to those that are known.
    pub fn former(&mut self, name: &'static str) -> Vec<String> {
        let names = self.tokens(&[name]).value().cloned().unwrap_or_default();
        self.written.add(name, &names);
        names
    }

    /// A text that a record cannot be without, so null clears nothing.
    fn given(&mut self, name: &'static str) -> Option<String> {
        match self.token(&[name]) {
            Field::Set(text) => Some(text),
            Field::Keep => None,
            Field::Clear => {
                self.missing(name, "cannot be empty");
                None
            }
        }
    }

    /// Reads what every item has; `title` lists the names of its title.
    pub fn item(&mut self, title: &[&'static str]) -> ItemPatch {
        ItemPatch {
            identity: self.identity(),
            status: match self.read(&["status"], words::status) {
                Field::Set(status) => Some(status),
                Field::Keep => None,
                Field::Clear => {
                    self.missing("status", "cannot be cleared: it is draft, published or archived");
                    None
                }
            },
            published_at: self.read(&["publishedAt"], |text| moment::parse(text).map_err(|error| error.to_string())),
            revised_at: self
                .read(&["revisedAt", "updatedAt"], |text| moment::parse(text).map_err(|error| error.to_string())),
            title: self.text(title),
            summary: self.text(&["summary"]),
        }
    }

    /// What every learning resource has.
    pub fn resource(&mut self) -> ResourcePatch {
        ResourcePatch {
            description: self.text(&["description"]),
            level: self.read(&["level"], words::level),
            language: self.read(&["language"], |text| language::parse(text).map_err(|error| error.to_string())),
            url: self.url("url"),
            time_required: self.duration(&["timeRequired", "effort"]),
        }
    }

    pub fn url(&mut self, name: &'static str) -> Field<String> {
        self.read(&[name], |text| match web_url::check(text) {
            Ok(()) => Ok(text.to_owned()),
            Err(error) => Err(error.to_string()),
        })
    }

    pub fn duration(&mut self, names: &[&'static str]) -> Field<i64> {
        self.read(names, |text| duration::parse(text).map_err(|error| error.to_string()))
    }

    /// One thing, by its slug.
    pub fn reference(&mut self, name: &'static str) -> Field<Target> {
        self.read(&[name], |text| Ok(Target::Slug(text.to_owned())))
    }

    /// Several things, by their slugs.
    pub fn references(&mut self, names: &[&'static str]) -> Field<Vec<Target>> {
        self.list(names, |fields, name, element| fields.full_token(name, &element).map(Target::Slug))
    }

    /// A kind of thing that must be one of `allowed`.
    pub fn kind_of(&mut self, allowed: &[NodeKind]) -> Option<NodeKind> {
        let names = || allowed.iter().map(|kind| kind.name());
        let kind = self.read(&["kind"], |text| {
            allowed
                .iter()
                .copied()
                .find(|kind| kind.name() == text)
                .ok_or_else(|| format!("must be one of {}", names().collect::<Vec<_>>().join(", ")))
        });
        self.needed("kind", kind)
    }

    /// Returns the value of a field that must be there. A fault that was noted already is not noted again.
    pub fn needed<T>(&mut self, name: &'static str, field: Field<T>) -> Option<T> {
        let name = self.written.name(name);
        let noted = self.faults.iter().any(|fault| fault.field.ends_with(name));
        match field {
            Field::Set(value) => Some(value),
            Field::Keep if noted => None,
            Field::Keep | Field::Clear => {
                self.missing(name, "is missing");
                None
            }
        }
    }
}

pub fn party(fields: &mut Fields) -> PartyPatch {
    PartyPatch { identity: fields.identity(), name: fields.text(&["name"]), url: fields.url("url") }
}
