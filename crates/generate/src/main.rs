//! `syllabus-generate`: writes a generated catalog to standard output.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use syllabus_generate::{Scale, generate};

const EXAMPLES: &str = "\
Examples:
  syllabus-generate --scale 0.01 | syllabus import -
  syllabus-generate --scale 1 > large.jsonl";

/// Write a generated catalog of any size to standard output, for benchmarks and trials
#[derive(Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 120)]
struct Options {
    /// The size: 1 is 100,000 books, 50,000 courses and 2,000 careers with their reading lists; up to 100
    #[arg(long, value_name = "SCALE", default_value = "1")]
    scale: Scale,
}

fn main() -> ExitCode {
    let mut output = BufWriter::new(io::stdout().lock());
    match generate(Options::parse().scale, &mut output).and_then(|()| output.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader such as `head` closed the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write to standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
