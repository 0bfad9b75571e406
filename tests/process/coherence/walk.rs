//! A random sequence of changes, the same for the same seed.

use entity::timestamp::Timestamp;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use syllabus::clock::Clock;

use crate::coherence::catalog::{OF_MANY, OF_ONE, question};
use crate::coherence::server::Server;

/// The number of queries that are repeated after each write.
const AGAIN: usize = 12;
/// The number of queried records of each kind.
const THINGS: usize = 6;

pub struct Walk {
    rng: StdRng,
    clock: Clock,
    careers: Vec<String>,
    courses: Vec<String>,
    books: Vec<String>,
    topics: Vec<String>,
    videos: Vec<String>,
    podcasts: Vec<String>,
    tutorials: Vec<String>,
    people: Vec<String>,
    organizations: Vec<String>,
    questions: Vec<Value>,
    count: u32,
}

impl Walk {
    pub async fn begin(server: &Server, token: &str, seed: u64, clock: Clock) -> Self {
        let mut walk = Self {
            rng: StdRng::seed_from_u64(seed),
            clock,
            careers: server.things("careers").await,
            courses: server.things("courses").await,
            books: server.things("books").await,
            topics: server.things("topics").await,
            videos: server.things("videos").await,
            podcasts: server.things("podcasts").await,
            tutorials: server.things("tutorials").await,
            people: server.things("people").await,
            organizations: server.things("organizations").await,
            questions: OF_MANY.iter().map(|query| question(query, None)).collect(),
            count: 0,
        };
        // A second career, and a list with an entry for each.
        for title in ["Gardener", "Carpenter"] {
            let create = json!({ "query": "mutation ($title: String!) { careerCreate(input: { title: $title }) { career { id } } }", "variables": { "title": title } });
            let made = server.ask_as(token, &create).await["careerCreate"]["career"]["id"].take();
            let id = made.as_str().expect("it is an id").to_owned();
            server.write(token, "catalogItemPublish", json!({ "id": id })).await.expect("it is taken");
            walk.careers.push(id);
        }
        for (list, query) in OF_ONE {
            for id in walk.list(list).clone().iter().take(THINGS) {
                walk.questions.push(question(query, Some(id)));
            }
        }
        walk
    }

    fn list(&self, name: &str) -> &Vec<String> {
        match name {
            "careers" => &self.careers,
            "courses" => &self.courses,
            "books" => &self.books,
            "topics" => &self.topics,
            "videos" => &self.videos,
            "podcasts" => &self.podcasts,
            "tutorials" => &self.tutorials,
            "people" => &self.people,
            _ => &self.organizations,
        }
    }

    /// Returns the id of a record, usually of a queried one.
    fn one(&mut self, name: &str) -> String {
        let all = self.list(name).clone();
        let some = if self.rng.random_bool(0.8) { all.len().min(THINGS) } else { all.len() };
        all[self.rng.random_range(0..some)].clone()
    }

    /// Returns some of the queries.
    pub fn some_questions(&mut self) -> Vec<Value> {
        self.questions.sample(&mut self.rng, AGAIN).cloned().collect()
    }

