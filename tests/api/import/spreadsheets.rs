//! Values as spreadsheets paste or export them.

use syllabus::db::Database;
use syllabus::service::import_export::{ImportError, import};

use super::harness::{ALL_OR_NOTHING, accept, context, exported, on_each_engine, reject};

const TOPIC: &str = r#"{"kind":"topic","slug":"sql","title":"SQL"}"#;

#[test]
fn invisible_characters_are_ignored_in_tokens() {
    async fn case(database: &Database) {
        let visible = r#"{"kind":"person","slug":"ada","name":"Ada"}
{"kind":"topic","slug":"sql","code":"tpcsq2","title":"SQL"}
{"kind":"book","slug":"dune","code":"bkkqa2","oldSlugs":["dune-1"],"externalId":"crm-7","status":"published","publishedAt":"2025-01-01T00:00:00Z","title":"Dune","authors":["ada"],"publicationYear":1965,"isbn13":"9780441172719","oldIsbns":["9780306406157"],"level":"introductory","language":"en-GB","url":"https://example.org/dune","timeRequired":"PT9H","topics":["sql"]}
{"kind":"course","slug":"c","code":"crscc2","title":"C","price":{"amount":"49.90","currency":"EUR"}}
{"kind":"career","slug":"d","code":"carca2","title":"D","occupationCode":"15-1254.00"}
{"kind":"readingList","owner":{"kind":"topic","slug":"sql"},"code":"rdstq2","entries":[{"kind":"book","slug":"dune","code":"entry2","role":"core"}]}
"#;
        for mark in ["\u{200e}", "\u{200b}", "\u{200d}", "\u{feff}", "\u{2060}", "\u{ad}", "\u{2068}"] {
            // Between any two characters of every value and every field name, except prose.
            let marked = |text: &str| {
                let is_prose = ["\"Ada\"", "\"SQL\"", "\"Dune\"", "\"C\"", "\"D\""].contains(&text);
                if is_prose { text.to_owned() } else { text.replacen('"', &format!("\"{mark}"), 1) + mark }
            };
            let file: String = visible
                .split_inclusive([':', ',', '[', '{', '}', ']', '\n'])
                .map(|part| {
                    let bare = part.trim_end_matches([':', ',', '[', '{', '}', ']', '\n']);
                    match bare.strip_suffix('"') {
                        Some(_) if marked(bare) == bare => part.to_owned(),
                        Some(text) if text.len() > 1 => format!("{}\"{}", marked(text), &part[bare.len()..]),
                        _ => part.to_owned(),
                    }
                })
                .collect();
            assert!(file.matches(mark).count() > 100, "{file}");
            accept(database, &file).await;
            let marked = exported(database).await;
            assert!(!marked.contains(mark), "{marked}");
            let report = accept(database, visible).await;
            assert_eq!(report.total().unchanged, 6, "{mark:?}: {report}");
        }
    }
    on_each_engine(&case);
}

#[test]
fn joiners_are_preserved_in_prose_and_urls() {
    async fn case(database: &Database) {
        let file = "{\"kind\":\"topic\",\"slug\":\"a\",\"title\":\"می\u{200c}خواهم 👩\u{200d}🚀\",\"summary\":\"\u{200b}a\u{ad}b\"}\n\
                    {\"kind\":\"person\",\"slug\":\"b\",\"name\":\"B\",\"url\":\"https://fa.example/می\u{200c}خواهم\u{200e}\"}";
        accept(database, file).await;
        let out = exported(database).await;
        assert!(out.contains("می\u{200c}خواهم 👩\u{200d}🚀"), "{out}");
        assert!(out.contains("\u{200b}a\u{ad}b"), "{out}");
        assert!(out.contains("https://fa.example/می\u{200c}خواهم\""), "{out}");
    }
    on_each_engine(&case);
}

