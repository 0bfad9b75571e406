//! Introspection by apollo-compiler, from the SDL of the schema.
//!
//! The introspection of async-graphql returns `interfaces: null` for interfaces, has no description of the schema, and
//! lacks newer parts of the specification. Executing it on the SDL ensures that both agree. The other root fields of
//! the same operation are executed as usual, and the two results are merged.

use std::sync::Arc;

use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::Operation;
use apollo_compiler::introspection::{check_max_depth, partial_execute};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name as CompilerName, Schema};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Request, Response, ServerError, Value};

use super::document::Document;
use super::error::{ErrorCode, INTERNAL_SERVER_ERROR, request_error};

/// Executes introspection fields on the schema of apollo-compiler.
pub struct IntrospectionExecutor {
    schema: Arc<Valid<Schema>>,
    implementers: HashMap<CompilerName, Implementers>,
}

/// The result of the introspection fields of a request.
pub enum IntrospectionResult {
    /// The request has no introspection fields.
    None,
    /// The request has no other fields, or introspection failed: this is the response.
    Whole(Response),
    /// The request has other fields to execute. These fields replace the corresponding ones of the result.
    Fields(IndexMap<Name, Value>),
}

impl IntrospectionExecutor {
    /// Parses the schema.
    ///
    /// # Panics
    /// When `sdl` is invalid, which the tests rule out.
    #[expect(clippy::panic, reason = "an invalid schema is a defect of the build, found by the first test")]
    pub fn new(sdl: &str) -> Self {
        match Schema::parse_and_validate(sdl, "schema.graphql") {
            Ok(schema) => {
                let implementers = schema.implementers_map();
                Self { schema: Arc::new(schema), implementers }
            }
            Err(errors) => panic!("the schema is not valid: {errors}"),
        }
    }

    /// The parsed schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<Valid<Schema>> {
        &self.schema
    }

    /// Executes the introspection fields of a request.
    pub fn answer(&self, document: &Document, request: &Request) -> IntrospectionResult {
        match self.execute(document.compiled(), request) {
            Ok(partial) => partial,
            Err(error) => IntrospectionResult::Whole(Response::from_errors(vec![error])),
        }
    }

    fn execute(
        &self,
        document: &Valid<ExecutableDocument>,
        request: &Request,
    ) -> Result<IntrospectionResult, ServerError> {
        // The execution reports an unknown operation name.
        let Ok(operation) = document.operations.get(request.operation_name.as_deref()) else {
            return Ok(IntrospectionResult::None);
        };
        let (mut introspects, mut has_more) = (false, false);
        for field in operation.root_fields(document) {
            match field.name.as_str() {
                "__schema" | "__type" => introspects = true,
                "__typename" => {}
                _ => has_more = true,
            }
        }
        if !introspects || !operation.is_query() {
            return Ok(IntrospectionResult::None);
        }
        let data = self.introspect(document, operation, request)?;
        Ok(if has_more {
            IntrospectionResult::Fields(data)
        } else {
            IntrospectionResult::Whole(Response::new(Value::Object(data)))
        })
    }

    fn introspect(
        &self,
        document: &Valid<ExecutableDocument>,
        operation: &Operation,
        request: &Request,
    ) -> Result<IndexMap<Name, Value>, ServerError> {
        let invalid = |message: String| request_error(ErrorCode::ValidationFailed, message);
        check_max_depth(document, operation).map_err(|error| invalid(error.message().to_string()))?;
        let variables: JsonMap = serde_json::to_value(&request.variables)
            .and_then(serde_json::from_value)
            .map_err(|_| invalid("The variables must be a JSON object.".to_owned()))?;
        let variables = coerce_variable_values(&self.schema, operation, &variables)
            .map_err(|error| request_error(ErrorCode::BadUserInput, error.message().to_string()))?;
        let answer = partial_execute(&self.schema, &self.implementers, document, operation, &variables)
            .map_err(|error| invalid(error.message().to_string()))?;
        let data = serde_json::to_value(answer.data).ok().and_then(|data| Value::from_json(data).ok());
        match data {
            Some(Value::Object(data)) => Ok(data),
            _ => Err(request_error(ErrorCode::InternalServerError, INTERNAL_SERVER_ERROR)),
        }
    }
}

/// Whether a request has introspection fields or `_service`.
pub fn is_requested(document: &Document, request: &Request) -> bool {
    let document = document.compiled();
    document.operations.get(request.operation_name.as_deref()).is_ok_and(|operation| {
        operation.root_fields(document).any(|field| matches!(field.name.as_str(), "__schema" | "__type" | "_service"))
    })
}

/// The error for introspection fields when introspection is disabled.
pub fn disabled_error() -> ServerError {
    let message = "Introspection is disabled: remove __schema, __type and _service from the query.";
    request_error(ErrorCode::ValidationFailed, message)
}
