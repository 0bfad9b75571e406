//! Reads enum values: those of the API, in upper or lower case.

use entity::enums::{ContributionRole, EntryRole, Level, Status};

use super::fields::Read;
use super::suggestions::hint;

/// Finds the value with this name.
fn choice<T: Copy>(text: &str, what: &str, all: &[T], name: impl Fn(T) -> String) -> Read<T> {
    let lower = text.to_lowercase();
    if let Some(choice) = all.iter().find(|choice| name(**choice) == lower) {
        return Ok(*choice);
    }
    let names: Vec<String> = all.iter().map(|choice| name(*choice)).collect();
    let hint = hint(text, names.iter().map(String::as_str));
    Err(format!("is an unknown {what}: use one of {}{hint}", names.join(", ")))
}

/// Reads a level. `beginner` is an alias of `introductory`.
pub fn level(text: &str) -> Read<Level> {
    if text.eq_ignore_ascii_case("beginner") {
        return Ok(Level::Introductory);
    }
    choice(text, "level", Level::ALL, |level| level.as_str().to_lowercase())
}

pub fn entry_role(text: &str) -> Read<EntryRole> {
    choice(text, "role", EntryRole::ALL, |role| role.as_str().to_lowercase())
}

/// Reads one of the roles that contributors of a kind can have.
pub fn contribution_role(text: &str, roles: &[ContributionRole], is_input: bool) -> Read<ContributionRole> {
    let name = |role: ContributionRole| if is_input { role.as_str().to_owned() } else { role.as_str().to_lowercase() };
    if let Some(role) = roles.iter().find(|role| role.as_str().eq_ignore_ascii_case(text)) {
        return Ok(*role);
    }
    let names: Vec<String> = roles.iter().map(|role| name(*role)).collect();
    let hint = hint(text, names.iter().map(String::as_str));
    if ContributionRole::ALL.iter().any(|role| role.as_str().eq_ignore_ascii_case(text)) {
        return Err(format!("is not a role of this kind: use {}", names.join(", ")));
    }
    Err(format!("is an unknown role: use one of {}{hint}", names.join(", ")))
}

pub fn status(text: &str) -> Read<Status> {
    if text == "scheduled" {
        return Err("cannot be set: use the status published with a future publishedAt".to_owned());
    }
    choice(text, "status", Status::ALL, |status| status.as_str().to_lowercase())
}
