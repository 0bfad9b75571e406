//! `/metrics` follows the conventions of Prometheus, <https://prometheus.io/docs/practices/naming/>, and the rules of
//! `promtool check metrics`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;
use syllabus::auth::Role;
use syllabus::clock::Clock;
use syllabus::config::Settings;
use syllabus::service::write;

use crate::common::on_each_engine;
use crate::http::site::{GRAPHQL, Site};
use crate::reference;

/// A family of metrics, as it is exposed.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    help: String,
    /// The name, the labels and the value of each sample.
    samples: Vec<(String, Vec<String>, f64)>,
}

/// The families of a text in the `OpenMetrics` format, by name.
fn families(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().take_while(|line| *line != "# EOF") {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap_or_else(|| panic!("{line} says nothing"));
            name.clone_into(&mut current);
            let family = Family { help: help.to_owned(), ..Family::default() };
            assert!(families.insert(name.to_owned(), family).is_none(), "{name} is declared twice");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let kind = kind.strip_prefix(&format!("{current} ")).unwrap_or_else(|| panic!("{line} has no help"));
            kind.clone_into(&mut families.get_mut(&current).expect("it has a help").kind);
        } else if !line.starts_with("# UNIT ") {
            let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line} has no value"));
            let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
            assert!(name.starts_with(&current), "{line} belongs to no family");
            let label = |part: &str| Some(part.rsplit_once('=')?.0.rsplit([',', '{']).next()?.to_owned());
            let labels = labels.split_inclusive("\",").filter_map(label).collect();
            let value = value.parse().unwrap_or_else(|_| panic!("{line} has no number"));
            let family = families.get_mut(&current).expect("it was declared");
            family.samples.push((name.to_owned(), labels, value));
        }
    }
    families
}

/// The errors in the name of a family, its help, or its samples.
fn faults(name: &str, family: &Family) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rule = |holds: bool, fault: &str| {
        if !holds {
            faults.push(format!("{name}: {fault}"));
        }
    };
    let is_snake_case = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !name.contains("__")
            && !name.ends_with('_')
    };
    let words: Vec<&str> = name.split('_').collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    rule(name.starts_with("syllabus_"), "has no prefix");
    rule(is_snake_case(name), "is not in snake case, or has a colon");
    rule(!has(&["total", "count", "sum", "bucket", "created", "info"]), "has a suffix that the format adds");
    rule(!has(&["counter", "gauge", "histogram", "summary", "number"]), "names its type");
    let other_units = [
        "ms",
        "us",
        "ns",
        "s",
        "sec",
        "secs",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "minutes",
        "hours",
        "days",
        "b",
        "kb",
        "mb",
        "gb",
        "kib",
        "mib",
        "bits",
        "kilobytes",
        "megabytes",
        "percent",
        "percentage",
    ];
    rule(!has(&other_units), "has a unit that is no base unit");
    let is_last = |unit: &str| !words.contains(&unit) || words.last() == Some(&unit);
    rule(is_last("seconds") && is_last("bytes"), "does not end in its unit");
    rule(!has(&["duration", "latency", "time", "age"]) || name.ends_with("_seconds"), "is not in seconds");
    rule(!has(&["lag"]) || words.last().is_some_and(|unit| ["seconds", "bytes"].contains(unit)), "has no unit");
    rule(!has(&["size", "memory"]) || name.ends_with("_bytes"), "is not in bytes");
    rule(["counter", "gauge", "histogram"].contains(&family.kind.as_str()), "has no type");
    rule(family.help.split_whitespace().count() > 1, "has no help");
    rule(
        family.help.starts_with(|c: char| c.is_ascii_uppercase()) && family.help.ends_with('.'),
        "help is no sentence",
    );
    rule(family.help.is_ascii(), "help is not in English");
    for (sample, labels, value) in &family.samples {
        let suffix = &sample[name.len()..];
        let suffixes: &[&str] = match family.kind.as_str() {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        rule(suffixes.contains(&suffix), &format!("has the sample {sample}"));
        rule(labels.iter().all(|label| is_snake_case(label)), &format!("has the labels {labels:?}"));
        rule((suffix == "_bucket") == labels.iter().any(|label| label == "le"), "has le where there is no bucket");
        rule(!labels.iter().any(|label| name.ends_with(&format!("_{label}"))), "repeats a label in its name");
        rule(family.kind == "gauge" || *value >= 0.0, "counts below nothing");
    }
    faults
}

async fn scraped(site: &Site) -> BTreeMap<String, Family> {
    let response = site.get("/metrics").send().await.expect("there is an answer");
    families(&response.text().await.expect("it is text"))
}

