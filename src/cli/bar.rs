//! How far an import is, for who looks at a terminal. In a pipe nothing is drawn.

use std::io::Read;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};

use crate::service::import_export::Progress;

const FILLING: &str = "{bar:30} {percent:>3} %  {binary_bytes} of {binary_total_bytes}  {msg}";
const SPINNING: &str = "{spinner} {msg}";
/// How often what spins turns.
const TURN: Duration = Duration::from_millis(100);

/// A bar that fills while a file is read, and turns while there is no telling how much is left.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        Self(ProgressBar::no_length().with_style(style(SPINNING)))
    }

    /// Fills with what is read of `length` bytes.
    pub fn filling<R: Read>(&self, input: R, length: u64) -> ProgressBarIter<R> {
        self.0.set_style(style(FILLING));
        self.0.set_length(length);
        self.0.wrap_read(input)
    }

    /// Turns while something is read whose length is not known.
    pub fn spinning<R: Read>(&self, input: R) -> R {
        self.0.enable_steady_tick(TURN);
        input
    }

    pub fn show(&self, progress: Progress) {
        match progress {
            Progress::Reading(lines) => self.0.set_message(format!("{lines} lines read")),
            Progress::Planning(records) => self.turn(format!("holding {records} records against the catalog")),
            Progress::Writing(changes) => self.turn(format!("writing {changes} changes")),
            Progress::Done => {}
        }
    }

    fn turn(&self, message: String) {
        self.0.set_style(style(SPINNING));
        self.0.set_message(message);
        self.0.enable_steady_tick(TURN);
    }

    /// Takes it off the terminal.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
