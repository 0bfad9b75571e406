//! Rejected imports: each case has its message, and nothing is written.

use syllabus::db::Database;

use super::harness::{ALL_OR_NOTHING, SKIP_INVALID, accept, exported, import_with, on_each_engine, reject};

/// Each case: the file, and the messages. They are the same with `skip_invalid`.
macro_rules! rejected {
    ($($name:ident: $file:expr => $($message:expr),+;)+) => {
        $(#[test]
        fn $name() {
            async fn case(database: &Database) {
                assert_eq!(reject(database, $file).await, [$($message),+]);
                assert_eq!(exported(database).await, "");
                let report = import_with(database, $file, SKIP_INVALID, 1).await;
                assert_eq!(report.violations.iter().map(ToString::to_string).collect::<Vec<_>>(), [$($message),+]);
            }
            on_each_engine(&case);
        })+
    };
}

rejected! {
    broken_json: r#"{"kind":"topic","#
        => "line 1: \"{\"kind\":\"topic\",\" is invalid JSON at column 16: the line ends before the record is complete";
    duplicate_field: r#"{"kind":"book","slug":"a","title":"A","title":"B"}"#
        => "line 1: book \"a\" title is a duplicate field: use each field once";
    duplicate_nested_field: "{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"kind\":\"book\",\"slug\":\"a\"}}\n{\"kind\":\"topic\",\"slug\":\"a\",\"title\":\"A\"}"
        => "line 1: readingList \"topic a\" owner.kind is a duplicate field: use each field once";
    status_scheduled: r#"{"kind":"book","slug":"a","title":"A","status":"scheduled"}"#
        => "line 1: book \"a\" status \"scheduled\" cannot be set: use the status published with a future publishedAt";
    text_for_a_number: r#"{"kind":"book","slug":"a","title":"A","publicationYear":"soon"}"#
        => "line 1: book \"a\" publicationYear \"soon\" must be a number";
    line_without_object: "1"
        => "line 1: a line must contain one JSON object";
    missing_kind: r#"{"slug":"a","title":"A"}"#
        => "line 1: \"a\" kind is missing";
    unknown_kind: r#"{"kind":"boook","slug":"a"}"#
        => "line 1: \"a\" kind \"boook\" is an unknown kind; did you mean \"book\"?";
    unknown_field: r#"{"kind":"book","slug":"a","title":"A","yaer":2000}"#
        => "line 1: book \"a\" yaer \"2000\" is an unknown field; did you mean \"publicationYear\"?";
    wrong_type: r#"{"kind":"book","slug":"a","title":7}"#
        => "line 1: book \"a\" title \"7\" must be a string, not a number";
    missing_title: r#"{"kind":"book","slug":"a"}"#
        => "line 1: book \"a\" title is missing";
    blank_title: r#"{"kind":"topic","slug":"a","title":"  "}"#
        => "line 1: topic \"a\" title is missing";
    missing_slug: r#"{"kind":"book","title":"A"}"#
        => "line 1: book slug is missing: a new record needs one";
    invalid_slug: r#"{"kind":"book","slug":"Not A Slug","title":"A"}"#
        => "line 1: book \"Not A Slug\" slug \"Not A Slug\" is not a slug: use lowercase letters a to z and digits, separated by single hyphens";
    invalid_code: r#"{"kind":"book","slug":"a","code":"o0o0o0","title":"A"}"#
        => "line 1: book \"a\" code \"o0o0o0\" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
    duplicate_slug: "{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"B\"}"
        => "line 2: book \"a\" slug \"a\" is a duplicate: line 1 already has it";
    isbn_with_wrong_length: r#"{"kind":"book","slug":"a","title":"A","isbn13":"97803064061"}"#
        => "line 1: book \"a\" isbn13 \"97803064061\" is not an ISBN: expected 10 or 13 digits, found 11";
    isbn_with_wrong_check_digit: r#"{"kind":"book","slug":"a","title":"A","isbn13":"9780306406158"}"#
        => "line 1: book \"a\" isbn13 \"9780306406158\" has an invalid check digit: expected 7";
    isbn_in_scientific_notation: r#"{"kind":"book","slug":"a","title":"A","isbn13":"9.78031E+12"}"#
        => "line 1: book \"a\" isbn13 \"9.78031E+12\" is a number rounded by a spreadsheet, not an ISBN: enter all digits as text";
    contradictory_isbns: r#"{"kind":"book","slug":"a","title":"A","isbn13":"9780306406157","isbn10":"0441172717"}"#
        => "line 1: book \"a\" isbn10 \"0441172717\" does not match isbn13, 9780306406157";
    duplicate_isbn: "{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\",\"isbn13\":\"9780306406157\"}\n{\"kind\":\"book\",\"slug\":\"b\",\"title\":\"B\",\"isbn10\":\"0306406152\"}"
        => "line 2: book \"b\" isbn10 \"0306406152\" is the ISBN of another book, \"a\"";
    invalid_date: r#"{"kind":"book","slug":"a","title":"A","publishedAt":"yesterday"}"#
        => "line 1: book \"a\" publishedAt \"yesterday\" is not a timestamp: write it like 2024-03-29T12:00:00Z";
    invalid_url: r#"{"kind":"book","slug":"a","title":"A","url":"ftp://example.org"}"#
        => "line 1: book \"a\" url \"ftp://example.org\" is not a web URL: it must begin with https:// or http://";
    year_too_late: r#"{"kind":"book","slug":"a","title":"A","publicationYear":2028}"#
        => "line 1: book \"a\" publicationYear \"2028\" must be between -3000 and next year, 2027";
    year_too_early: r#"{"kind":"book","slug":"a","title":"A","publicationYear":-3001}"#
        => "line 1: book \"a\" publicationYear \"-3001\" must be between -3000 and next year, 2027";
    zero_pages: r#"{"kind":"book","slug":"a","title":"A","pageCount":0}"#
        => "line 1: book \"a\" pageCount \"0\" must be between 1 and 50000";
    price_with_too_many_digits: r#"{"kind":"course","slug":"a","title":"A","price":{"amount":90071992547409.93,"currency":"EUR"}}"#
        => "line 1: course \"a\" price.amount \"90071992547409.93\" has too many digits for a JSON number: write it as a string";
    price_with_too_many_decimals: r#"{"kind":"course","slug":"a","title":"A","price":{"amount":0.125,"currency":"EUR"}}"#
        => "line 1: course \"a\" price.amount \"0.125 EUR\" has too many decimals: EUR has 2";
    invalid_occupation_code: r#"{"kind":"career","slug":"a","title":"A","occupationCode":"software developer"}"#
        => "line 1: career \"a\" occupationCode \"software developer\" is not an occupation code such as 15-1254.00 or 2512: use at most 20 ASCII letters and digits, separated by single dots, hyphens or spaces";
    unknown_level: r#"{"kind":"book","slug":"a","title":"A","level":"expert"}"#
        => "line 1: book \"a\" level \"expert\" is an unknown level: use one of introductory, intermediate, advanced";
    unknown_status: r#"{"kind":"book","slug":"a","title":"A","status":"publishd"}"#
        => "line 1: book \"a\" status \"publishd\" is an unknown status: use one of draft, published, archived; did you mean \"published\"?";
    unknown_role: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"slug\":\"t\"},\"entries\":[{\"kind\":\"book\",\"slug\":\"a\",\"role\":\"cor\"}]}"
        => "line 3: readingList \"topic t\" entries[0].role \"cor\" is an unknown role: use one of introductory, core, reference, advanced; did you mean \"core\"?";
    unresolved_reference: "{\"kind\":\"topic\",\"slug\":\"mathematics\",\"title\":\"M\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\",\"topics\":[\"mathematic\"]}"
        => "line 2: book \"a\" topics[0] \"mathematic\" does not match any topic in the file or the catalog; did you mean \"mathematics\"?";
    cycle: "{\"kind\":\"course\",\"slug\":\"a\",\"title\":\"A\",\"prerequisites\":[\"b\"]}\n{\"kind\":\"course\",\"slug\":\"b\",\"title\":\"B\",\"prerequisites\":[\"c\"]}\n{\"kind\":\"course\",\"slug\":\"c\",\"title\":\"C\",\"prerequisites\":[\"a\"]}"
        => "line 1: course \"a\" prerequisites[0] \"b\" creates a prerequisite cycle: a → b → c → a",
           "line 2: course \"b\" prerequisites[0] \"c\" creates a prerequisite cycle: b → c → a → b",
           "line 3: course \"c\" prerequisites[0] \"a\" creates a prerequisite cycle: c → a → b → c";
    own_ancestor: "{\"kind\":\"topic\",\"slug\":\"a\",\"title\":\"A\",\"parent\":\"b\"}\n{\"kind\":\"topic\",\"slug\":\"b\",\"title\":\"B\",\"parent\":\"a\"}"
        => "line 1: topic \"a\" parent \"b\" makes the topic its own ancestor: a → b → a",
           "line 2: topic \"b\" parent \"a\" makes the topic its own ancestor: b → a → b";
    own_parent: r#"{"kind":"topic","slug":"a","title":"A","parent":"a"}"#
        => "line 1: topic \"a\" parent \"a\" makes the topic its own ancestor: a → a";
    two_owners: r#"{"kind":"readingList","owner":[{"kind":"topic","slug":"a"},{"kind":"topic","slug":"b"}]}"#
        => "line 1: readingList owner has 2 owners: a reading list has exactly one";
    duplicate_reading_list: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"slug\":\"t\"},\"entries\":[]}\n{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"slug\":\"t\"},\"entries\":[]}"
        => "line 3: readingList \"topic t\" owner \"topic t\" is a duplicate: line 2 already has it";
    duplicate_entry: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"slug\":\"t\"},\"entries\":[{\"kind\":\"book\",\"slug\":\"a\"},{\"kind\":\"book\",\"slug\":\"a\"}]}"
        => "line 3: readingList \"topic t\" entries[1] \"a\" is listed twice";
    trailing_comma: r#"{"kind":"topic","slug":"ünter","title":"A",}"#
        => "line 1: \"…ug\":\"ünter\",\"title\":\"A\",}\" is invalid JSON at column 44: trailing comma";
    numbers_are_quoted_verbatim: r#"{"kind":"book","slug":"a","title":"A","publicationYear":1.5e0,"pageCount":1.50,"edition":3.10,"size":{"cm":2.50}}"#
        => "line 1: book \"a\" publicationYear \"1.5e0\" must be a whole number in range",
           "line 1: book \"a\" edition \"3.10\" must be a string, not a number",
           "line 1: book \"a\" pageCount \"1.50\" must be a whole number in range",
           "line 1: book \"a\" size \"{\"cm\":2.50}\" is an unknown field";
    field_names_are_quoted_verbatim: r#"{"kind":"book","slug":"a","title":"A","publicationYear":9999,"pageCount":0,"contributors":[{"person":"nobody","role":"author"}]}"#
        => "line 1: book \"a\" contributors[0] \"nobody\" does not match any person in the file or the catalog",
           "line 1: book \"a\" publicationYear \"9999\" must be between -3000 and next year, 2027",
           "line 1: book \"a\" pageCount \"0\" must be between 1 and 50000";
    aliases_are_quoted_verbatim: r#"{"kind":"book","slug":"a","title":"A","year":9999,"pages":0,"effort":"soon","authors":["nobody"]}"#
        => "line 1: book \"a\" effort \"soon\" is not a duration: write it like PT60H, PT19M or P2W",
           "line 1: book \"a\" authors[0] \"nobody\" does not match any person in the file or the catalog",
           "line 1: book \"a\" year \"9999\" must be between -3000 and next year, 2027",
           "line 1: book \"a\" pages \"0\" must be between 1 and 50000";
    alias_of_a_title: r#"{"kind":"topic","slug":"a","name":" ","related":["b"]}"#
        => "line 1: topic \"a\" related[0] \"b\" does not match any topic in the file or the catalog",
           "line 1: topic \"a\" name is missing";
    alias_of_an_owner: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\",\"oldSlugs\":[\"o\"]}\n{\"kind\":\"readingList\",\"of\":{\"kind\":\"topic\",\"slug\":\"t\"}}\n{\"kind\":\"readingList\",\"of\":{\"kind\":\"topic\",\"slug\":\"t\"}}\n{\"kind\":\"readingList\",\"of\":{\"kind\":\"topic\",\"slug\":\"o\"}}\n{\"kind\":\"readingList\",\"of\":{\"kind\":\"topic\",\"slug\":\"x\"}}\n{\"kind\":\"readingList\",\"of\":null}"
        => "line 3: readingList \"topic t\" of \"topic t\" is a duplicate: line 2 already has it",
           "line 4: readingList \"topic o\" of is a duplicate: line 2 already has the reading list of this topic",
           "line 5: readingList \"topic x\" of \"x\" does not match any topic in the file or the catalog",
           "line 6: readingList of is missing";
    field_and_alias: r#"{"kind":"book","slug":"a","title":"A","year":1999,"publicationYear":1999,"effort":"PT1H","timeRequired":"PT1H"}"#
        => "line 1: book \"a\" year cannot be combined with \"publicationYear\": use only one of them",
           "line 1: book \"a\" effort cannot be combined with \"timeRequired\": use only one of them";
    entries_are_identified_by_index: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\"}\n{\"kind\":\"book\",\"slug\":\"b\",\"title\":\"B\"}\n{\"kind\":\"readingList\",\"owner\":{\"kind\":\"topic\",\"slug\":\"t\"},\"entries\":[7,{\"kind\":\"book\",\"slug\":\"nowhere\"},{\"kind\":\"book\",\"slug\":\"a\",\"role\":\"none\"},{\"kind\":\"book\"},{\"kind\":\"book\",\"slug\":\"b\",\"code\":\"0\"},{\"kind\":\"book\",\"slug\":\"a\",\"code\":\"1\"}]}"
        => "line 4: readingList \"topic t\" entries[0] \"7\" must be an object, not a number",
           "line 4: readingList \"topic t\" entries[2].role \"none\" is an unknown role: use one of introductory, core, reference, advanced",
           "line 4: readingList \"topic t\" entries[3].slug is missing",
           "line 4: readingList \"topic t\" entries[1] \"nowhere\" does not match any book in the file or the catalog",
           "line 4: readingList \"topic t\" entries[5] \"a\" is listed twice",
           "line 4: readingList \"topic t\" entries[4].code \"0\" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz",
           "line 4: readingList \"topic t\" entries[5].code \"1\" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
    contributor_without_role: r#"{"kind":"book","slug":"a","title":"A","contributors":[{"role":"autor"},{"person":"nobody"}]}"#
        => "line 1: book \"a\" contributors[0].role \"autor\" is an unknown role: use one of author, editor, translator, illustrator, foreword; did you mean \"author\"?",
           "line 1: book \"a\" contributors[0].person is missing",
           "line 1: book \"a\" contributors[1].role is missing",
           "line 1: book \"a\" contributors[1] \"nobody\" does not match any person in the file or the catalog";
    elements_are_identified_by_index: "{\"kind\":\"topic\",\"slug\":\"t\",\"title\":\"T\"}\n{\"kind\":\"course\",\"slug\":\"a\",\"oldSlugs\":[\"b\",\"B\"],\"title\":\"A\",\"topics\":[\"t\",\"x\",\"t\"],\"instructors\":[\"Ada\",\" \",{\"slug\":\"ada-1\"}],\"syllabus\":[{\"title\":\"1\"},{\"summary\":\"2\"}]}"
        => "line 2: course \"a\" instructors[1] is empty",
           "line 2: course \"a\" syllabus[1].title is missing",
           "line 2: course \"a\" instructors[2] \"ada-1\" does not match any person in the file or the catalog",
           "line 2: course \"a\" topics[1] \"x\" does not match any topic in the file or the catalog",
           "line 2: course \"a\" oldSlugs[1] \"B\" is not a slug: use lowercase letters a to z and digits, separated by single hyphens",
           "line 2: course \"a\" topics[2] \"t\" is listed twice";
    reading_list_of_unknown_owner: r#"{"kind":"readingList","owner":{"kind":"topic","slug":"t"},"code":"0","entries":[{"kind":"book","slug":"a"}]}"#
        => "line 1: readingList \"topic t\" owner \"t\" does not match any topic in the file or the catalog",
           "line 1: readingList \"topic t\" entries[0] \"a\" does not match any book in the file or the catalog",
           "line 1: readingList \"topic t\" code \"0\" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
    reading_list_without_owner: r#"{"kind":"readingList","code":"0","entries":[{"kind":"book","slug":"a"}]}"#
        => "line 1: readingList owner is missing",
           "line 1: readingList entries[0] \"a\" does not match any book in the file or the catalog",
           "line 1: readingList code \"0\" is not a code: use six of the characters 23456789abcdefghijkmnpqrstuvwxyz";
    cycle_of_records_with_other_violations: "{\"kind\":\"course\",\"slug\":\"a\",\"title\":\"A\",\"timeRequired\":\"soon\",\"prerequisites\":[\"a\",\"b\"]}\n{\"kind\":\"course\",\"slug\":\"b\",\"title\":\"B\",\"prerequisites\":[\"a\"]}"
        => "line 1: course \"a\" timeRequired \"soon\" is not a duration: write it like PT60H, PT19M or P2W",
           "line 1: course \"a\" prerequisites[0] \"a\" creates a prerequisite cycle: a → a",
           "line 1: course \"a\" prerequisites[1] \"b\" creates a prerequisite cycle: a → b → a",
           "line 2: course \"b\" prerequisites[0] \"a\" creates a prerequisite cycle: b → a → b";
    duplicate_provider: "{\"kind\":\"provider\",\"slug\":\"a\",\"name\":\"A\"}\n{\"kind\":\"publisher\",\"slug\":\"a\",\"name\":\"A\"}\n{\"kind\":\"provider\",\"slug\":\"a\",\"name\":\"A\"}"
        => "line 3: organization \"a\" slug \"a\" is a duplicate: line 1 already has it";
    nul_character: r#"{"kind":"book","slug":"a","title":"A\u0000B"}"#
        => "line 1: book \"a\" title contains the character NUL, which cannot be stored";
}

