//! The dependencies between the modules, read from the source. Also checks that `schema.graphql` is the served schema
//! and that everything in it has a description.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::Schema;
use apollo_compiler::schema::{ExtendedType, FieldDefinition, InputValueDefinition};
use syllabus::graphql;
use toml::{Table, Value};

/// A module, the modules that it may use, and the libraries that it must not use.
struct ModuleRules {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

const WEB: &[&str] = &["async_graphql", "apollo_compiler", "axum", "tower", "clap"];

const MODULES: [ModuleRules; 19] = [
    ModuleRules {
        name: "domain",
        may_use: &[],
        never: &["sea_orm", "sqlx", "migration", "async_graphql", "apollo_compiler", "axum", "tower", "tokio", "clap"],
    },
    ModuleRules {
        name: "catalog",
        may_use: &["domain"],
        never: &["sqlx", "async_graphql", "axum", "tower", "tokio", "clap"],
    },
    ModuleRules { name: "request_context", may_use: &[], never: &["sea_orm", "sqlx", "async_graphql", "axum", "clap"] },
    ModuleRules { name: "db", may_use: &["request_context"], never: WEB },
    ModuleRules { name: "http_client", may_use: &["db"], never: WEB },
    ModuleRules { name: "clock", may_use: &[], never: &["sea_orm", "sqlx", "async_graphql", "axum", "tokio"] },
    ModuleRules { name: "rng", may_use: &[], never: &["sea_orm", "sqlx", "async_graphql", "axum", "tokio"] },
    // It queries tokens itself, with two statements, so that no other code handles the authentication.
    ModuleRules {
        name: "auth",
        may_use: &["db", "clock", "http_client"],
        never: &["sqlx", "async_graphql", "axum", "clap"],
    },
    ModuleRules {
        name: "model",
        may_use: &["db", "domain"],
        never: &["async_graphql", "axum", "clap", "sqlx", "tokio"],
    },
    // It uses the batches of async-graphql.
    ModuleRules {
        name: "loader",
        may_use: &["catalog", "db", "model", "domain", "auth", "request_context"],
        never: &["axum", "tower", "clap", "sqlx", "apollo_compiler"],
    },
    ModuleRules {
        name: "service",
        may_use: &["catalog", "db", "model", "domain", "loader", "auth", "rng", "clock", "request_context"],
        never: WEB,
    },
    ModuleRules {
        name: "graphql",
        may_use: &[
            "catalog",
            "service",
            "loader",
            "model",
            "domain",
            "auth",
            "rng",
            "clock",
            "config",
            "db",
            "request_context",
        ],
        never: &["sea_orm", "sqlx", "migration", "axum", "tower", "clap"],
    },
    ModuleRules { name: "config", may_use: &["auth", "db", "domain"], never: &["sea_orm", "async_graphql", "axum"] },
    ModuleRules {
        name: "telemetry",
        may_use: &["config", "request_context"],
        never: &["sea_orm", "async_graphql", "axum"],
    },
    ModuleRules { name: "edge", may_use: &["clock", "config", "db", "http_client", "loader", "service"], never: WEB },
    ModuleRules {
        name: "app",
        may_use: &["auth", "rng", "clock", "config", "db", "edge", "graphql", "telemetry"],
        never: &["axum", "clap", "sea_orm"],
    },
    ModuleRules {
        name: "embed",
        may_use: &["app", "graphql", "request_context"],
        never: &["axum", "clap", "sea_orm", "sqlx", "apollo_compiler"],
    },
    ModuleRules {
        name: "http",
        may_use: &["app", "graphql", "auth", "config", "telemetry", "request_context"],
        never: &["sea_orm", "sqlx", "migration", "clap"],
    },
    ModuleRules {
        name: "cli",
        may_use: &[
            "app",
            "auth",
            "clock",
            "config",
            "db",
            "domain",
            "edge",
            "graphql",
            "http",
            "loader",
            "model",
            "service",
            "telemetry",
        ],
        never: &[],
    },
];

/// A module that may use one type only of another module, and why.
const RESTRICTED_IMPORTS: [(&str, &str, &[&str]); 3] = [
    // It passes the handle to the readers and builds filters from its values, and contains no statements.
    ("graphql", "db", &["CatalogVersion", "Database", "Value"]),
    // Limits, trusted documents, and the viewer of the schema.
    ("graphql", "config", &["Limits", "Manifest", "SchemaKind"]),
    // Which cache to purge.
    ("edge", "config", &["PurgeDriver", "PurgeSettings"]),
];

#[test]
fn modules_import_only_allowed_modules() {
    let mut violations = Vec::new();
    let mut visited = BTreeSet::new();
    for path in sources() {
        let Some(name) = module_of(&path) else { continue };
        let rules = MODULES
            .iter()
            .find(|rules| rules.name == name)
            .unwrap_or_else(|| panic!("{name} is a module without rules"));
        visited.insert(rules.name);
        for used in paths(&fs::read_to_string(&path).expect("it can be read")) {
            if let Some(reason) = rules.violation(&used) {
                violations.push(format!("{}: {used} ({reason})", path.display()));
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
    assert_eq!(visited.len(), MODULES.len(), "rules for modules that no longer exist");
}

impl ModuleRules {
    fn violation(&self, used: &str) -> Option<String> {
        let mut segments = used.split("::");
        let first = segments.next()?;
        if first != "crate" {
            return self.never.contains(&first).then(|| format!("{} never uses {first}", self.name));
        }
        let module = segments.next().filter(|module| *module != self.name)?;
        if !self.may_use.contains(&module) {
            return Some(format!("{} may not use {module}", self.name));
        }
        let restriction = RESTRICTED_IMPORTS.iter().find(|(from, to, _)| (*from, *to) == (self.name, module));
        let item = segments.next().unwrap_or_default();
        restriction
            .filter(|(_, _, items)| !items.contains(&item))
            .map(|_| format!("{} may not use {item} of {module}", self.name))
    }
}

/// Returns all files of the library.
fn sources() -> Vec<PathBuf> {
    fn gather(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    gather(&root().join("src"), &mut found);
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the module of a file; `None` for the root of the crate and the entry point.
fn module_of(path: &Path) -> Option<String> {
    let below = path.strip_prefix(root().join("src")).expect("it is below");
    let first = below.iter().next()?.to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(module, "lib" | "main")).then(|| module.to_owned())
}

/// Returns every path in the code from its first segment on, with `use` groups expanded. Comments are ignored.
fn paths(source: &str) -> Vec<String> {
    let code: String =
        source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(place) = rest.find("use ") {
        let is_word = rest[..place].chars().last().is_none_or(|before| before.is_whitespace() || before == '(');
        rest = &rest[place + 4..];
        if is_word && let Some(end) = rest.find(';') {
            expand("", &rest[..end].split_whitespace().collect::<Vec<_>>().join(" "), &mut found);
        }
    }
    // Also paths in expressions.
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    found.extend(
        code.split(|letter| !is_part(letter))
            // The prefix of a group, `crate::a::`, is expanded above.
            .filter(|word| word.contains("::") && !word.ends_with("::"))
            .map(|word| word.trim_start_matches(':').to_owned()),
    );
    found
}

/// Expands `a::{b, c::{d, e}}`.
fn expand(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let Some((head, group)) = tree.split_once('{') else {
        found.push(format!("{prefix}{}", tree.trim()));
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start) = (0, 0);
    for (place, letter) in group.char_indices().chain([(group.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[start..place].trim().is_empty() {
                    expand(&prefix, group[start..place].trim(), found);
                }
                start = place + 1;
            }
            _ => {}
        }
    }
}

/// The modules that may use the crate of the public site.
const SITE_USERS: [&str; 2] = ["config", "http"];

#[test]
fn only_the_server_and_its_settings_use_the_site() {
    let mut users = BTreeSet::new();
    for path in sources() {
        let Some(name) = module_of(&path) else { continue };
        let used = paths(&fs::read_to_string(&path).expect("it can be read"));
        if used.iter().any(|path| path.trim_start_matches(':').starts_with("site::")) {
            users.insert(name);
        }
    }
    assert_eq!(users, SITE_USERS.map(str::to_owned).into());
}

#[test]
fn the_site_does_no_io_and_uses_only_the_public_api() {
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("it is at the root");
    let lock: Table = text.parse().expect("it is TOML");
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let mut dependencies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("it is a list") {
        // `name version`, if there are several versions.
        let names = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        let names = names.map(|name| text(name).split(' ').next().unwrap_or_default().to_owned());
        dependencies.entry(text(&package["name"])).or_default().extend(names);
    }
    let (mut reached, mut waiting) = (BTreeSet::new(), vec!["site".to_owned()]);
    while let Some(name) = waiting.pop() {
        if reached.insert(name.clone()) {
            waiting.extend(dependencies.get(&name).into_iter().flatten().cloned());
        }
    }
    assert!(reached.contains("askama"), "{reached:?}");
    for never in ["syllabus", "entity", "migration", "sea-orm", "sqlx", "rusqlite", "axum", "hyper", "tokio"] {
        assert!(!reached.contains(never), "the site depends on {never}");
    }
}

#[test]
fn use_declarations_are_parsed() {
    let source = "use crate::a::{B, c::{D, E as F}};\npub use sea_orm::X; // use axum::Y;\nlet x = crate::g::h();";
    let expected = ["crate::a::B", "crate::a::c::D", "crate::a::c::E as F", "sea_orm::X"];
    let found = paths(source);
    assert_eq!(found[..4], expected);
    assert!(found.contains(&"crate::g::h".to_owned()));
    assert!(!found.iter().any(|path| path.contains("axum") || path.ends_with("::")), "{found:?}");
}

#[test]
fn schema_file_matches_the_served_schema() {
    let file = fs::read_to_string(root().join("schema.graphql")).expect("it is at the root");
    assert!(
        file == graphql::sdl(),
        "schema.graphql differs from the served schema: run `cargo run -- schema > schema.graphql`"
    );
}

#[test]
fn schema_elements_have_descriptions() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "schema.graphql").expect("it is valid");
    let mut bare = Vec::new();
    let mut look = |name: String, description: Option<&str>| {
        if description.is_none_or(|text| text.trim().len() < 5) {
            bare.push(name);
        }
    };
    for (name, ty) in schema.types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        look(name.to_string(), ty.description().map(|text| &**text));
        match ty {
            ExtendedType::Object(object) => {
                object.fields.values().for_each(|field| look_at_field(name, field, &mut look));
            }
            ExtendedType::Interface(interface) => {
                interface.fields.values().for_each(|field| look_at_field(name, field, &mut look));
            }
            ExtendedType::InputObject(input) => {
                input.fields.values().for_each(|field| look_at_value(name, field, &mut look));
            }
            ExtendedType::Enum(choice) => {
                choice
                    .values
                    .values()
                    .for_each(|value| look(format!("{name}.{}", value.value), value.description.as_deref()));
            }
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => {}
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

fn look_at_field(ty: &str, field: &FieldDefinition, look: &mut impl FnMut(String, Option<&str>)) {
    let name = format!("{ty}.{}", field.name);
    look(name.clone(), field.description.as_deref());
    field.arguments.iter().for_each(|argument| look_at_value(&name, argument, look));
}

fn look_at_value(owner: &str, value: &InputValueDefinition, look: &mut impl FnMut(String, Option<&str>)) {
    look(format!("{owner}.{}", value.name), value.description.as_deref());
}
