//! Measures the server from end to end, as a process among others: see `bench/README.md`.

mod client;
mod compare;
mod floor;
mod growth;
mod lag;
mod process;
mod sample;
mod search_floor;
mod server;
mod shelf;
mod soak;

use clap::{Parser, Subcommand};

/// Measure Syllabus from end to end
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Soak(soak::Options),
    Compare(compare::Options),
    Floor(floor::Options),
    Growth(growth::Options),
    Lag(lag::Options),
    /// Write a thousand books for `growth`, to be imported into each catalog
    Shelf,
}

#[tokio::main]
async fn main() {
    match Cli::parse().command {
        Command::Soak(options) => soak::run(&options).await,
        Command::Compare(options) => compare::run(&options).await,
        Command::Floor(options) => floor::run(&options).await,
        Command::Growth(options) => growth::run(&options).await,
        Command::Lag(options) => lag::run(&options).await,
        Command::Shelf => shelf::print(),
    }
}
