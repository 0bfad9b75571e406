//! The limits of a request.

use std::time::Duration;

use super::units::SizeLimit;
use super::{Section, Setting, SettingsReader};

const BODY_SIZE: Setting = Setting {
    name: "limits.body-size",
    placeholder: Some("SIZE"),
    default: Some("1MiB"),
    help: "Maximum size of a request body, and of a WebSocket message",
};

const EDITOR_BODY_SIZE: Setting = Setting {
    name: "limits.editor-body-size",
    placeholder: Some("SIZE"),
    default: Some("16MiB"),
    help: "Maximum size of a request body from an editor, who can send a whole catalog",
};

const DOCUMENT_SIZE: Setting = Setting {
    name: "limits.document-size",
    placeholder: Some("SIZE"),
    default: Some("128KiB"),
    help: "Maximum size of a document, including whitespace and comments; a hundred times as much for editors",
};

const TOKENS: Setting = Setting {
    name: "limits.tokens",
    placeholder: Some("COUNT"),
    default: Some("20000"),
    help: "Maximum number of tokens in a document; a hundred times as many for editors",
};

const DEPTH: Setting = Setting {
    name: "limits.depth",
    placeholder: Some("COUNT"),
    default: Some("24"),
    help: "Maximum nesting depth of fields",
};

const FIELDS: Setting = Setting {
    name: "limits.fields",
    placeholder: Some("COUNT"),
    default: Some("5000"),
    help: "Maximum number of fields in a document; fields of fragments count wherever they are spread",
};

const ALIASES: Setting = Setting {
    name: "limits.aliases",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "Maximum number of aliases in a document, counted in the same way",
};

const DIRECTIVES: Setting = Setting {
    name: "limits.directives",
    placeholder: Some("COUNT"),
    default: Some("100"),
    help: "Maximum number of directives in a document, counted in the same way",
};

const COST: Setting = Setting {
    name: "limits.cost",
    placeholder: Some("COUNT"),
    default: Some("50000"),
    help: "Maximum cost of an operation, the number of objects that it can return; responses report it in extensions",
};

const BATCH_SIZE: Setting = Setting {
    name: "limits.batch-size",
    placeholder: Some("COUNT"),
    default: Some("1"),
    help: "Maximum number of requests in a batch; 1 disables batches",
};

const SQL_STATEMENTS: Setting = Setting {
    name: "limits.sql-statements",
    placeholder: Some("COUNT"),
    default: Some("200"),
    help: "Maximum number of SQL statements that read data for an operation",
};

pub(super) const QUERY_TIMEOUT: Setting = Setting {
    name: "limits.query-timeout",
    placeholder: Some("DURATION"),
    default: Some("10s"),
    help: "Timeout of queries; mutations are never interrupted",
};

const CONCURRENCY: Setting = Setting {
    name: "limits.concurrency",
    placeholder: Some("COUNT"),
    default: Some("64"),
    help: "Maximum number of requests that execute at the same time; others wait",
};

const MAX_QUEUED_REQUESTS: Setting = Setting {
    name: "limits.max-queued-requests",
    placeholder: Some("COUNT"),
    default: Some("512"),
    help: "Maximum number of requests that wait; others are rejected with 503",
};

/// The limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The maximum size of a request body or a WebSocket message, in bytes.
    pub body_size: usize,
    /// The maximum size of a request body from an editor, in bytes.
    pub editor_body_size: usize,
    /// The maximum size of a document, in bytes. Bounds whitespace and commas, which are not tokens but cost the parser
    /// memory.
    pub document_size: usize,
    /// The maximum number of tokens in a document.
    pub tokens: usize,
    /// The maximum nesting depth of fields.
    pub depth: usize,
    /// The maximum number of fields in all operations. Fields of fragments count wherever they are spread.
    pub fields: usize,
    /// The maximum number of aliases of these fields.
    pub aliases: usize,
    /// The maximum number of directives on these fields.
    pub directives: usize,
    /// The maximum cost of an operation.
    pub cost: usize,
    /// The maximum number of requests in a batch. All together can cost as much as one.
    pub batch_size: usize,
    /// The maximum number of SQL statements that read data for an operation.
    pub sql_statements: usize,
    /// The timeout of a query.
    pub query_timeout: Duration,
    /// The maximum number of requests that execute, and that wait, at the same time.
    pub concurrency: usize,
    pub max_queued_requests: usize,
}

impl Section for Limits {
    fn settings() -> Vec<&'static Setting> {
        vec![
            &BODY_SIZE,
            &EDITOR_BODY_SIZE,
            &DOCUMENT_SIZE,
            &TOKENS,
            &DEPTH,
            &FIELDS,
            &ALIASES,
            &DIRECTIVES,
            &COST,
            &BATCH_SIZE,
            &SQL_STATEMENTS,
            &QUERY_TIMEOUT,
            &CONCURRENCY,
            &MAX_QUEUED_REQUESTS,
        ]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let mut size = |key| reader.get::<SizeLimit>(key).0;
        let (body_size, editor_body_size, document_size) =
            (size(&BODY_SIZE), size(&EDITOR_BODY_SIZE), size(&DOCUMENT_SIZE));
        Self {
            body_size,
            editor_body_size,
            document_size,
            tokens: reader.get(&TOKENS),
            depth: reader.get(&DEPTH),
            fields: reader.get(&FIELDS),
            aliases: reader.get(&ALIASES),
            directives: reader.get(&DIRECTIVES),
            cost: reader.get(&COST),
            batch_size: reader.get(&BATCH_SIZE),
            sql_statements: reader.get(&SQL_STATEMENTS),
            query_timeout: reader.get(&QUERY_TIMEOUT),
            concurrency: reader.get(&CONCURRENCY),
            max_queued_requests: reader.get(&MAX_QUEUED_REQUESTS),
        }
    }
}
