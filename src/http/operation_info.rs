//! The operation of a request, for the log, the metrics and the traces.

use std::sync::Arc;

use crate::graphql::PreparedRequest;
use crate::telemetry::Operation;

/// The operation that a handler executed, passed to the middleware as an extension of the response.
#[derive(Clone)]
pub struct OperationInfo(pub Arc<Operation>);

impl OperationInfo {
    pub fn of(prepared: &PreparedRequest) -> Self {
        let (name, kind) = (prepared.operation_name(), prepared.operation_type());
        Self(Arc::new(Operation::new(name.map(str::to_owned), kind.to_string(), prepared.cost())))
    }
}
