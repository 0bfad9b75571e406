//! People and organizations.

use serde_json::{Value, json};

use super::code_of;
use super::draw::{Draw, Of};
use super::words::{FAMILY, GIVEN, HOUSES, PLACES, SCHOOLS};
use crate::domain::slug::slugify;

/// The numbers of providers begin here; those of publishers at 0.
const PROVIDERS: u32 = 1 << 20;

/// The slug of the publisher of this number.
pub fn publisher_slug(number: u32) -> String {
    format!("publisher-{number}")
}

/// The slug of the provider of this number.
pub fn provider_slug(number: u32) -> String {
    format!("provider-{number}")
}

/// The slug of the person of this number.
pub fn person_slug(number: u32) -> String {
    format!("{}-{number}", slugify(&name(number)))
}

pub fn publisher(number: u32) -> Value {
    organization(&publisher_slug(number), number, HOUSES)
}

pub fn provider(number: u32) -> Value {
    organization(&provider_slug(number), PROVIDERS + number, SCHOOLS)
}

fn organization(slug: &str, number: u32, kinds: &[&str]) -> Value {
    let mut draw = Draw::of(Of::Organization, number);
    let name = format!("{} {} {}", draw.one(PLACES), draw.one(FAMILY), draw.one(kinds));
    let url = format!("https://{slug}.example");
    json!({ "kind": "organization", "slug": slug, "code": code_of(number), "name": name, "url": url })
}

pub fn person(number: u32) -> Value {
    json!({ "kind": "person", "slug": person_slug(number), "code": code_of(number), "name": name(number) })
}

fn name(number: u32) -> String {
    let mut draw = Draw::of(Of::Person, number);
    let (given, family) = (draw.one(GIVEN), draw.one(FAMILY));
    if draw.chance(40) {
        format!("{given} {}. {family}", draw.one(PLACES).chars().next().unwrap_or('X'))
    } else {
        format!("{given} {family}")
    }
}
