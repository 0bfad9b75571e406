//! How much one request may ask.

use super::{Key, Reader, Section};
use crate::graphql::Limits;

const BODY: Key = Key {
    name: "limits.body",
    placeholder: Some("BYTES"),
    default: Some("1048576"),
    help: "How many bytes the body of a request may have, or a message of a WebSocket",
};

const EDITORS_BODY: Key = Key {
    name: "limits.editors-body",
    placeholder: Some("BYTES"),
    default: Some("16777216"),
    help: "How many it may have from an editor, who may send a whole catalog",
};

const DOCUMENT: Key = Key {
    name: "limits.document",
    placeholder: Some("BYTES"),
    default: Some("131072"),
    help: "How many bytes a document may have, blanks and comments included; an editor's a hundred times as many",
};

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
    default: Some("100"),
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

const BATCH: Key = Key {
    name: "limits.batch",
    placeholder: Some("COUNT"),
    default: Some("1"),
    help: "How many requests one body may hold, as a list; with 1 no list is taken",
};

const STATEMENTS: Key = Key {
    name: "limits.statements",
    placeholder: Some("COUNT"),
    default: Some("200"),
    help: "How many SQL statements an operation may need to read what it asks for",
};

const TIME: Key = Key {
    name: "limits.time",
    placeholder: Some("SECONDS"),
    default: Some("10"),
    help: "How long a query may take; what changes the catalog is not cut off",
};

const CONCURRENCY: Key = Key {
    name: "limits.concurrency",
    placeholder: Some("COUNT"),
    default: Some("64"),
    help: "How many requests are worked on at once; others wait",
};

const QUEUE: Key = Key {
    name: "limits.queue",
    placeholder: Some("COUNT"),
    default: Some("512"),
    help: "How many requests may wait; more are sent away with 503",
};

impl Section for Limits {
    fn keys() -> Vec<&'static Key> {
        vec![
            &BODY,
            &EDITORS_BODY,
            &DOCUMENT,
            &TOKENS,
            &DEPTH,
            &FIELDS,
            &ALIASES,
            &DIRECTIVES,
            &COST,
            &BATCH,
            &STATEMENTS,
            &TIME,
            &CONCURRENCY,
            &QUEUE,
        ]
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            body: reader.get(&BODY),
            editors_body: reader.get(&EDITORS_BODY),
            document: reader.get(&DOCUMENT),
            tokens: reader.get(&TOKENS),
            depth: reader.get(&DEPTH),
            fields: reader.get(&FIELDS),
            aliases: reader.get(&ALIASES),
            directives: reader.get(&DIRECTIVES),
            cost: reader.get(&COST),
            batch: reader.get(&BATCH),
            statements: reader.get(&STATEMENTS),
            time: reader.get(&TIME),
            concurrency: reader.get(&CONCURRENCY),
            queue: reader.get(&QUEUE),
        }
    }
}
