//! Measures the server end to end, as a separate process: see `bench/README.md`.

mod baseline;
mod client;
mod compare;
mod growth;
mod marker_books;
mod pages;
mod process;
mod propagation;
mod sample;
mod search_baseline;
mod server;
mod soak;

use clap::{Parser, Subcommand};

/// Measure Syllabus end to end
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Soak(soak::Options),
    Compare(compare::Options),
    Baseline(baseline::Options),
    Growth(growth::Options),
    Propagation(propagation::Options),
    Pages(pages::Options),
    Copy(pages::CopyOptions),
    /// Write a thousand marker books in the import format, to import into each catalog that `growth` compares
    MarkerBooks,
}

#[tokio::main]
async fn main() {
    match Cli::parse().command {
        Command::Soak(options) => soak::run(&options).await,
        Command::Compare(options) => compare::run(&options).await,
        Command::Baseline(options) => baseline::run(&options).await,
        Command::Growth(options) => growth::run(&options).await,
        Command::Propagation(options) => propagation::run(&options).await,
        Command::Pages(options) => pages::run(&options).await,
        Command::Copy(options) => pages::copy(&options).await,
        Command::MarkerBooks => marker_books::print(),
    }
}
