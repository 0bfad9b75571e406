//! Reads and writes fields that are columns of `item`.

use entity::enums::{Level, Status};
use entity::item::{self, Column};
use entity::timestamp::Timestamp;
use sea_orm::sea_query::{ArrayType, ValueType};
use sea_orm::{DbErr, ModelTrait, Value as Stored};

use super::record::Ref;
use crate::catalog::{Rule, Value};

/// Reads a field from a column. References are loaded separately, and are `None` here.
///
/// # Errors
/// Returns an error if the column has a value of another type than the field.
pub fn read(rule: Rule, row: &item::Model, column: Column) -> Result<Option<Value<Ref>>, DbErr> {
    let stored = row.get(column);
    Ok(match rule {
        Rule::Level => option::<Level>(stored)?.map(Value::Level),
        Rule::Status => option::<Status>(stored)?.map(Value::Status),
        Rule::Timestamp => option::<Timestamp>(stored)?.map(Value::Timestamp),
        Rule::Flag => option::<bool>(stored)?.map(Value::Flag),
        Rule::Year | Rule::Count { .. } | Rule::Date => {
            option::<i32>(stored)?.map(|number| Value::Integer(number.into()))
        }
        Rule::Duration => option::<i64>(stored)?.map(Value::Integer),
        Rule::Reference(_) => None,
        _ => option::<String>(stored)?.map(Value::Text),
    })
}

/// Writes a field to a column.
///
/// # Errors
/// Returns an error if the column cannot store the value.
pub fn write(row: &mut item::Model, column: Column, value: &Value<Ref>) -> Result<(), DbErr> {
    let stored = match value {
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => integer(column, *number)?,
        Value::Flag(flag) => (*flag).into(),
        Value::Level(level) => (*level).into(),
        Value::Status(status) => (*status).into(),
        Value::Timestamp(timestamp) => (*timestamp).into(),
        Value::Reference(reference) => reference.id.into(),
        _ => return Err(DbErr::Type(format!("{column:?} cannot store a list"))),
    };
    row.try_set(column, stored)
}

/// Counts are stored in 32 bits, durations in 64.
fn integer(column: Column, number: i64) -> Result<Stored, DbErr> {
    if item::Model::get_value_type(column) == ArrayType::Int {
        <i32 as TryFrom<i64>>::try_from(number).map(Stored::from).map_err(|error| DbErr::Type(error.to_string()))
    } else {
        Ok(number.into())
    }
}

/// Reads a column that may be null.
///
/// # Errors
/// Returns an error if the column has a value of another type.
pub fn option<T: ValueType>(stored: Stored) -> Result<Option<T>, DbErr>
where
    Option<T>: ValueType,
{
    <Option<T> as ValueType>::try_from(stored).map_err(|error| DbErr::Type(error.to_string()))
}