#[test]
fn invisible_prose_is_missing() {
    async fn case(database: &Database) {
        let file = "{\"kind\":\"book\",\"slug\":\"a\",\"title\":\"\u{200e}\u{feff} \u{200b}\"}\n\
                    {\"kind\":\"person\",\"slug\":\"b\",\"name\":\"\u{3164}\"}\n\
                    {\"kind\":\"topic\",\"slug\":\"c\",\"title\":\"C\",\"aliases\":[\"\u{ad}\"]}\n\
                    {\"kind\":\"course\",\"slug\":\"d\",\"title\":\"D\",\"syllabus\":[{\"title\":\"\u{2060}\"}]}\n\
                    {\"kind\":\"topic\",\"slug\":\"\u{200b}\",\"title\":\"E\"}";
        assert_eq!(
            reject(database, file).await,
            [
                "line 1: book \"a\" title is missing",
                "line 2: person \"b\" name is missing",
                "line 3: topic \"c\" aliases[0] is missing",
                "line 4: course \"d\" syllabus[0].title is missing",
                "line 5: topic slug cannot be empty",
            ]
        );
        accept(database, "{\"kind\":\"topic\",\"slug\":\"c\",\"title\":\"C\",\"summary\":\"\u{200e}\"}").await;
        assert!(!exported(database).await.contains("summary"));
    }
    on_each_engine(&case);
}

