//! People and organizations.

use identifiers::slug::slugify;
use serde_json::{Value, json};

use crate::code;
use crate::rng::{SeededRng, Stream};
use crate::words::{FAMILY, GIVEN, HOUSES, PLACES, SCHOOLS};

/// The first number of a provider; those of publishers begin at 0.
const PROVIDERS: u32 = 1 << 20;

/// Returns the slug of a publisher.
pub fn publisher_slug(number: u32) -> String {
    format!("publisher-{number}")
}

/// Returns the slug of a provider.
pub fn provider_slug(number: u32) -> String {
    format!("provider-{number}")
}

/// Returns the slug of a person.
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
    let mut random = SeededRng::new(Stream::Organization, number);
    let name = format!("{} {} {}", random.choose(PLACES), random.choose(FAMILY), random.choose(kinds));
    let url = format!("https://{slug}.example");
    json!({ "kind": "organization", "slug": slug, "code": code(number), "name": name, "url": url })
}

pub fn person(number: u32) -> Value {
    json!({ "kind": "person", "slug": person_slug(number), "code": code(number), "name": name(number) })
}

fn name(number: u32) -> String {
    let mut random = SeededRng::new(Stream::Person, number);
    let (given, family) = (random.choose(GIVEN), random.choose(FAMILY));
    if random.chance(40) {
        format!("{given} {}. {family}", random.choose(PLACES).chars().next().unwrap_or('X'))
    } else {
        format!("{given} {family}")
    }
}