#[test]
fn invalid_language_and_duration() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"course","slug":"a","title":"A","language":"english please","timeRequired":"P1M"}"#;
        let violations = reject(database, file).await;
        assert_eq!(violations.len(), 2, "{violations:?}");
        assert!(violations[0].starts_with("line 1: course \"a\" language \"english please\""), "{violations:?}");
        assert!(violations[1].starts_with("line 1: course \"a\" timeRequired \"P1M\""), "{violations:?}");
    }
    on_each_engine(&case);
}

#[test]
fn lines_over_one_mebibyte_are_rejected() {
    async fn case(database: &Database) {
        let file = format!("{{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"{}\"}}\n", "x".repeat(1 << 20));
        assert_eq!(reject(database, &file).await, ["line 1: the line is longer than 1 MiB"]);
    }
    on_each_engine(&case);
}

#[test]
fn all_violations_are_reported_together() {
    async fn case(database: &Database) {
        let file = "{\n{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"A\",\"publicationYear\":\"x\",\"pageCount\":0,\"topics\":[\"no\"]}\n\n{\"kind\":\"x\"}";
        let lines: Vec<String> =
            reject(database, file).await.iter().map(|violation| violation.split(' ').take(2).collect()).collect();
        assert_eq!(lines, ["line1:", "line2:", "line2:", "line2:", "line4:"]);
    }
    on_each_engine(&case);
}

