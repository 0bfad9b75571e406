//! Variables and literals that are invalid for their types: the request is rejected before it is executed.

use serde_json::{Value, json};
use syllabus::auth::Role;

use crate::common::{TestApp, on_each_engine};

/// A mutation that writes first and then uses a variable with this declaration; the variables; the message.
struct Refused {
    declaration: &'static str,
    used: &'static str,
    variables: Value,
    says: &'static str,
}

const BY: &str =
    "b: careerCreate(input: { title: \"B\" }) { career { learningPath(weeklyEffort: $v) { resourceCount } } }";
const BOOKS: &str = "b: topicCreate(input: { title: \"B\" }) { topic { books(first: $v) { totalCount } } }";
const BOOK: &str = "b: bookCreate(input: $v) { book { id } }";
const COURSE: &str = "b: courseCreate(input: $v) { course { id } }";

fn refused(declaration: &'static str, used: &'static str, variables: Value, says: &'static str) -> Refused {
    Refused { declaration, used, variables, says }
}

fn of_built_in_types() -> Vec<Refused> {
    let delete = "b: bookDelete(input: { id: $v }) { deletedId }";
    let pages = "b: bookCreate(input: { title: \"B\", pageCount: $v }) { book { id } }";
    vec![
        refused("$v: ID!", delete, json!({}), "Variable \"$v\" of required type ID! is missing"),
        refused("$v: ID!", delete, json!({ "v": null }), "null is not allowed, expected ID!"),
        refused("$v: ID = \"x\"", delete, json!({ "v": null }), "null is not allowed where it is used"),
        refused(
            "$v: Boolean = true",
            "b: bookCreate(input: { title: \"B\" }) { book { ... @skip(if: $v) { id } title } }",
            json!({ "v": null }),
            "null is not allowed where it is used",
        ),
        refused("$v: ID!", delete, json!({ "v": 1.5 }), "1.5 is not an ID"),
        refused("$v: ID!", delete, json!({ "v": ["a"] }), "[\"a\"] is not an ID"),
        refused("$v: Int", pages, json!({ "v": 9_999_999_999_u64 }), "9999999999 is not an Int, a whole number"),
        refused("$v: Int", pages, json!({ "v": -2_147_483_649_i64 }), "-2147483649 is not an Int"),
        refused("$v: Int", BOOKS, json!({ "v": "3" }), "\"3\" is not an Int"),
        refused("$v: Int", BOOKS, json!({ "v": 1.5 }), "1.5 is not an Int"),
        refused(
            "$v: [String!]",
            "b: topicCreate(input: { title: \"B\", aliases: $v }) { topic { id } }",
            json!({ "v": ["a", null] }),
            "at [1]: null is not allowed",
        ),
        refused(
            "$v: Boolean!",
            "b: bookCreate(input: { title: \"B\" }) { book { id @include(if: $v) } }",
            json!({ "v": "yes" }),
            "\"yes\" is not a Boolean",
        ),
    ]
}

fn of_input_types() -> Vec<Refused> {
    let contributors = |value| json!({ "v": { "title": "B", "contributors": value } });
    vec![
        refused("$v: BookCreateInput!", BOOK, json!({ "v": {} }), "BookCreateInput requires the field \"title\""),
        refused("$v: BookCreateInput!", BOOK, json!({ "v": "B" }), "\"B\" is not an object, expected BookCreateInput"),
        refused("$v: BookCreateInput!", BOOK, json!({ "v": { "title": "B", "titel": 1 } }), "no field \"titel\""),
        refused(
            "$v: BookCreateInput!",
            BOOK,
            json!({ "v": { "title": "B", "pageCount": 3_000_000_000_u32 } }),
            "at pageCount: 3000000000 is not an Int",
        ),
        refused(
            "$v: BookCreateInput!",
            BOOK,
            contributors(json!([{ "personId": "p" }, { "personId": "p", "role": "SINGER" }])),
            "at contributors[1].role: \"SINGER\" is not a value of ContributionRole, expected one of AUTHOR",
        ),
        refused(
            "$v: BookCreateInput!",
            BOOK,
            contributors(json!([{}])),
            "at contributors[0]: ContributorInput requires",
        ),
        refused(
            "$v: BookCreateInput!",
            BOOK,
            contributors(json!({ "personId": null })),
            "at contributors.personId: null",
        ),
        refused(
            "$v: CourseCreateInput!",
            COURSE,
            json!({ "v": { "title": "B", "weeklyEffort": 5 } }),
            "at weeklyEffort: must be a duration",
        ),
        refused(
            "$v: CourseCreateInput!",
            COURSE,
            json!({ "v": { "title": "B", "price": { "amount": true, "currency": "EUR" } } }),
            "at price.amount: must be a decimal number",
        ),
    ]
}

