//! `syllabus completions SHELL`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Error, output};

const EXAMPLES: &str = "\
Examples:
  source <(syllabus completions bash)
  syllabus completions zsh > ~/.zfunc/_syllabus
  syllabus completions fish > ~/.config/fish/completions/syllabus.fish";

/// Print a script that completes this command line in your shell
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The shell it is for
    shell: Shell,
}

pub fn run(options: &Options) -> Result<(), Error> {
    // Written to memory first: the generator would panic where the reader of our output goes away.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "syllabus", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
