//! The `syllabus` binary: everything is in the library.

use std::process::ExitCode;

/// Documents and answers are many small pieces that come and go together: the C library's allocator spends a third of an import on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    syllabus::cli::main()
}
