//! The operations that one socket has open.

use std::collections::HashMap;

use futures_util::stream::{BoxStream, SelectAll, StreamExt};
use tokio::sync::oneshot;

use crate::http::operation::{Event, EventStream};

/// The operations that one socket has open, by the id that the client gave them.
#[derive(Default)]
pub struct Operations {
    events: SelectAll<BoxStream<'static, (String, Event)>>,
    /// Dropping one of these stops its operation.
    open: HashMap<String, oneshot::Sender<()>>,
}

impl Operations {
    pub fn count(&self) -> usize {
        self.open.len()
    }

    pub fn has(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    pub fn start(&mut self, id: String, events: EventStream) {
        let (stop, stopped) = oneshot::channel();
        self.open.insert(id.clone(), stop);
        self.events.push(events.map(move |event| (id.clone(), event)).take_until(stopped).boxed());
    }

    /// Stops an operation, which is not heard of again.
    pub fn stop(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// The next event of any of them; waits for ever while there is none.
    pub async fn next(&mut self) -> (String, Event) {
        match self.events.next().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }
}