    /// Makes a random change, and describes it.
    pub async fn write(&mut self, server: &Server, token: &str) -> String {
        self.count += 1;
        let text = format!("Written {}", self.count);
        let (mutation, input) = match self.rng.random_range(0..28) {
            0..3 => ("bookUpdate", json!({ "id": self.one("books"), "title": text })),
            3 => {
                ("bookUpdate", json!({ "id": self.one("books"), "contributors": [{ "personId": self.one("people") }] }))
            }
            4 => ("bookUpdate", json!({ "id": self.one("books"), "publisherId": self.one("organizations") })),
            5 => {
                ("bookUpdate", json!({ "id": self.one("books"), "topicIds": [self.one("topics"), self.one("topics")] }))
            }
            6 => ("courseUpdate", json!({ "id": self.one("courses"), "title": text })),
            7 => (
                "courseUpdate",
                json!({ "id": self.one("courses"), "providerId": self.one("organizations"), "instructorIds": [self.one("people")] }),
            ),
            8 => ("courseUpdate", json!({ "id": self.one("courses"), "prerequisiteIds": [self.one("courses")] })),
            9 => ("personUpdate", json!({ "id": self.one("people"), "name": text })),
            10 => ("organizationUpdate", json!({ "id": self.one("organizations"), "name": text })),
            11 => (
                "topicUpdate",
                json!({ "id": self.one("topics"), "title": text, "aliases": [format!("Alias {}", self.count)] }),
            ),
            12 => ("topicUpdate", json!({ "id": self.one("topics"), "parentId": self.one("topics") })),
            13 => (
                "careerUpdate",
                json!({ "id": self.one("careers"), "title": text, "relatedCareerIds": [self.one("careers")] }),
            ),
            14 => (
                "careerUpdate",
                json!({ "id": self.one("careers"), "article": format!("# {text}\n\nWords."), "topicIds": [self.one("topics")] }),
            ),
            15..17 => {
                let kind = *["books", "courses", "topics", "careers", "videos", "podcasts", "tutorials"]
                    .choose(&mut self.rng)
                    .expect("there are some");
                let mutation = if self.rng.random_bool(0.5) { "catalogItemUnpublish" } else { "catalogItemPublish" };
                (mutation, json!({ "id": self.one(kind) }))
            }
            17..20 => return self.list_written(server, token, &text).await,
            20 => (
                "videoUpdate",
                json!({ "id": self.one("videos"), "title": text, "contributors": [{ "personId": self.one("people") }] }),
            ),
            21 => (
                "podcastUpdate",
                json!({ "id": self.one("podcasts"), "title": text, "publisherId": self.one("organizations") }),
            ),
            22 => (
                "tutorialUpdate",
                json!({ "id": self.one("tutorials"), "title": text, "topicIds": [self.one("topics")] }),
            ),
            26..28 => {
                let kind = *["books", "topics", "careers", "podcasts"].choose(&mut self.rng).expect("there are some");
                // It becomes visible by itself, a few writes later.
                let due = self.clock.now().0 + self.rng.random_range(100_000..2_000_000);
                ("catalogItemPublish", json!({ "id": self.one(kind), "publishAt": Timestamp(due).to_rfc3339() }))
            }
            23 => ("videoDelete", json!({ "id": self.one("videos"), "force": true })),
            24 => ("bookCreate", json!({ "title": text, "contributors": [{ "personId": self.one("people") }] })),
            _ => ("bookDelete", json!({ "id": self.one("books"), "force": true })),
        };
        let done = format!("{mutation} {input}");
        match server.write(token, mutation, input).await {
            Ok(()) => done,
            Err(refused) => format!("{done}, which was refused: {refused}"),
        }
    }

    /// Adds, moves or removes an entry of a reading list.
    async fn list_written(&mut self, server: &Server, token: &str, text: &str) -> String {
        let owner = *["careers", "careers", "topics", "courses"].choose(&mut self.rng).expect("there are some");
        let id = self.one(owner);
        let query = "query ($id: ID!) { node(id: $id) { ... on ReadingListOwner { readingList { id entries(first: 100) { nodes { id } } } } } }";
        let list = server.ask_as(token, &question(query, Some(&id))).await["node"]["readingList"].take();
        let entries: Vec<Value> = list["entries"]["nodes"]
            .as_array()
            .map(|all| all.iter().map(|entry| entry["id"].clone()).collect())
            .unwrap_or_default();
        let entry = entries.choose(&mut self.rng).cloned();
        let kind = *["books", "books", "courses", "videos", "podcasts", "tutorials"]
            .choose(&mut self.rng)
            .expect("there are some");
        let resource = self.one(kind);
        let (mutation, input) = match (entry, self.rng.random_range(0..4)) {
            (Some(entry), 0) => ("readingListEntryRemove", json!({ "listId": list["id"], "entryIds": [entry] })),
            (Some(entry), 1) => (
                "readingListEntryMove",
                json!({ "listId": list["id"], "entryIds": [entry], "placement": { "end": "FIRST" } }),
            ),
            (Some(entry), 2) => ("readingListEntryUpdate", json!({ "id": entry, "note": text })),
            _ => {
                let entry = json!({ "resourceId": resource, "note": text });
                ("readingListEntryAdd", json!({ "listId": list["id"], "entries": [entry] }))
            }
        };
        let done = format!("{mutation} {input}");
        match server.write(token, mutation, input).await {
            Ok(()) => done,
            Err(refused) => format!("{done}, which was refused: {refused}"),
        }
    }
}