fn of_scalars() -> Vec<Refused> {
    vec![
        refused("$v: Duration", BY, json!({ "v": "soon" }), "has an invalid value: \"soon\""),
        refused("$v: Duration", BY, json!({ "v": ["PT1H"] }), "must be a duration"),
        refused("$v: Duration! = \"soon\"", BY, json!({}), "has an invalid default: \"soon\""),
        refused("$v: Duration! = \"soon\"", BY, json!({ "v": "PT1H" }), "has an invalid default: \"soon\""),
    ]
}

#[test]
fn invalid_variables_prevent_execution() {
    on_each_engine(async |store| {
        let app = TestApp::new(store).signed_in(Role::Editor).await;
        for case in [of_built_in_types(), of_input_types(), of_scalars()].into_iter().flatten() {
            let mutation = format!(
                "mutation ({}) {{ a: topicCreate(input: {{ title: \"A\" }}) {{ topic {{ id }} }} {} }}",
                case.declaration, case.used
            );
            let answer = app.ask_with(&mutation, case.variables.clone()).await;
            let what = format!("{mutation} with {}: {}", case.variables, answer.body);
            assert_eq!((answer.status, answer.body.get("data")), (400, None), "{what}");
            assert!(answer.statements <= 1, "no more than looking up who asks: {what}");
            let error = &answer.body["errors"][0];
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{what}");
            assert_eq!(error["extensions"]["variable"], "v", "{what}");
            assert_eq!(error["locations"][0]["line"], 1, "{what}");
            assert_eq!(error.get("path"), None, "{what}");
            assert!(error["message"].as_str().is_some_and(|message| message.contains(case.says)), "{what}");
        }
        let topics =
            app.previewing().data("{ topics { totalCount } careers { totalCount } books { totalCount } }").await;
        assert_eq!(
            topics,
            json!({ "topics": { "totalCount": 0 }, "careers": { "totalCount": 0 }, "books": { "totalCount": 0 } })
        );
    });
}

#[test]
fn invalid_defaults_and_ids_prevent_execution() {
    on_each_engine(async |store| {
        let app = TestApp::new(store).signed_in(Role::Editor).await;
        let moved = "b: readingListEntryMove(input: { listId: \"a\", entryIds: [\"b\"], placement: { after: $v } }) { userErrors { code } }";
        let delete = "b: bookDelete(input: { id: $v }) { deletedId }";
        let large = "b: bookDelete(input: { id: 99999999999999999999 }) { deletedId }";
        let zero = "b: bookDelete(input: { id: -0 }) { deletedId }";
        let paged = "b: personCreate(input: { name: \"B\" }) { person { revisions(first: -0) { totalCount } } }";
        let null = "null is not allowed where it is used";
        for (declaration, used, variables, reason) in [
            ("($v: ID = null)", moved, json!({}), null),
            ("($v: ID = null)", delete, json!({}), null),
            ("($v: ID = \"x\")", moved, json!({ "v": null }), null),
            ("($v: ID)", moved, json!({ "v": "x" }), "$v"),
            ("($v: ID! = 99999999999999999999)", delete, json!({}), "Invalid default value for argument: \"v\""),
            ("", large, json!({}), "input is invalid at id: expected an ID, a string"),
            ("", zero, json!({}), "input is invalid at id: expected an ID, a string"),
            ("", paged, json!({}), "first is invalid: expected an Int, a whole number"),
            ("($v: ID! = -0)", delete, json!({}), "Invalid default value for argument: \"v\""),
        ] {
            let mutation = format!(
                "mutation {declaration} {{ a: topicCreate(input: {{ title: \"A\" }}) {{ topic {{ id }} }} {used} }}"
            );
            let answer = app.ask_with(&mutation, variables).await;
            assert_eq!((answer.status, answer.body.get("data")), (400, None), "{mutation}: {}", answer.body);
            assert!(answer.statements <= 1, "no more than looking up who asks: {mutation}");
            let message = answer.body["errors"][0]["message"].as_str().expect("an error has a message");
            assert!(message.contains(reason), "{mutation}: {message}");
        }
        assert_eq!(app.previewing().data("{ topics { totalCount } }").await["topics"]["totalCount"], 0);
    });
}

