//! STUB: the real room is being written elsewhere.

pub mod transfer {
    use std::io::{self, BufRead, Write};

    use super::write::Context;
    use crate::db::Database;

    #[derive(Clone, Copy, Default)]
    pub struct ImportOptions {
        pub dry_run: bool,
        pub skip_failed: bool,
    }
    #[derive(Debug)]
    pub struct ImportReport {}
    #[derive(Debug, thiserror::Error)]
    #[error("stub")]
    pub struct ImportError;
    #[derive(Debug, thiserror::Error)]
    #[error("stub {0}")]
    pub struct ExportError(#[from] io::Error);

    pub async fn import(
        _: &Database,
        _: impl BufRead + Send,
        _: ImportOptions,
        _: &mut Context,
        _progress: impl FnMut(u64),
    ) -> Result<ImportReport, ImportError> {
        Ok(ImportReport {})
    }

    pub async fn export(_: &Database, output: &mut impl Write) -> Result<(), ExportError> {
        Ok(output.write_all(b"")?)
    }
}

pub mod write {
    use entity::timestamp::Timestamp;
    use rand::Rng;

    pub struct Context {
        pub now: Timestamp,
        pub actor: String,
        pub rng: Box<dyn Rng + Send>,
    }
}
