//! `syllabus generate`

use std::io::{self, BufWriter, Write};

use super::Error;
use crate::service::generate::{Scale, generate};

const EXAMPLES: &str = "\
Examples:
  syllabus generate --scale 0.01 | syllabus import -
  syllabus generate --scale 1 > large.jsonl";

/// Write a made-up catalog of any size to standard output, for benchmarks and trials
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// How large: 1 is 100,000 books, 50,000 courses and 2,000 careers with their reading lists; up to 100
    #[arg(long, value_name = "SCALE", default_value = "1", value_parser = scale)]
    scale: Scale,
}

fn scale(text: &str) -> Result<Scale, String> {
    let number = text.parse().ok().and_then(Scale::new);
    number.ok_or_else(|| format!("is no number above 0 and up to {}", Scale::MAX))
}

pub fn run(options: &Options) -> Result<(), Error> {
    let mut output = BufWriter::new(io::stdout().lock());
    generate(options.scale, &mut output).and_then(|()| output.flush()).map_err(Error::Output)
}
