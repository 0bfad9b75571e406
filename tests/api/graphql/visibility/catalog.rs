//! A catalog in which a visible item of each kind is connected with a hidden item of each kind, in each way of being
//! hidden. The names of hidden items contain that way, so a response that contains such a word is wrong.

use serde_json::{Value, json};

use crate::common::Lines;

/// When the scheduled items appear.
pub const DUE: &str = "2026-03-01T00:00:00Z";
pub const JUST_BEFORE: &str = "2026-02-28T23:59:59.999999Z";

/// The ways to be hidden, each with the first letter of the codes of the items.
pub const WAYS: [(&str, char); 3] = [("draft", 'd'), ("archived", 'a'), ("scheduled", 's')];

/// Returns the code of a hidden item, from three letters for its meaning.
pub fn code(letter: char, what: &str) -> String {
    format!("{letter}{letter}{letter}{what}")
}

/// Returns the whole catalog.
pub fn catalog() -> Lines {
    let mut lines = Lines::default();
    for (way, letter) in WAYS {
        for record in hidden_items(way, letter).iter().chain(&hidden_lists(way, letter)) {
            lines.push(record);
        }
        lines.push(
            &json!({ "kind": "person", "slug": way, "code": code(letter, "prs"), "name": format!("{way} person") }),
        );
        lines.push(&json!({ "kind": "organization", "slug": way, "code": code(letter, "rgn"), "name": format!("{way} organization") }));
        // A visible item below a hidden one.
        lines.push(&json!({ "kind": "topic", "slug": format!("leaf-{letter}"), "title": format!("Leaf {letter}"), "parent": way }));
    }
    for record in visible() {
        lines.push(&record);
    }
    lines
}

/// Returns the fields that hide an item.
fn status(way: &str) -> Value {
    match way {
        "scheduled" => json!({ "publishedAt": DUE }),
        way => json!({ "status": way }),
    }
}

fn hidden_items(way: &str, letter: char) -> [Value; 4] {
    let item = |what: &str, mut record: Value| {
        let fields = json!({ "slug": way, "code": code(letter, what), "title": format!("{way} {what}"), "oldSlugs": [format!("old-{way}")] });
        for fields in [fields, status(way)] {
            record
                .as_object_mut()
                .zip(fields.as_object())
                .map(|(record, fields)| record.extend(fields.clone()))
                .expect("they are objects");
        }
        record
    };
    let of_everybody = json!([way, "seen"]);
    [
        item("tpc", json!({ "kind": "topic", "parent": "seen", "relatedTopics": ["seen"] })),
        item(
            "bkk",
            json!({ "kind": "book", "isbn13": isbn(letter), "authors": of_everybody, "publisher": "seen", "topics": ["seen"] }),
        ),
        item(
            "crs",
            json!({ "kind": "course", "instructors": [format!("{way} person"), "Seen"], "provider": "seen", "institution": way, "topics": ["seen"], "prerequisites": ["basics"], "timeRequired": "PT1000H" }),
        ),
        item("crr", json!({ "kind": "career", "article": "Words.", "topics": ["seen"], "relatedCareers": ["seen"] })),
    ]
}

/// Returns the lists of hidden owners. All recommend visible items.
fn hidden_lists(way: &str, letter: char) -> Vec<Value> {
    let list = |kind: &str, what: &str| {
        let entry =
            json!({ "code": code(letter, what), "kind": "book", "slug": "seen", "note": format!("of a {way} list") });
        json!({ "kind": "readingList", "code": code(letter, what), "owner": { "kind": kind, "slug": way }, "entries": [entry] })
    };
    vec![list("topic", "ntp"), list("course", "ncs"), list("career", "ncr")]
}

pub fn isbn(letter: char) -> &'static str {
    match letter {
        'd' => "9780306406157",
        'a' => "9783161484100",
        _ => "9781732102200",
    }
}

fn ways_and(last: &str) -> Value {
    WAYS.iter().map(|(way, _)| (*way).into()).chain([Value::from(last)]).collect()
}

