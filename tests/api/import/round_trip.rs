//! An export can be imported, and the next export is identical byte for byte.

use syllabus::db::Database;

use super::harness::{ALL_OR_NOTHING, accept, exported, import_with, on_each_engine};

const CATALOG: &str = r#"{"kind":"topic","slug":"t","title":"T","aliases":["Tee"],"relatedTopics":["u"],"summary":"S"}
{"kind":"topic","slug":"u","title":"U","parent":"t","oldSlugs":["uu"]}
{"kind":"provider","slug":"o","name":"O","url":"https://o.example"}
{"kind":"person","slug":"p","name":"P"}
{"kind":"person","slug":"q","name":"P","externalId":"q-1"}
{"kind":"book","slug":"b","title":"B","subtitle":"S","description":"D","edition":"2nd","coverUrl":"https://o.example/b.png","contributors":[{"person":"p","role":"author"},{"person":"q","role":"editor"}],"publisher":"o","publicationYear":-350,"isbn10":"0306406152","oldIsbns":["9780441172719"],"oldCodes":["k2k2k2"],"pageCount":9,"language":"en-GB","level":"introductory","timeRequired":"PT2H30M","topics":["u","t"]}
{"kind":"book","slug":"d","title":"D","status":"draft","authors":["q","p"]}
{"kind":"course","slug":"c","title":"C","institution":"o","provider":"o","instructors":[{"slug":"q"},"P","Neu"],"weeklyEffort":"PT3H","isFree":false,"price":{"amount":"49.90","currency":"EUR"},"syllabus":[{"title":"One","summary":"1"},{"title":"Two"}],"prerequisites":["c0"]}
{"kind":"course","slug":"c0","title":"C0","status":"archived","publishedAt":"2020-02-02T02:02:02Z"}
{"kind":"career","slug":"k","title":"K","occupationCode":"15-1254.00","article":"Hello\n\nworld","topics":["t"],"relatedCareers":["l"],"publishedAt":"2030-01-01T00:00:00Z","revisedAt":"2025-01-01T00:00:00.5Z"}
{"kind":"career","slug":"l","title":"L"}
{"kind":"readingList","owner":{"kind":"career","slug":"k"},"title":"Mine","introduction":"I","entries":[{"kind":"course","slug":"c","note":"N","role":"core"},{"kind":"book","slug":"b"}]}
"#;

#[test]
fn exports_round_trip() {
    async fn case(database: &Database) {
        accept(database, CATALOG).await;
        let export = exported(database).await;
        assert_eq!(exported(database).await, export);
        let again = accept(database, &export).await.total();
        assert_eq!((again.created, again.updated), (0, 0));
        again_elsewhere(export);
    }
    on_each_engine(&case);
}

/// In its own thread, because a runtime cannot block inside another.
fn again_elsewhere(export: String) {
    let thread = std::thread::spawn(move || {
        on_each_engine(&async |database: &Database| {
            let report = import_with(database, &export, ALL_OR_NOTHING, 99).await;
            assert!(!report.is_rejected(), "{report}");
            assert_eq!(exported(database).await, export);
        });
    });
    thread.join().expect("the second catalog");
}

#[test]
fn repeated_imports_change_nothing() {
    async fn case(database: &Database) {
        let first = accept(database, CATALOG).await.total();
        let second = accept(database, CATALOG).await.total();
        assert_eq!((second.created, second.updated, second.rejected), (0, 0, 0));
        assert_eq!(first.created - 1, second.unchanged, "the made person stands in no line");
    }
    on_each_engine(&case);
}
