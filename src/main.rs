//! The `syllabus` binary: everything is in the library.

use std::process::ExitCode;

/// Documents and responses consist of many small allocations: with the C library's allocator they take a third of the
/// time of an import.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    syllabus::cli::main()
}