fn visible() -> Vec<Value> {
    let leaves: Vec<String> = WAYS.iter().map(|(_, letter)| format!("leaf-{letter}")).collect();
    vec![
        json!({ "kind": "person", "slug": "seen", "name": "Seen" }),
        json!({ "kind": "organization", "slug": "seen", "name": "Seen" }),
        json!({ "kind": "topic", "code": "seen22", "slug": "seen", "title": "Seen", "relatedTopics": ways_and("sibling") }),
        json!({ "kind": "topic", "slug": "sibling", "title": "Sibling" }),
        json!({ "kind": "book", "code": "seen22", "slug": "seen", "title": "Seen", "description": links(), "authors": ["seen"], "publisher": "seen", "topics": ways_and("seen") }),
        json!({ "kind": "book", "slug": "below", "title": "Below", "authors": ["seen"], "topics": leaves }),
        json!({ "kind": "course", "slug": "basics", "title": "Basics", "timeRequired": "PT1H", "provider": "seen" }),
        json!({ "kind": "course", "code": "seen22", "slug": "seen", "title": "Seen", "description": links(), "timeRequired": "PT2H", "instructors": ["Seen"], "provider": "seen", "topics": ways_and("seen"), "prerequisites": ways_and("basics") }),
        json!({ "kind": "career", "code": "seen22", "slug": "seen", "title": "Seen", "topics": ways_and("seen"), "relatedCareers": ways_and("other"), "article": article() }),
        json!({ "kind": "career", "slug": "other", "title": "Other" }),
        list_of_all(),
        json!({ "kind": "readingList", "owner": { "kind": "topic", "slug": "sibling" }, "entries": [{ "kind": "book", "slug": "below" }] }),
    ]
}

/// A book and a course for each way, then the visible ones.
fn list_of_all() -> Value {
    let mut entries = Vec::new();
    for (way, letter) in WAYS {
        for (kind, what) in [("book", "ebk"), ("course", "ecs")] {
            entries.push(json!({ "code": code(letter, what), "kind": kind, "slug": way, "note": format!("recommends {way}"), "role": "introductory" }));
        }
    }
    for (kind, code) in [("book", "seenbk"), ("course", "seencs")] {
        entries.push(json!({ "code": code, "kind": kind, "slug": "seen", "note": links(), "role": "core" }));
    }
    entries.push(json!({ "code": "seenbw", "kind": "book", "slug": "below", "role": "core" }));
    json!({ "kind": "readingList", "code": "seen22", "owner": { "kind": "career", "slug": "seen" }, "introduction": links(), "entries": entries })
}

/// Returns prose that links to everything hidden, in the different ways of Markdown.
pub fn links() -> String {
    let links = WAYS.map(|(way, letter)| {
        let code = code(letter, "bkk");
        format!(
            "Read [a](/book/{code}/{way}), [b](</course/{way}>), [c](/topic/{way} \"{way}\"), [d][{letter}], \
             [*e*](/book/{code}/{way}#{way}).\n\n[{letter}]: /career/{way} \"{way}\"\n\n"
        )
    });
    format!("{}See [what is seen](/book/seen22/seen).", links.concat())
}

/// Returns embeds of and links to everything hidden, by code and by slug, and to visible items. The public version has
/// eleven words.
fn article() -> String {
    let cards = WAYS.map(|(way, letter)| {
        let code = code(letter, "bkk");
        format!("[Card of a {way} book](/book/{code}/{way})\n\n[Card of a {way} course](/course/{way})\n\n")
    });
    let links = WAYS.map(|(way, letter)| format!("[a](/career/{}/{way}) [b](/topic/old-{way}) ", code(letter, "crr")));
    let (cards, links) = (cards.concat(), links.concat());
    format!("One two.\n\n## Heading\n\n{cards}[Card](/book/seen22/any)\n\nThree {links}[c](/topic/seen22).\n")
}
