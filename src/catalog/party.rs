//! People and organizations.

use entity::item::Column;
use entity::kind::NodeKind;

use super::Kind;
use super::field::{At, Field, Rule};
use super::shared::{OLD_SLUGS, URL};
use crate::domain::limits;

pub static PERSON: Kind = Kind { node: NodeKind::Person, aliases: &["author"], groups: &[FIELDS] };

pub static ORGANIZATION: Kind =
    Kind { node: NodeKind::Organization, aliases: &["provider", "publisher"], groups: &[FIELDS] };

const FIELDS: &[Field] =
    &[OLD_SLUGS, Field::new(&["name"], At::Column(Column::Title), Rule::Title { max: limits::NAME }), URL];
