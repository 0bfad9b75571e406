//! What the handlers have: the application, and word of the server's end.

use super::closing::Closing;
use crate::app::App;

/// What every handler is given.
#[derive(Clone)]
pub struct Front {
    pub app: App,
    pub closing: Closing,
}