#[test]
fn spreadsheet_numbers_are_parsed() {
    async fn case(database: &Database) {
        for (year, pages) in [
            ("2018", "472"),
            ("2018.0", "472.00"),
            ("\"2018\"", "\" 472 \""),
            ("\"2018.0\"", "\"472.0\""),
            ("\"\u{200e}2018\"", "\"472\u{feff}\""),
            ("2.018e3", "4720e-1"),
        ] {
            for isbn in [
                "9780441172719",
                "9780441172719.0",
                "\"9780441172719.0\"",
                "\"ISBN 978-0-441-17271-9 (pbk.)\"",
                r#""=\"9780441172719\"""#,
            ] {
                accept(
                    database,
                    r#"{"kind":"book","slug":"a","title":"A","publicationYear":null,"pageCount":null,"isbn13":null}"#,
                )
                .await;
                let line = format!(
                    r#"{{"kind":"book","slug":"a","title":"A","publicationYear":{year},"pageCount":{pages},"isbn13":{isbn}}}"#
                );
                accept(database, &line).await;
                let out = exported(database).await;
                assert!(
                    out.contains(r#""publicationYear":2018,"isbn13":"9780441172719","pageCount":472"#),
                    "{line}: {out}"
                );
            }
        }
        let file = r#"{"kind":"book","slug":"b","title":"B","publicationYear":"","pageCount":" ","isbn13":""}
{"kind":"book","slug":"c","title":"C","publicationYear":"2018.5","pageCount":4.5}
{"kind":"book","slug":"d","title":"D","publicationYear":"99999999999","pageCount":true,"isbn13":978044117271}
{"kind":"book","slug":"e","title":"E","isbn13":"979-0-2600-0043-8"}"#;
        assert_eq!(
            reject(database, file).await,
            [
                "line 2: book \"c\" publicationYear \"2018.5\" must be a whole number in range",
                "line 2: book \"c\" pageCount \"4.5\" must be a whole number in range",
                "line 3: book \"d\" publicationYear \"99999999999\" is out of range",
                "line 3: book \"d\" isbn13 \"978044117271\" is not an ISBN: expected 10 or 13 digits, found 12",
                "line 3: book \"d\" pageCount \"true\" must be a number, not a boolean",
                "line 4: book \"e\" isbn13 \"979-0-2600-0043-8\" is an ISMN, which identifies printed music, \
                 not an ISBN",
            ]
        );
    }
    on_each_engine(&case);
}

#[test]
fn spreadsheet_years_booleans_and_empty_cells_are_parsed() {
    async fn case(database: &Database) {
        for (year, free) in
            [("2018", "true"), ("2018.0", "\"TRUE\""), ("\"2018.0\"", "\"True\""), ("\" 2018\"", "\" true \"")]
        {
            let file = format!(
                r#"{{"kind":"video","slug":"v","title":"V","publicationDate":{year}}}
{{"kind":"topic","slug":"sql","title":"SQL"}}
{{"kind":"course","slug":"c","title":"C","isFree":{free},"topics":["sql"],"price":{{"amount":"0","currency":"EUR"}}}}"#
            );
            accept(database, &file).await;
            let out = exported(database).await;
            assert!(out.contains(r#""publicationDate":"2018""#) && out.contains(r#""isFree":true"#), "{file}: {out}");
            assert!(out.contains(r#""topics":["sql"]"#) && out.contains(r#""price":{"#), "{out}");
            let empty = r#"{"kind":"video","slug":"v","title":"V","publicationDate":""}
{"kind":"course","slug":"c","title":"C","isFree":" ","topics":"","price":"\u200b","provider":""}"#;
            accept(database, empty).await;
            let out = exported(database).await;
            for field in ["publicationDate", "isFree", "topics", "price"] {
                assert!(!out.contains(&format!("\"{field}\"")), "{field}: {out}");
            }
        }
        assert_eq!(
            reject(database, r#"{"kind":"course","slug":"c","title":"C","isFree":"yes"}"#).await,
            ["line 1: course \"c\" isFree \"yes\" must be a boolean, not a string"]
        );
        let dates = r#"{"kind":"video","slug":"v","title":"V","publicationDate":"2018-05.0"}
{"kind":"video","slug":"w","title":"W","publicationDate":2018.5}"#;
        for refused in reject(database, dates).await {
            assert!(refused.contains("is not a date"), "{refused}");
        }
    }
    on_each_engine(&case);
}

#[test]
fn byte_order_marks_and_crlf_are_ignored() {
    async fn case(database: &Database) {
        let file = format!("\u{feff}{TOPIC}\r\n\r\n\u{feff}{}\r\n\u{200b}\r\n", TOPIC.replace("sql", "other"));
        assert_eq!(accept(database, &file).await.total().created, 2);
        let names = "{\"\u{feff}kind\":\"topic\",\"slug\":\"sql\",\"ti\u{200b}tle\":\"SQL\"}";
        assert_eq!(accept(database, names).await.total().unchanged, 1);
        assert_eq!(
            reject(database, "{\"kind\":\"topic\",\"slug\":\"a\",\"title\":\"A\",\"\u{feff}title\":\"B\"}").await,
            ["line 1: topic \"a\" \u{feff}title \"B\" is an unknown field; did you mean \"title\"?"]
        );
    }
    on_each_engine(&case);
}

/// Returns the message of an import that fails.
async fn failure(database: &Database, file: &[u8]) -> String {
    let imported = import(database, file, ALL_OR_NOTHING, &mut context(1), |_| {}).await;
    let error: ImportError = imported.expect_err("it has no records that can be read");
    error.to_string()
}

#[test]
fn files_without_records_are_rejected() {
    async fn case(database: &Database) {
        for file in ["", "\n\n", "\u{feff}", "\u{feff}\r\n", " \t\r\n\u{200b}\n"] {
            assert_eq!(
                failure(database, file.as_bytes()).await,
                "the file is empty: it contains no records",
                "{file:?}"
            );
        }
    }
    on_each_engine(&case);
}

#[test]
fn non_utf8_files_are_rejected_once() {
    async fn case(database: &Database) {
        let text = format!("{TOPIC}\n").repeat(100);
        let units = |unit: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
            mark.encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
        };
        let wide: Vec<u8> = text.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
        for (file, name, family) in [
            (units(u16::to_le_bytes, "\u{feff}"), "UTF-16", "UTF-16"),
            (units(u16::to_be_bytes, "\u{feff}"), "UTF-16", "UTF-16"),
            (units(u16::to_le_bytes, ""), "UTF-16LE", "UTF-16"),
            (units(u16::to_be_bytes, ""), "UTF-16BE", "UTF-16"),
            (wide, "UTF-32LE", "UTF-32"),
        ] {
            let said = format!("the file is {family}, not UTF-8: convert it with `iconv -f {name} -t UTF-8`");
            assert_eq!(failure(database, &file).await, said);
        }
        assert_eq!(
            failure(database, b"\x1f\x8b\x08\0\0\0\0\0").await,
            "the file is compressed with gzip: unpack it with `gunzip -c FILE | syllabus import -`"
        );
    }
    on_each_engine(&case);
}
