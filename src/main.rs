//! The `syllabus` binary: everything is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    syllabus::cli::main().await
}