/// Triggers everything that is counted.
async fn use_all(site: &Site, token: &str) {
    for query in ["query Books { books { nodes { title } } }", "{ courses { totalCount } }", "{ nothing }", "{"] {
        site.ask(GRAPHQL, json!({ "query": query })).await;
    }
    let query = "mutation { catalogImport(input: { records: [{ kind: \"topic\", slug: \"a\", title: \"A\" }] }) { wasReplayed } }";
    let request = site.post(json!({ "query": query }).to_string()).bearer_auth(token);
    assert_eq!(request.send().await.expect("there is an answer").status(), 200);
}

#[tokio::test]
async fn all_metrics_follow_the_naming_rules_of_prometheus() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    use_all(&site, &token).await;
    let with_replicas = families(&reference::exposition());
    for families in [scraped(&site).await, with_replicas] {
        assert!(families.len() > 10, "{families:#?}");
        let faults: Vec<String> = families.iter().flat_map(|(name, family)| faults(name, family)).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[tokio::test]
async fn counters_only_grow() {
    let site = Site::start().await;
    let token = site.token(Role::Editor).await;
    let counts = async || -> BTreeMap<String, f64> {
        let counters = scraped(&site).await.into_iter().filter(|(_, family)| family.kind == "counter");
        counters.map(|(name, family)| (name, family.samples.iter().map(|(_, _, value)| value).sum())).collect()
    };
    // A family without any sample is not exposed.
    use_all(&site, &token).await;
    let mut before = counts().await;
    for _ in 0..3 {
        use_all(&site, &token).await;
        let after = counts().await;
        for (name, count) in &before {
            assert!(after[name] >= *count, "{name} fell from {count} to {}", after[name]);
        }
        for name in ["syllabus_graphql_requests", "syllabus_db_statements"] {
            assert!(after[name] > before[name], "{name} stayed at {}", after[name]);
        }
        before = after;
    }
    for name in ["syllabus_document_cache_hits", "syllabus_document_cache_misses", "syllabus_response_cache_misses"] {
        assert!(before[name] > 0.0, "{name}");
    }
}

/// Waits until a gauge has this value.
async fn until(site: &Site, name: &str, value: f64) {
    let begin = Instant::now();
    loop {
        let current = scraped(site).await[name].samples[0].2;
        if (current - value).abs() < f64::EPSILON {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "{name} stays at {current}");
    }
}

#[test]
fn overload_is_visible_in_the_metrics() {
    on_each_engine(async |store| {
        let mut settings = Settings::for_testing();
        (settings.limits.concurrency, settings.limits.max_queued_requests) = (1, 1);
        let site = Site::over(store.database.clone(), Clock::system(), settings).await;
        let token = site.token(Role::Editor).await;
        until(&site, "syllabus_writes_failing", 0.0).await;
        // The mutation waits for this transaction.
        let transaction = write::begin(&store.database).await.expect("no other write is running");
        let mutation = json!({ "query": "mutation { topicCreate(input: { title: \"A\" }) { topic { id } } }" });
        let executing = tokio::spawn(site.post(mutation.to_string()).bearer_auth(token).send());
        until(&site, "syllabus_executing_requests", 1.0).await;
        let query = || site.post(json!({ "query": "{ books { totalCount } }" }).to_string()).send();
        let waiting = tokio::spawn(query());
        until(&site, "syllabus_queued_requests", 1.0).await;
        assert_eq!(query().await.expect("there is an answer").status(), 503);
        until(&site, "syllabus_overload_rejections", 1.0).await;
        transaction.rollback().await.expect("it is open");
        for answer in [executing, waiting] {
            assert_eq!(answer.await.expect("it does not panic").expect("there is an answer").status(), 200);
        }
        until(&site, "syllabus_executing_requests", 0.0).await;
        until(&site, "syllabus_queued_requests", 0.0).await;
    });
}

#[test]
fn naming_rules_detect_violations() {
    let text = "# HELP a_total no sentence\n# TYPE a_total gauge\na_total 1\n\
                # HELP syllabus_wait_ms Waits.\n# TYPE syllabus_wait_ms gauge\nsyllabus_wait_ms{Kind=\"a\"} 1\n\
                # HELP syllabus_request_duration Time of requests.\n# TYPE syllabus_request_duration counter\n\
                syllabus_request_duration 1\n# EOF\n";
    let families = families(text);
    let found = |name: &str| faults(name, &families[name]).len();
    assert_eq!(["a_total", "syllabus_wait_ms", "syllabus_request_duration"].map(found), [3, 3, 2]);
}
