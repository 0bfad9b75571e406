//! What each mutation writes.

use serde_json::json;

use crate::common::on_each_engine;
use crate::editor::{accepted, editor_app, send};

#[test]
fn books_are_created_with_all_fields() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({
            "title": "You Don't Know JS", "subtitle": "Scope & Closures", "summary": "Scopes.", "externalId": "b-1",
            "contributors": [{ "personId": "person_prsad2", "role": "EDITOR" }, { "personId": "person_prsad2" }],
            "publisherId": "organization_rgnst2", "publicationYear": 2014, "edition": "1st", "isbn13": "1-59327-584-6",
            "pageCount": 98, "imageUrl": "https://example.org/c.png", "description": "*Scopes*.", "level": "ADVANCED",
            "language": "en", "url": "https://example.org", "timeRequired": "PT3H", "revisedAt": "2025-04-11T00:00:00Z",
            "topicIds": ["topic_tpcsq2"],
        });
        let selection = "book { slug title subtitle summary status revision externalId isbn13 isbn10 edition level \
            language timeRequired revisedAt publicationYear pageCount imageUrl publisher { name } \
            contributors { person { name } role } topics { nodes { title } } }";
        let answer = send(&app, "bookCreate", input, selection).await;
        let book = accepted(&answer, "bookCreate")["book"].clone();
        assert_eq!(
            book,
            json!({
                "slug": "you-dont-know-js", "title": "You Don't Know JS", "subtitle": "Scope & Closures",
                "summary": "Scopes.", "status": "DRAFT", "revision": 1, "externalId": "b-1",
                "isbn13": "9781593275846", "isbn10": "1593275846", "edition": "1st", "level": "ADVANCED",
                "language": "en", "timeRequired": "PT3H", "revisedAt": "2025-04-11T00:00:00Z",
                "publicationYear": 2014, "pageCount": 98, "imageUrl": "https://example.org/c.png",
                "publisher": { "name": "No Starch Press" },
                "contributors": [
                    { "person": { "name": "Ada Lovelace" }, "role": "EDITOR" },
                    { "person": { "name": "Ada Lovelace" }, "role": "AUTHOR" },
                ],
                "topics": { "nodes": [{ "title": "SQL" }] },
            })
        );
    });
}

#[test]
fn invisible_characters_are_ignored_in_tokens() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let mark = "\u{200e}";
        let marked = |text: &str| format!("{mark}{}{mark}{}{mark} ", &text[..2], &text[2..]);
        let input = json!({
            "title": "Dune", "slug": marked("dune"), "externalId": marked("crm-7"), "isbn13": marked("ISBN 978-0-441-17271-9 (pbk.)"),
            "language": marked("en-GB"), "url": marked("https://example.org/dune"), "timeRequired": marked("PT9H"),
            "revisedAt": marked("2025-04-11T00:00:00Z"), "topicIds": [format!("{mark}topic_tpcsq2")],
        });
        let selection = "book { slug externalId isbn13 language url timeRequired revisedAt topics { nodes { slug } } }";
        let answer = send(&app, "bookCreate", input, selection).await;
        assert_eq!(
            accepted(&answer, "bookCreate")["book"],
            json!({
                "slug": "dune", "externalId": "crm-7", "isbn13": "9780441172719", "language": "en-GB",
                "url": "https://example.org/dune", "timeRequired": "PT9H", "revisedAt": "2025-04-11T00:00:00Z",
                "topics": { "nodes": [{ "slug": "sql" }] },
            })
        );
        let code = json!({ "id": format!("career_cardw2{mark}"), "occupationCode": marked("15-1254.00") });
        let answer = send(&app, "careerUpdate", code, "career { occupationCode }").await;
        assert_eq!(accepted(&answer, "careerUpdate")["career"]["occupationCode"], "15-1254.00");
        let price = json!({ "id": "course_crsfs2", "price": { "amount": marked("49.90"), "currency": marked("EUR") } });
        let answer = send(&app, "courseUpdate", price, "course { price { amount currency } }").await;
        assert_eq!(
            accepted(&answer, "courseUpdate")["course"]["price"],
            json!({ "amount": "49.90", "currency": "EUR" })
        );
        let records = json!({ "records": [
            { "kind": marked("book"), "slug": marked("emma"), "title": "Emma", "publicationYear": "1815.0", "isbn13": 9_780_141_439_587_u64 },
        ] });
        let answer =
            send(&app, "catalogImport", records, "records { node { ... on Book { slug isbn13 publicationYear } } }")
                .await;
        assert_eq!(
            accepted(&answer, "catalogImport")["records"][0]["node"],
            json!({ "slug": "emma", "isbn13": "9780141439587", "publicationYear": 1815 })
        );
    });
}

#[test]
fn absent_fields_are_unchanged_null_clears_and_lists_are_replaced() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input =
            json!({ "id": "book_bkkqa2", "expectedRevision": 1, "publisherId": null, "topicIds": ["topic_tpcdb2"] });
        let selection = "book { title revision isbn13 publisher { id } topics { nodes { id } } authors { id } }";
        let answer = send(&app, "bookUpdate", input, selection).await;
        assert_eq!(
            accepted(&answer, "bookUpdate")["book"],
            json!({
                "title": "SQL in a Week", "revision": 2, "isbn13": "9780134190440", "publisher": null,
                "topics": { "nodes": [{ "id": "topic_tpcdb2" }] }, "authors": [{ "id": "person_prsad2" }],
            })
        );
        let same = json!({ "id": "book_bkkqa2", "title": "SQL in a Week" });
        let answer = send(&app, "bookUpdate", same, "book { revision }").await;
        assert_eq!(accepted(&answer, "bookUpdate")["book"]["revision"], 2, "what is the same is not written");
    });
}

