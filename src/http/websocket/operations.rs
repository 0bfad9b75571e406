//! The open operations of a connection.

use std::collections::HashMap;

use futures_util::stream::{BoxStream, SelectAll, StreamExt};
use tokio::sync::oneshot;

use crate::http::operation::{Event, EventStream};

/// The open operations of a connection, by the id that the client chose.
#[derive(Default)]
pub struct Operations {
    events: SelectAll<BoxStream<'static, (String, Event)>>,
    /// Dropping a sender stops its operation.
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

    /// Stops an operation, which sends no further events.
    pub fn stop(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// Returns the next event of any operation. Waits forever while there is none.
    pub async fn next(&mut self) -> (String, Event) {
        match self.events.next().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }
}
