//! How much one request may ask.

use super::{Key, Reader, Section};
use crate::graphql::Limits;

const TOKENS: Key = Key {
    name: "limits.tokens",
    placeholder: Some("COUNT"),
    default: Some("20000"),
    help: "How many names, numbers, strings and marks a document may have; an editor's a hundred times as many",
};

const DEPTH: Key = Key {
    name: "limits.depth",
    placeholder: Some("COUNT"),
    default: Some("24"),
    help: "How deep fields may stand in each other",
};

const FIELDS: Key = Key {
    name: "limits.fields",
    placeholder: Some("COUNT"),
    default: Some("5000"),
    help: "How many fields a document may have, those of fragments wherever they are spread",
};

const ALIASES: Key = Key {
    name: "limits.aliases",
    placeholder: Some("COUNT"),
    default: Some("500"),
    help: "How many of these fields may have an alias",
};

const DIRECTIVES: Key = Key {
    name: "limits.directives",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "How many directives a document may have, those of fragments wherever they are spread",
};

const COST: Key = Key {
    name: "limits.cost",
    placeholder: Some("COUNT"),
    default: Some("50000"),
    help: "What an operation may cost: how many things it can come to, told in the answer's extensions",
};

impl Section for Limits {
    fn keys() -> Vec<&'static Key> {
        vec![&TOKENS, &DEPTH, &FIELDS, &ALIASES, &DIRECTIVES, &COST]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            tokens: reader.get(&TOKENS),
            depth: reader.get(&DEPTH),
            fields: reader.get(&FIELDS),
            aliases: reader.get(&ALIASES),
            directives: reader.get(&DIRECTIVES),
            cost: reader.get(&COST),
        }
    }
}
