//! `syllabus completions SHELL`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Error, output};

const EXAMPLES: &str = "\
Examples:
  source <(syllabus completions bash)
  syllabus completions zsh > ~/.zfunc/_syllabus
  syllabus completions fish > ~/.config/fish/completions/syllabus.fish";

/// Print a completion script for a shell
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The shell
    shell: Shell,
}

pub fn run(options: &Options) -> Result<(), Error> {
    // Write to memory first: the generator panics if standard output is closed.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "syllabus", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
