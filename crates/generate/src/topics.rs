//! The tree of topics: areas, subjects, and aspects of each subject. It has the same size at every scale.

use identifiers::slug::slugify;
use serde_json::{Map, Value, json};

use crate::code;
use crate::words::{AREAS, ASPECTS};

/// A topic, and the subject that titles name.
pub struct Topic {
    number: u32,
    pub slug: String,
    pub name: String,
    /// The subject, without the aspect.
    pub subject: String,
    parent: Option<String>,
}

impl Topic {
    fn new(number: u32, name: String, subject: &str, parent: Option<String>) -> Self {
        Self { number, slug: slugify(&name), name, subject: subject.to_owned(), parent }
    }
}

/// Returns all topics, parents before their children.
pub fn all() -> Vec<Topic> {
    let mut topics = Vec::new();
    for (area, subjects) in AREAS {
        let next = |topics: &Vec<Topic>| u32::try_from(topics.len()).unwrap_or(u32::MAX);
        let root = Topic::new(next(&topics), (*area).to_owned(), area, None);
        let of_root = root.slug.clone();
        topics.push(root);
        for subject in *subjects {
            let topic = Topic::new(next(&topics), (*subject).to_owned(), subject, Some(of_root.clone()));
            let of_subject = topic.slug.clone();
            topics.push(topic);
            for aspect in ASPECTS {
                let name = format!("{subject} {aspect}");
                topics.push(Topic::new(next(&topics), name, subject, Some(of_subject.clone())));
            }
        }
    }
    topics
}

/// Returns the record of a topic.
pub fn record(topic: &Topic) -> Value {
    let mut record = Map::new();
    record.insert("kind".to_owned(), json!("topic"));
    record.insert("slug".to_owned(), json!(topic.slug));
    record.insert("code".to_owned(), json!(code(topic.number)));
    record.insert("title".to_owned(), json!(topic.name));
    if let Some(parent) = &topic.parent {
        record.insert("parent".to_owned(), json!(parent));
    }
    Value::Object(record)
}
