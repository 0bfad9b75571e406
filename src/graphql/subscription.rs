//! Operations whose answers come one after the other.

use async_graphql::{Request, Response};
use futures_util::stream::BoxStream;

use super::{Caller, GraphQl, was_executed};

/// What comes of a request.
pub enum Answers {
    /// It was refused before anything was executed.
    Refused(Response),
    /// A query or a mutation has one answer.
    Once(Response),
    /// A subscription has one for each event.
    Many(BoxStream<'static, Response>),
}

impl GraphQl {
    /// Executes one request of any type.
    pub async fn answers(&self, request: Request, caller: Caller) -> Answers {
        let answer = self.execute(request, caller).await;
        if was_executed(&answer) { Answers::Once(answer) } else { Answers::Refused(answer) }
    }
}