#[test]
fn nested_scalars_in_variables_are_parsed() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let books = "query ($v: BookWhere) { books(where: $v) { totalCount } }";
        for (query, value, says) in [
            (
                "query ($v: DateTime!) { books(where: { createdAt: { gt: $v } }) { totalCount } }",
                json!("yesterday"),
                "value: \"yesterday\"",
            ),
            (
                "query ($v: [ISBN!]) { books(where: { isbn: { in: $v } }) { totalCount } }",
                json!(["9780306406157", "1"]),
                "at [1]: \"1\"",
            ),
            ("query ($v: [ISBN!]) { books(where: { isbn: { in: $v } }) { totalCount } }", json!("1"), "value: \"1\""),
            (books, json!({ "createdAt": { "gt": "yesterday" } }), "at createdAt.gt: \"yesterday\""),
            (books, json!({ "and": [{}, { "isbn": { "in": ["1"] } }] }), "at and[1].isbn.in[0]: \"1\""),
            (books, json!({ "or": { "timeRequired": { "eq": 5 } } }), "at or.timeRequired.eq: must be a duration"),
            ("query ($v: BookBy!) { book(by: $v) { id } }", json!({ "isbn": "123" }), "at isbn: \"123\""),
            (
                "query ($v: BookBy!) { book(by: $v) { id } }",
                json!({ "isbn": "9780306406157", "slug": "a" }),
                "exactly one field",
            ),
        ] {
            let answer = app.ask_with(query, json!({ "v": value })).await;
            assert_eq!((answer.status, answer.body.get("data"), answer.statements), (400, None, 0), "{query}");
            let error = answer.error();
            assert!(error["message"].as_str().is_some_and(|message| message.contains(says)), "{query}: {error}");
            assert!(matches!(error["extensions"]["argument"].as_str(), Some("where" | "by")), "{query}: {error}");
        }
    });
}

#[test]
fn all_variable_errors_are_listed() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        let query = "query ($a: Int!, $b: BookWhere, $c: ID!) { node(id: $c) { id } books(first: $a, where: $b) { totalCount } }";
        let variables = json!({ "a": "x", "b": { "createdAt": { "gt": "x", "lt": "y" } } });
        let answer = app.ask_with(query, variables).await;
        let messages: Vec<&str> = answer.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["message"].as_str())
            .collect();
        assert_eq!(messages.len(), 4, "{messages:?}");
        let many = json!({ "a": 1, "c": "x", "b": { "or": vec![json!({ "createdAt": { "gt": "x" } }); 100] } });
        assert_eq!(app.ask_with(query, many).await.body["errors"].as_array().map(Vec::len), Some(20));
    });
}

#[test]
fn variables_are_coerced_by_the_specification() {
    on_each_engine(async |store| {
        let app = TestApp::new(store);
        for (query, variables) in [
            (
                "query ($v: [ISBN!]) { books(where: { isbn: { in: $v } }) { totalCount } }",
                json!({ "v": "9780306406157" }),
            ),
            ("query ($v: ID!) { book(by: { id: $v }) { id } }", json!({ "v": "book_zzzzzz" })),
            ("query ($v: Int! = 3) { books(first: $v) { totalCount } }", json!({})),
            ("query ($v: Int = 3) { books(first: $v) { totalCount } }", json!({ "v": null })),
            // The input field has a default.
            (
                "query ($v: OrderDirection = null) { books(orderBy: { field: TITLE, direction: $v }) { totalCount } }",
                json!({ "v": "DESC" }),
            ),
            ("query ($v: [BookOrder!] = { field: TITLE }) { books(orderBy: $v) { totalCount } }", json!({})),
            ("query ($v: [BookOrder!]) { books(orderBy: $v) { totalCount } }", json!({ "v": { "field": "TITLE" } })),
            ("query ($v: BookWhere) { books(where: $v) { totalCount } }", json!({ "unknown": 1 })),
            ("query ($v: BookWhere) { books(where: $v) { totalCount } }", json!({ "v": { "and": {} } })),
        ] {
            app.ask_with(query, variables).await.data();
        }
    });
}

#[test]
fn scalar_literals_are_validated_before_execution() {
    on_each_engine(async |store| {
        let app = TestApp::new(store).signed_in(Role::Editor).await;
        let path = "careerCreate(input: { title: \"B\" }) { career { learningPath(weeklyEffort: \"soon\") { resourceCount } } }";
        for (rest, argument, says) in [
            (format!("b: {path}"), "weeklyEffort", "has an invalid value: \"soon\""),
            (format!("...F }} fragment F on Mutation {{ b: {path}"), "weeklyEffort", "has an invalid value: \"soon\""),
            (
                "b: courseCreate(input: { title: \"B\", weeklyEffort: 5 }) { course { id } }".to_owned(),
                "input",
                "at weeklyEffort: must be",
            ),
        ] {
            let mutation =
                format!("mutation {{ a: topicCreate(input: {{ title: \"A\" }}) {{ topic {{ id }} }} {rest} }}");
            for _ in 0..2 {
                let answer = app.ask(&mutation).await;
                assert_eq!((answer.status, answer.body.get("data")), (400, None), "{mutation}: {}", answer.body);
                assert!(answer.statements <= 1, "no more than looking up who asks");
                let error = answer.error();
                assert_eq!(error["extensions"]["argument"], argument, "{error}");
                assert!(error["message"].as_str().is_some_and(|message| message.contains(says)), "{error}");
            }
        }
        assert_eq!(app.previewing().data("{ topics { totalCount } }").await["topics"]["totalCount"], 0);
    });
}
