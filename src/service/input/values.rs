//! Reads the fields of a record by the description of its kind.

use entity::enums::ContributionRole;
use serde_json::{Number, Value as Json};

use super::fields::Fields;
use super::{Reference, enums};
use crate::catalog::{Contributor, Field, Rule, Section, Value};
use crate::domain::money::{Money, MoneyError};
use crate::domain::{date, duration, language, timestamp, web_url};
use crate::service::write::Edit;
use crate::service::write::patch::RoutablePatch;

/// Reads the slug, the code and the external id of a record of an import.
pub fn identity<R>(fields: &mut Fields, patch: &mut RoutablePatch<R>) {
    patch.slug = fields.non_null_token("slug");
    patch.code = fields.non_null_token("code");
    patch.external_id = fields.token(&["externalId"]);
}

/// Reads all fields of a kind that the source can have.
pub fn edits<R: Reference>(fields: &mut Fields, patch: &mut RoutablePatch<R>) {
    for field in patch.kind.fields().filter(|field| !R::names(field).is_empty()) {
        match value(fields, field) {
            Edit::Unchanged => {}
            Edit::Clear => patch.values.push((field, None)),
            Edit::Set(value) => patch.values.push((field, Some(value))),
        }
    }
}

/// Reads a field.
fn value<R: Reference>(fields: &mut Fields, field: &'static Field) -> Edit<Value<R>> {
    let names = R::names(field);
    match field.rule {
        Rule::Title { .. } | Rule::Text { .. } => fields.text(names).map(Value::Text),
        Rule::OccupationCode => fields.token(names).map(Value::Text),
        Rule::Isbn => fields.isbn().map(Value::Text),
        Rule::Url => fields.parsed(names, |text| web_url::check(text).map(|()| text.to_owned())).map(Value::Text),
        Rule::Language => fields.parsed(names, language::parse).map(Value::Text),
        Rule::Level => fields.read(names, enums::level).map(Value::Level),
        Rule::Status => match fields.read(names, enums::status) {
            Edit::Clear => {
                fields.missing(field.name(), "cannot be null: use draft, published or archived");
                Edit::Unchanged
            }
            status => status.map(Value::Status),
        },
        Rule::Timestamp => fields.parsed(names, timestamp::parse).map(Value::Timestamp),
        Rule::Date => {
            let date = |text: &str| date::parse(text).map_err(|error| error.to_string());
            fields.parse_value(names, Fields::date_of, date).map(|date| Value::Integer(date.into()))
        }
        Rule::Flag => fields.boolean(names).map(Value::Flag),
        Rule::Year | Rule::Count { .. } => fields.whole_number(names).map(|number| Value::Integer(number.into())),
        Rule::Duration => fields.parsed(names, duration::parse).map(Value::Integer),
        Rule::Price => fields.value(names, price).map(Value::Price),
        Rule::Reference(_) => {
            fields.value(names, |fields, name, value| R::read(fields, name, &value)).map(Value::Reference)
        }
        Rule::References { .. } => {
            fields.list(names, |fields, name, element| R::read(fields, name, &element)).map(Value::References)
        }
        Rule::People { .. } => fields.list(names, R::read_person).map(Value::References),
        Rule::Contributors { short, roles, .. } => contributors(fields, field, short, roles).map(Value::Contributors),
        Rule::Texts { .. } => fields.texts(names).map(Value::Texts),
        Rule::Urls { .. } => fields.list(names, |fields, name, element| url(fields, name, &element)).map(Value::Texts),
        Rule::Sections { .. } => fields.list(names, section).map(Value::Sections),
        Rule::Former => Edit::Set(Value::Texts(fields.former(field))),
    }
}

