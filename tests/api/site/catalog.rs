//! Catalogs with the emptiest and the fullest object of every kind.

use serde_json::{Value, json};

use crate::common::Lines;

/// A text that would run a script if a page wrote it into its HTML, an attribute, a script or a template as it is.
pub const HOSTILE: &str =
    "</script><script>alert(1)</script> \" onload=\"alert(1)\" ' {{ 7*7 }} {% raw %} <b>&amp; שלום";

/// Markdown with everything that the content-security policy restricts.
pub const MARKDOWN: &str = "</script><script>alert(1)</script> *words* {{ 7*7 }}\n\n\
    ![\"alt\" <x>](https://images.example/a.png \"title\") ![elsewhere](https://evil.example/b.png) ![](/c.png)\n\n\
    [link](javascript:alert(1)) [book](/book/fubkk2) <img src=x onerror=alert(1)>\n\n\
    | a | b |\n| :-: | --: |\n| 1 | 2 |\n";

/// The kinds of resources, and the codes of the fullest and the emptiest object of each.
pub const RESOURCES: [(&str, &str, &str); 5] = [
    ("course", "fucrs2", "mtcrs2"),
    ("book", "fubkk2", "mtbkk2"),
    ("video", "fuvid2", "mtvid2"),
    ("podcast", "fupdc2", "mtpdc2"),
    ("tutorial", "futut2", "mttut2"),
];

/// Returns the kinds, and the codes of the fullest and the emptiest object of each.
pub fn kinds() -> Vec<(&'static str, &'static str, &'static str)> {
    let others = [
        ("career", "fucar2", "mtcar2"),
        ("topic", "futpc2", "mttpc2"),
        ("person", "fuprs2", "mtprs2"),
        ("organization", "furgn2", "mtrgn2"),
    ];
    others.into_iter().chain(RESOURCES).collect()
}

/// Returns the path of the fullest or the emptiest object of a kind.
pub fn path(kind: &str, code: &str) -> String {
    let slug = if code.starts_with("fu") { "full" } else { "empty" };
    format!("/{kind}/{code}/{slug}")
}

/// Returns a text of the maximum length in a script from right to left, without a place to break the line.
pub fn long() -> String {
    "ש".repeat(500)
}

/// Returns the title of the fullest object of a kind.
pub fn title(kind: &str) -> String {
    format!("{kind} {HOSTILE}")
}

/// Returns the records: an object of each kind with every field, one without any optional field, and one with a long
/// title. The fullest objects recommend, require and relate to each other.
pub fn catalog() -> Lines {
    let mut records: Vec<Value> =
        kinds().iter().flat_map(|(kind, _, code)| [empty(kind, code), lengthy(kind)]).collect();
    // People and organizations are public with their works.
    let book = records.iter_mut().find(|record| record["kind"] == "book" && record["slug"] == "long");
    let works = json!({ "authors": ["long"], "publisher": "long" });
    book.and_then(Value::as_object_mut).expect("it is there").extend(works.as_object().expect("it is one").clone());
    // Other records refer to these.
    records.extend([agent("person", "fuprs2"), agent("organization", "furgn2")]);
    records.push(json!({
        "kind": "topic", "slug": "full", "code": "futpc2", "title": title("topic"), "summary": HOSTILE,
        "imageUrl": "https://images.example/topic.png", "aliases": [HOSTILE], "sameAs": ["https://wiki.example/topic"],
        "parent": "empty", "relatedTopics": ["empty"], "revisedAt": "2025-06-07T08:09:10Z",
    }));
    records.push(json!({ "kind": "topic", "slug": "child", "title": format!("child {HOSTILE}"), "parent": "full" }));
    records.extend(RESOURCES.map(|(kind, code, _)| resource(kind, code)));
    records.push(json!({
        "kind": "course", "slug": "sequel", "title": format!("sequel {HOSTILE}"), "summary": HOSTILE,
        "prerequisites": ["full"], "timeRequired": "PT20H",
    }));
    records.push(json!({
        "kind": "career", "slug": "full", "code": "fucar2", "title": title("career"), "summary": HOSTILE,
        "imageUrl": "https://images.example/career.png", "aliases": [HOSTILE], "sameAs": ["https://jobs.example/career"],
        "occupationCode": "15-1254.00", "topics": ["full"], "relatedCareers": ["empty"],
        "revisedAt": "2025-06-07T08:09:10Z",
        "article": format!("{MARKDOWN}\n# {HOSTILE}\n\n{MARKDOWN}\n[card](/course/full)\n\n[card](/video/full)\n"),
    }));
    records.extend(["career", "topic", "course"].map(list));
    records.into_iter().collect()
}

