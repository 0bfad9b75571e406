//! A catalog of any size: as many careers, courses, books and root topics as given, all connected with each other.

use serde_json::{Value, json};

use crate::common::Lines;

/// The maximum number of people of an item.
const PEOPLE: usize = 50;
/// The maximum number of topics or related careers of an item.
const LINKS: usize = 100;

/// Returns a catalog with `size` records of each kind, and seven times as many topics.
pub fn catalog(size: usize) -> Lines {
    let mut lines = Lines::default();
    for number in 0..size {
        add_topics(&mut lines, number);
        lines.push(&json!({ "kind": "organization", "slug": format!("o{number}"), "name": format!("O {number}") }));
        lines.push(&json!({ "kind": "person", "slug": format!("p{number}"), "name": format!("P {number}") }));
        lines.push(&book(number, size));
        lines.push(&course(number, size));
        lines.push(&career(number, size));
        // Few enough that the first five lists of a book have owners of every kind.
        for (kind, owner, length) in [("career", "career", 3), ("course", "c", 1), ("topic", "t", 8)] {
            lines.push(&list(&json!({ "kind": kind, "slug": format!("{owner}{number}") }), length, number, size));
        }
    }
    lines
}

/// Returns the code of a record by its number. `first` makes the kinds distinguishable for the reader.
pub fn code(first: char, number: usize) -> String {
    let letters: Vec<char> = "abcdefghij".chars().collect();
    let digits = [number / 1000 % 10, number / 100 % 10, number / 10 % 10, number % 10].map(|digit| letters[digit]);
    std::iter::once(first).chain(digits).chain(['2']).collect()
}

/// Returns a root with two children that have two children each.
fn add_topics(lines: &mut Lines, root: usize) {
    lines.push(
        &json!({ "kind": "topic", "code": code('t', root), "slug": format!("t{root}"), "title": format!("T {root}") }),
    );
    for child in 0..2 {
        let slug = format!("t{root}-{child}");
        lines.push(&json!({ "kind": "topic", "slug": slug, "title": slug, "parent": format!("t{root}") }));
        for grandchild in 0..2 {
            let below = format!("{slug}-{grandchild}");
            lines.push(&json!({ "kind": "topic", "slug": below, "title": below, "parent": slug }));
        }
    }
}

fn book(number: usize, size: usize) -> Value {
    // The first one has the maximum of everything.
    let (authors, topics) = if number == 0 { (size.min(PEOPLE), size.min(LINKS)) } else { (2.min(size), 2.min(size)) };
    json!({
        "kind": "book",
        "code": code('b', number),
        "slug": format!("b{number}"),
        "title": format!("B {number}"),
        "isbn13": isbn(number),
        "authors": slugs("p", number, authors, size),
        "publisher": format!("o{number}"),
        "topics": (0..topics).map(|step| format!("t{}-0-0", (number + step) % size)).collect::<Vec<_>>(),
    })
}

fn isbn(number: usize) -> String {
    let digits = format!("978{number:09}");
    let sum: u32 = digits
        .chars()
        .zip([1, 3].into_iter().cycle())
        .filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn course(number: usize, size: usize) -> Value {
    json!({
        "kind": "course",
        "code": code('c', number),
        "slug": format!("c{number}"),
        "title": format!("C {number}"),
        "provider": format!("o{number}"),
        "institution": format!("o{}", (number + 1) % size),
        "instructors": [format!("P {number}")],
        "topics": [format!("t{number}-1")],
        "prerequisites": if number == 0 { vec![] } else { vec![format!("c{}", number / 2)] },
        "timeRequired": "PT10H",
        "syllabus": [{ "title": "One" }, { "title": "Two" }],
    })
}

fn career(number: usize, size: usize) -> Value {
    json!({
        "kind": "career",
        "code": code('k', number),
        "slug": format!("career{number}"),
        "title": format!("K {number}"),
        "article": article(size),
        "topics": slugs("t", number, size.min(LINKS), size),
        "relatedCareers": (1..size.min(LINKS)).map(|step| format!("career{}", (number + step) % size)).collect::<Vec<_>>(),
    })
}

/// Returns an embed for each book and each course.
fn article(size: usize) -> String {
    let cards = |kind: &str, first| {
        let cards: Vec<String> =
            (0..size).map(|number| format!("[It](/{kind}/{}/any)\n\n", code(first, number))).collect();
        cards.concat()
    };
    format!("## Read\n\n{}## Attend\n\n{}", cards("book", 'b'), cards("course", 'c'))
}

/// Returns a list of at most this many books and courses.
fn list(owner: &Value, length: usize, number: usize, size: usize) -> Value {
    let entries = (0..length.min(size)).flat_map(|step| {
        let target = (number + step) % size;
        [("book", format!("b{target}")), ("course", format!("c{target}"))]
    });
    let entries: Vec<Value> =
        entries.map(|(kind, slug)| json!({ "kind": kind, "slug": slug, "note": "Why.", "role": "core" })).collect();
    json!({ "kind": "readingList", "owner": owner, "entries": entries })
}

fn slugs(letter: &str, from: usize, count: usize, size: usize) -> Vec<String> {
    (0..count).map(|step| format!("{letter}{}", (from + step) % size)).collect()
}