fn price(fields: &mut Fields, name: &str, value: Json) -> Option<Money> {
    fields.object(name, value, |price| {
        let amount = price.value(&["amount"], |fields, name, value| match value {
            Json::Number(number) => amount(fields, name, &number),
            value => fields.non_empty_token(name, &value),
        });
        let currency = price.token(&["currency"]);
        let (amount, currency) = (price.required("amount", amount), price.required("currency", currency));
        let (amount, currency) = (amount?, currency?);
        match Money::parse(&amount, &currency) {
            Ok(money) => Some(money),
            Err(MoneyError::Currency) => {
                price.invalid("currency", Some(&currency), MoneyError::Currency.to_string());
                if let Err(error) = Money::check_amount(&amount) {
                    price.invalid("amount", Some(&amount), error.to_string());
                }
                None
            }
            Err(error) => {
                price.invalid("amount", Some(&format!("{amount} {currency}")), error.to_string());
                None
            }
        }
    })
}

/// Reads a numeric amount. JSON numbers with a decimal point are parsed as binary fractions, which are exact up to 15
/// digits; longer ones may be rounded.
fn amount(fields: &mut Fields, name: &str, number: &Number) -> Option<String> {
    const F64_DIGITS: usize = f64::DIGITS as usize;
    let text = number.to_string();
    let digits = text.trim_end_matches(".0").bytes().filter(u8::is_ascii_digit).count();
    if number.is_f64() && digits > F64_DIGITS {
        fields.invalid(name, Some(&text), "has too many digits for a JSON number: write it as a string");
        return None;
    }
    Some(text)
}

/// Reads a web URL in a list.
fn url(fields: &mut Fields, name: &str, value: &Json) -> Option<String> {
    let text = fields.non_empty_token(name, value)?;
    web_url::check(&text).map_err(|error| fields.invalid(name, Some(&text), error.to_string())).ok()?;
    Some(text)
}

fn section(fields: &mut Fields, name: &str, value: Json) -> Option<Section> {
    fields.object(name, value, |section| {
        let title = section.text(&["title"]);
        let summary = section.text(&["summary"]).value().cloned();
        Some(Section { title: section.required("title", title)?, summary })
    })
}

/// Reads contributors. `short` is the field of a list of people in the first role; a record can have only one of the
/// two fields.
fn contributors<R: Reference>(
    fields: &mut Fields,
    field: &'static Field,
    short: &'static str,
    roles: &'static [ContributionRole],
) -> Edit<Vec<Contributor<R>>> {
    let first = roles.first().copied().unwrap_or(ContributionRole::Author);
    let named = fields.list(&[short], |fields, name, element| {
        Some(Contributor { person: R::read(fields, name, &element)?, role: first })
    });
    let contributors = fields.list(R::names(field), |fields, name, element| {
        fields.object(name, element, |contributor| {
            let person = contributor.value(&[R::PERSON], |fields, name, value| R::read(fields, name, &value));
            let role = contributor.read(&["role"], |text| enums::contribution_role(text, roles, R::DEFAULT_ROLE));
            let person = contributor.required(R::PERSON, person);
            // A contributor without a role is processed further, so that the person is resolved as well.
            let role = match role {
                Edit::Unchanged if R::DEFAULT_ROLE => first,
                role => contributor.required("role", role).unwrap_or(first),
            };
            Some(Contributor { person: person?, role })
        })
    });
    if let (Edit::Set(_), Edit::Unchanged | Edit::Clear) = (&named, &contributors) {
        fields.source_map.add_alias(field.name(), short);
    }
    match (named, contributors) {
        (Edit::Set(_), Edit::Set(contributors)) => {
            let reason = format!("cannot be combined with \"{}\": use only one of them", field.name());
            fields.invalid(short, None, reason);
            Edit::Set(contributors)
        }
        (Edit::Set(people), _) | (_, Edit::Set(people)) => Edit::Set(people),
        (Edit::Clear, _) | (_, Edit::Clear) => Edit::Clear,
        (Edit::Unchanged, Edit::Unchanged) => Edit::Unchanged,
    }
}
