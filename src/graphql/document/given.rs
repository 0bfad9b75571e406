//! Which variables a request gives, so that a document which was validated is not validated again.
//!
//! Beside the document, validation looks at the values of variables. Where these are of built-in types and each has a value of its
//! type, there is nothing to find that was not found before for others.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Value, Variables};

/// How many variables are told apart.
const MOST: usize = 64;
/// How many sets are remembered.
const SETS: usize = 32;

/// Which of an operation's variables have a value, and which are null: a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Given {
    values: u64,
    nulls: u64,
}

impl Given {
    /// Nothing where a value has to be looked at.
    pub fn of(operation: &OperationDefinition, variables: &Variables) -> Option<Self> {
        let definitions = &operation.variable_definitions;
        if definitions.len() > MOST {
            return None;
        }
        let mut given = Self::default();
        for (place, definition) in definitions.iter().enumerate() {
            let definition = &definition.node;
            match variables.get(&definition.name.node) {
                None => {}
                Some(Value::Null) => given.nulls |= 1 << place,
                Some(value) if is_plain(&definition.var_type.node, value) => given.values |= 1 << place,
                Some(_) => return None,
            }
        }
        Some(given)
    }
}

/// Whether a value is what its built-in type says, to the letter.
fn is_plain(ty: &Type, value: &Value) -> bool {
    let BaseType::Named(name) = &ty.base else { return false };
    match (name.as_str(), value) {
        ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
        ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        _ => false,
    }
}

/// The sets of variables with which a document was found good.
#[derive(Debug, Default)]
pub struct Vouched(RwLock<HashSet<Given>>);

impl Vouched {
    pub fn knows(&self, given: Given) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&given)
    }

    pub fn remember(&self, given: Given) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < SETS {
            known.insert(given);
        }
    }
}