fn empty(kind: &str, code: &str) -> Value {
    let name = if matches!(kind, "person" | "organization") { "name" } else { "title" };
    json!({ "kind": kind, "slug": "empty", "code": code, name: format!("Empty {kind}") })
}

fn lengthy(kind: &str) -> Value {
    let name = if matches!(kind, "person" | "organization") { "name" } else { "title" };
    json!({ "kind": kind, "slug": "long", name: long() })
}

fn agent(kind: &str, code: &str) -> Value {
    json!({ "kind": kind, "slug": "full", "code": code, "name": title(kind), "url": "https://www.agent.example/?a='b'" })
}

fn resource(kind: &str, code: &str) -> Value {
    let mut record = json!({
        "kind": kind, "slug": "full", "code": code, "title": title(kind), "summary": HOSTILE, "description": MARKDOWN,
        "imageUrl": format!("https://images.example/{kind}.png"), "sameAs": ["https://www.wiki.example/it"],
        "level": "advanced", "language": "pt-BR", "url": "https://www.source.example/?a='b'&c=<d>",
        "timeRequired": "PT10H30M", "topics": ["full"], "publishedAt": "2025-01-02T03:04:05Z",
        "revisedAt": "2025-06-07T08:09:10Z",
    });
    let contributors = |roles: &[&str]| -> Value {
        roles.iter().flat_map(|role| ["full", "empty"].map(|slug| json!({ "person": slug, "role": role }))).collect()
    };
    let further = match kind {
        "course" => json!({
            "provider": "full", "institution": "empty", "instructors": [title("person"), "Empty person"],
            "weeklyEffort": "PT5H", "price": { "amount": "49.90", "currency": "EUR" }, "isFree": false,
            "syllabus": [{ "title": HOSTILE, "summary": HOSTILE }, { "title": "Week two" }],
            "prerequisites": ["empty"],
        }),
        "book" => json!({
            "subtitle": HOSTILE, "originalTitle": HOSTILE, "publisher": "full", "publicationYear": -300,
            "edition": "2nd <b>", "isbn10": "0-306-40615-2", "pageCount": 12_345,
            "contributors": contributors(&["author", "editor", "translator", "illustrator", "foreword"]),
        }),
        "video" => json!({ "creators": ["full", "empty"], "publisher": "full", "publicationDate": "1999-12-31" }),
        "podcast" => json!({
            "hosts": ["full", "empty"], "publisher": "full", "feedUrl": "https://full.example/feed.xml", "episodeCount": 12,
        }),
        _ => json!({ "authors": ["full", "empty"], "publisher": "full", "publicationDate": "1999-12" }),
    };
    record.as_object_mut().expect("it is an object").extend(further.as_object().expect("it is an object").clone());
    record
}

/// The reading list of the fullest object of a kind.
fn list(kind: &str) -> Value {
    let roles = ["introductory", "core", "reference", "advanced"];
    let resources = RESOURCES.iter().filter(|(resource, ..)| *resource != kind);
    let full = resources
        .zip(roles)
        .map(|((kind, ..), role)| json!({ "kind": kind, "slug": "full", "note": MARKDOWN, "role": role }));
    let empty = RESOURCES.iter().map(|(kind, ..)| json!({ "kind": kind, "slug": "empty" }));
    let sequel = json!({ "kind": "course", "slug": "sequel", "note": HOSTILE });
    json!({
        "kind": "readingList", "owner": { "kind": kind, "slug": "full" }, "title": format!("list {HOSTILE}"),
        "introduction": MARKDOWN, "entries": full.chain(empty).chain([sequel]).collect::<Vec<_>>(),
    })
}
