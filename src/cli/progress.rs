//! Shows the progress of an import on a terminal. Prints nothing to a pipe.

use std::io::Read;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};

use crate::service::import_export::Progress;

const BAR_TEMPLATE: &str = "{bar:30} {percent:>3} %  {binary_bytes} of {binary_total_bytes}  {msg}";
const SPINNER_TEMPLATE: &str = "{spinner} {msg}";
/// The interval between two frames of the spinner.
const TICK: Duration = Duration::from_millis(100);

/// A progress bar while a file of known size is read, and a spinner otherwise.
pub struct ProgressReporter(ProgressBar);

impl ProgressReporter {
    pub fn new() -> Self {
        Self(ProgressBar::no_length().with_style(style(SPINNER_TEMPLATE)))
    }

    /// Shows how much of `length` bytes is read.
    pub fn track<R: Read>(&self, input: R, length: u64) -> ProgressBarIter<R> {
        self.0.set_style(style(BAR_TEMPLATE));
        self.0.set_length(length);
        self.0.wrap_read(input)
    }

    /// Shows a spinner while an input of unknown size is read.
    pub fn track_unsized<R: Read>(&self, input: R) -> R {
        self.0.enable_steady_tick(TICK);
        input
    }

    pub fn show(&self, progress: Progress) {
        match progress {
            Progress::Reading(lines) => self.0.set_message(format!("{lines} lines read")),
            Progress::Planning(records) => self.spin(format!("comparing {records} records with the catalog")),
            Progress::Writing(changes) => self.spin(format!("{changes} changes written")),
            Progress::Done => {}
        }
    }

    fn spin(&self, message: String) {
        self.0.set_style(style(SPINNER_TEMPLATE));
        self.0.set_message(message);
        self.0.enable_steady_tick(TICK);
    }

    /// Removes the progress from the terminal.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