#[test]
fn taken_slugs_and_codes_are_rejected() {
    async fn case(database: &Database) {
        accept(database, r#"{"kind":"book","slug":"old","code":"abcdef","title":"A","externalId":"x1"}"#).await;
        accept(database, r#"{"kind":"book","slug":"new","externalId":"x1"}"#).await;
        let violations = reject(database, r#"{"kind":"book","slug":"old","title":"B"}"#).await;
        let line = "line 1: book \"old\" slug \"old\" is a former slug of the book \"new\", which stays reserved";
        assert_eq!(violations, [line]);
        let violations = reject(database, r#"{"kind":"book","slug":"abcdef","title":"B"}"#).await;
        let line = "line 1: book \"abcdef\" slug \"abcdef\" is the code of a book, so an address would be ambiguous";
        assert_eq!(violations, [line]);
        let violations = reject(database, r#"{"kind":"book","slug":"new","code":"bcdefg"}"#).await;
        assert_eq!(
            violations,
            ["line 1: book \"new\" code \"bcdefg\" does not match the existing code, which cannot change: abcdef"]
        );
        // The former slug still leads to the book, also as a reference.
        accept(database, r#"{"kind":"topic","slug":"t","title":"T"}"#).await;
        let list =
            r#"{"kind":"readingList","owner":{"kind":"topic","slug":"t"},"entries":[{"kind":"book","slug":"old"}]}"#;
        accept(database, list).await;
        assert!(exported(database).await.contains(r#""entries":[{"kind":"book","slug":"new""#));
    }
    on_each_engine(&case);
}

/// A rejected line is counted once for any reason, even if its kind is unknown.
#[test]
fn summary_counts_rejected_lines() {
    async fn case(database: &Database) {
        let file = r#"{"kind":"provider","slug":"a"}
{"kind":"publisher","slug":"a"}
{"kind":"boook","slug":"a"}
{
{"kind":"readingList"}
{"kind":"course","slug":"c","title":"C","instructors":["Ada"],"prerequisites":["c"]}"#;
        for options in [ALL_OR_NOTHING, SKIP_INVALID] {
            let report = import_with(database, file, options, 1).await;
            assert_eq!((report.rejected, report.total().rejected), (6, 6), "{report}");
            let figures = report.to_string();
            let refused = |row: &str| {
                let line = figures.lines().find(|line| line.starts_with(row)).expect("there is such a row");
                line.rsplit(' ').next().map(str::to_owned)
            };
            let rows = ["organization", "course", "readingList", "unknown kind", "total"].map(refused);
            assert_eq!(rows.map(Option::unwrap_or_default), ["2", "1", "1", "2", "6"], "{report}");
        }
    }
    on_each_engine(&case);
}
