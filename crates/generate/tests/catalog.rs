//! Tests of the generated catalog.

use std::collections::HashSet;

use serde_json::Value;
use syllabus_generate::{Scale, generate};

fn catalog(scale: f64) -> String {
    let mut bytes = Vec::new();
    generate(Scale::new(scale).expect("a valid scale"), &mut bytes).expect("a vector accepts all bytes");
    String::from_utf8(bytes).expect("valid UTF-8")
}

fn slugs(catalog: &str) -> HashSet<(String, String)> {
    let records = catalog.lines().map(|line| serde_json::from_str::<Value>(line).expect("valid JSON"));
    records.map(|record| (record["kind"].to_string(), record["slug"].to_string())).collect()
}

#[test]
fn output_is_deterministic() {
    assert_eq!(catalog(0.002), catalog(0.002));
}

#[test]
fn a_larger_catalog_contains_the_slugs_of_a_smaller_one() {
    assert!(slugs(&catalog(0.002)).is_subset(&slugs(&catalog(0.004))));
}

#[test]
fn scales_are_above_0_and_at_most_the_maximum() {
    assert!(Scale::new(Scale::MAX).is_some());
    for invalid in [0.0, -1.0, Scale::MAX * 1.01, f64::NAN] {
        assert_eq!(Scale::new(invalid), None, "{invalid}");
    }
}
