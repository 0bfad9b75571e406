//! Measures the server from end to end, as a process among others: see `bench/README.md`.

mod client;
mod process;
mod sample;
mod server;
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
}

#[tokio::main]
async fn main() {
    match Cli::parse().command {
        Command::Soak(options) => soak::run(&options).await,
    }
}
