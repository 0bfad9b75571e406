//! Every mutation of the schema is rejected for all roles below the required one.

use apollo_compiler::{Name, Schema};
use syllabus::auth::Role;
use syllabus::graphql;

use crate::auth::site::Site;
use crate::common::on_each_engine;

/// Each mutation, the required role, and a well-formed request. A mutation that is missing here fails the test.
const MUTATIONS: &[(&str, Role, &str)] = &[
    ("apiTokenCreate", Role::Admin, r#"apiTokenCreate(input: { name: "x", role: READER }) { userErrors { code } }"#),
    ("apiTokenRevoke", Role::Admin, r#"apiTokenRevoke(input: { id: "api_token_zzzzzz" }) { userErrors { code } }"#),
    ("careerCreate", Role::Editor, r#"careerCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("careerUpdate", Role::Editor, r#"careerUpdate(input: { id: "career_zzzzzz" }) { userErrors { code } }"#),
    ("careerDelete", Role::Editor, r#"careerDelete(input: { id: "career_zzzzzz" }) { userErrors { code } }"#),
    ("courseCreate", Role::Editor, r#"courseCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("courseUpdate", Role::Editor, r#"courseUpdate(input: { id: "course_zzzzzz" }) { userErrors { code } }"#),
    ("courseDelete", Role::Editor, r#"courseDelete(input: { id: "course_zzzzzz" }) { userErrors { code } }"#),
    ("bookCreate", Role::Editor, r#"bookCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("bookUpdate", Role::Editor, r#"bookUpdate(input: { id: "book_zzzzzz" }) { userErrors { code } }"#),
    ("bookDelete", Role::Editor, r#"bookDelete(input: { id: "book_zzzzzz" }) { userErrors { code } }"#),
    (
        "bookMerge",
        Role::Editor,
        r#"bookMerge(input: { id: "book_zzzzzz", duplicateIds: ["book_yyyyyy"] }) { userErrors { code } }"#,
    ),
    ("topicCreate", Role::Editor, r#"topicCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("topicUpdate", Role::Editor, r#"topicUpdate(input: { id: "topic_zzzzzz" }) { userErrors { code } }"#),
    ("topicDelete", Role::Editor, r#"topicDelete(input: { id: "topic_zzzzzz" }) { userErrors { code } }"#),
    ("videoCreate", Role::Editor, r#"videoCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("videoUpdate", Role::Editor, r#"videoUpdate(input: { id: "video_zzzzzz" }) { userErrors { code } }"#),
    ("videoDelete", Role::Editor, r#"videoDelete(input: { id: "video_zzzzzz" }) { userErrors { code } }"#),
    ("podcastCreate", Role::Editor, r#"podcastCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("podcastUpdate", Role::Editor, r#"podcastUpdate(input: { id: "podcast_zzzzzz" }) { userErrors { code } }"#),
    ("podcastDelete", Role::Editor, r#"podcastDelete(input: { id: "podcast_zzzzzz" }) { userErrors { code } }"#),
    ("tutorialCreate", Role::Editor, r#"tutorialCreate(input: { title: "x" }) { userErrors { code } }"#),
    ("tutorialUpdate", Role::Editor, r#"tutorialUpdate(input: { id: "tutorial_zzzzzz" }) { userErrors { code } }"#),
    ("tutorialDelete", Role::Editor, r#"tutorialDelete(input: { id: "tutorial_zzzzzz" }) { userErrors { code } }"#),
    ("personCreate", Role::Editor, r#"personCreate(input: { name: "x" }) { userErrors { code } }"#),
    ("personUpdate", Role::Editor, r#"personUpdate(input: { id: "person_zzzzzz" }) { userErrors { code } }"#),
    ("personDelete", Role::Editor, r#"personDelete(input: { id: "person_zzzzzz" }) { userErrors { code } }"#),
    ("organizationCreate", Role::Editor, r#"organizationCreate(input: { name: "x" }) { userErrors { code } }"#),
    (
        "organizationUpdate",
        Role::Editor,
        r#"organizationUpdate(input: { id: "organization_zzzzzz" }) { userErrors { code } }"#,
    ),
    (
        "organizationDelete",
        Role::Editor,
        r#"organizationDelete(input: { id: "organization_zzzzzz" }) { userErrors { code } }"#,
    ),
    ("catalogItemPublish", Role::Editor, r#"catalogItemPublish(input: { id: "book_zzzzzz" }) { userErrors { code } }"#),
    (
        "catalogItemUnpublish",
        Role::Editor,
        r#"catalogItemUnpublish(input: { id: "book_zzzzzz" }) { userErrors { code } }"#,
    ),
    (
        "readingListUpdate",
        Role::Editor,
        r#"readingListUpdate(input: { id: "reading_list_zzzzzz" }) { userErrors { code } }"#,
    ),
    (
        "readingListEntryAdd",
        Role::Editor,
        r#"readingListEntryAdd(input: { listId: "reading_list_zzzzzz", entries: [] }) { userErrors { code } }"#,
    ),
    (
        "readingListEntryUpdate",
        Role::Editor,
        r#"readingListEntryUpdate(input: { id: "reading_list_entry_zzzzzz" }) { userErrors { code } }"#,
    ),
    (
        "readingListEntryMove",
        Role::Editor,
        r#"readingListEntryMove(input: { listId: "reading_list_zzzzzz", entryIds: [], placement: { end: FIRST } }) { userErrors { code } }"#,
    ),
    (
        "readingListEntryRemove",
        Role::Editor,
        r#"readingListEntryRemove(input: { listId: "reading_list_zzzzzz", entryIds: [] }) { userErrors { code } }"#,
    ),
    ("catalogItemArchive", Role::Editor, r#"catalogItemArchive(input: { id: "book_zzzzzz" }) { userErrors { code } }"#),
    (
        "catalogImport",
        Role::Editor,
        r#"catalogImport(input: { records: [{ kind: "topic" }] }) { userErrors { code } }"#,
    ),
    (
        "revisionRestore",
        Role::Editor,
        r#"revisionRestore(input: { id: "book_zzzzzz", revision: 1 }) { userErrors { code } }"#,
    ),
];

#[test]
fn test_covers_the_required_role_of_every_mutation() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "schema.graphql").expect("the schema is valid");
    let mutations = schema.get_object("Mutation").expect("there are mutations");
    let mut listed: Vec<&str> = MUTATIONS.iter().map(|(name, ..)| *name).collect();
    let mut there: Vec<&str> = mutations.fields.keys().map(Name::as_str).collect();
    listed.sort_unstable();
    there.sort_unstable();
    assert_eq!(listed, there, "add what is missing to the table, with the role that it needs");
    for (name, role, _) in MUTATIONS {
        let description = mutations.fields[*name].description.as_ref().expect("it is described");
        let sentence = format!("Requires the role `{}`.", role.as_str());
        assert!(description.contains(&sentence), "the description of {name} lacks: {sentence}");
    }
}

#[test]
fn mutations_require_their_role() {
    on_each_engine(async |store| {
        let site = Site::new(store);
        let mut callers = vec![(None, String::new())];
        for role in Role::ALL {
            callers.push((Some(*role), site.bearer(*role).await));
        }
        for (name, needed, call) in MUTATIONS {
            for (role, bearer) in &callers {
                let headers = [("authorization", bearer.as_str())];
                let reply = site.ask(&headers[..usize::from(role.is_some())], &format!("mutation {{ {call} }}")).await;
                let expected = match role {
                    None => "UNAUTHENTICATED",
                    Some(role) if role < needed => "FORBIDDEN",
                    Some(_) => {
                        reply.data();
                        continue;
                    }
                };
                assert_eq!(reply.code(), expected, "{name} for {role:?}");
                assert!(reply.body["data"].is_null(), "{name} for {role:?}: {reply:?}");
            }
        }
    });
}