#[test]
fn courses_store_price_syllabus_and_prerequisites() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let input = json!({
            "title": "Third Steps", "price": { "amount": "49", "currency": "EUR" }, "isFree": false, "weeklyEffort": "PT5H",
            "syllabus": [{ "title": "Tables", "summary": "Rows and columns." }, { "title": "Joins" }],
            "prerequisiteIds": ["course_crsse2"], "providerId": "organization_rgnst2",
            "instructorIds": ["person_prsad2"],
        });
        let selection = "course { isFree weeklyEffort price { amount currency } syllabus { title summary position } \
            prerequisites { nodes { title } } provider { name } instructors { name } readingList { entries { totalCount } } }";
        let answer = send(&app, "courseCreate", input, selection).await;
        assert_eq!(
            accepted(&answer, "courseCreate")["course"],
            json!({
                "isFree": false, "weeklyEffort": "PT5H", "price": { "amount": "49.00", "currency": "EUR" },
                "syllabus": [
                    { "title": "Tables", "summary": "Rows and columns.", "position": 1 },
                    { "title": "Joins", "summary": null, "position": 2 },
                ],
                "prerequisites": { "nodes": [{ "title": "Second Steps" }] }, "provider": { "name": "No Starch Press" },
                "instructors": [{ "name": "Ada Lovelace" }], "readingList": { "entries": { "totalCount": 0 } },
            })
        );
    });
}

#[test]
fn careers_topics_people_and_organizations_are_created_and_updated() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for (noun, heading, more) in [
            ("career", "title", json!({ "article": "# Data", "relatedCareerIds": ["career_cardw2"] })),
            (
                "topic",
                "title",
                json!({ "aliases": ["NoSQL"], "parentId": "topic_tpcdb2", "relatedTopicIds": ["topic_tpcsq2"] }),
            ),
            ("person", "name", json!({ "url": "https://example.org" })),
            ("organization", "name", json!({ "externalId": "o-1" })),
        ] {
            let (create, update) = (format!("{noun}Create"), format!("{noun}Update"));
            let selection = format!("{noun} {{ id slug revision heading: {heading} }}");
            let mut input = more;
            input[heading] = json!("Something New");
            let answer = send(&app, &create, input, &selection).await;
            let made = accepted(&answer, &create)[noun].clone();
            assert_eq!((&made["slug"], &made["revision"]), (&json!("something-new"), &json!(1)));
            let mut input = json!({ "id": made["id"], "slug": "changed" });
            input[heading] = json!("Changed");
            let answer = send(&app, &update, input, &selection).await;
            let changed = accepted(&answer, &update)[noun].clone();
            assert_eq!((&changed["slug"], &changed["heading"]), (&json!("changed"), &json!("Changed")));
        }
    });
}

#[test]
fn slugs_are_numbered_and_old_slugs_redirect() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        for slug in ["sql-in-a-week-2", "sql-in-a-week-3"] {
            let answer = send(&app, "bookCreate", json!({ "title": "SQL in a Week" }), "book { slug }").await;
            assert_eq!(accepted(&answer, "bookCreate")["book"]["slug"], slug);
        }
        let renamed = json!({ "id": "book_bkkqa2", "slug": "sql-in-two-weeks" });
        accepted(&send(&app, "bookUpdate", renamed, "book { slug }").await, "bookUpdate");
        let found = app.data("{ book(by: { slug: \"sql-in-a-week\" }) { slug } }").await;
        assert_eq!(found["book"]["slug"], "sql-in-two-weeks");
        let nameless = send(&app, "bookCreate", json!({ "title": "!?" }), "book { code slug }").await;
        let book = accepted(&nameless, "bookCreate")["book"].clone();
        assert_eq!(book["slug"], format!("book-{}", book["code"].as_str().unwrap_or_default()));
    });
}

#[test]
fn statement_counts_are_fixed() {
    on_each_engine(async |store| {
        let app = editor_app(store).await;
        let count = async |mutation: &str, input| send(&app, mutation, input, "userErrors { code }").await.statements;
        let counts = [
            ("personCreate", json!({ "name": "Grace Hopper" }), 25),
            ("bookCreate", json!({ "title": "Compilers", "topicIds": ["topic_tpcsq2"] }), 28),
            ("bookUpdate", json!({ "id": "book_bkkqa2", "summary": "In seven days." }), 24),
            ("catalogItemArchive", json!({ "id": "book_bkkqa2" }), 24),
            ("bookDelete", json!({ "id": "book_bkkqa2", "force": true }), 40),
        ];
        let mut counted = Vec::new();
        for (mutation, input, most) in counts {
            counted.push((mutation, count(mutation, input).await, most));
        }
        assert!(counted.iter().all(|(_, statements, most)| statements <= most), "{counted:?}");
    });
}
