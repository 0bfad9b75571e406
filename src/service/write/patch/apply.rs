//! Laying a patch over the present state.

use entity::choice::Status;
use entity::timestamp::Timestamp;

use super::{
    BookPatch, CareerPatch, CoursePatch, Field, Identity, ItemPatch, ListPatch, PartyPatch, Patch, ResourcePatch,
    TopicPatch,
};
use crate::service::write::record::{
    Book, Career, Contributor, Course, Entry, Instructor, Item, Party, ReadingList, Record, RecordOf, Ref, Resource,
    Topic, add_former,
};

impl Patch {
    /// The state that this patch leads to from the `present` one, or from nothing. Something new takes `code` where
    /// the patch gives none; a published item without a date is published `now`.
    #[must_use]
    pub fn apply(self, present: Option<&Record>, code: &str, now: Timestamp) -> Record {
        match self {
            Self::Career(patch) => Record::Career(patch.apply(present.and_then(Career::of), code, now)),
            Self::Course(patch) => Record::Course(patch.apply(present.and_then(Course::of), code, now)),
            Self::Book(patch) => Record::Book(patch.apply(present.and_then(Book::of), code, now)),
            Self::Topic(patch) => Record::Topic(patch.apply(present.and_then(Topic::of), code, now)),
            Self::Person(patch) => Record::Person(patch.apply(present.and_then(party), code)),
            Self::Organization(patch) => Record::Organization(patch.apply(present.and_then(party), code)),
            Self::ReadingList(patch) => Record::ReadingList(patch.apply(present.and_then(ReadingList::of), code)),
        }
    }
}

fn party(record: &Record) -> Option<&Party> {
    match record {
        Record::Person(party) | Record::Organization(party) => Some(party),
        _ => None,
    }
}

impl Field<Vec<Ref>> {
    fn onto_list(self, list: &mut Vec<Ref>) {
        self.onto_required(list);
    }
}

impl Identity {
    fn apply(self, slug: &mut String, external_id: &mut Option<String>, old_slugs: &mut Vec<String>) {
        self.external_id.onto(external_id);
        let mut given_up = self.old_slugs;
        if let Some(new) = self.slug
            && new != *slug
        {
            let old = std::mem::replace(slug, new);
            if !old.is_empty() {
                given_up.push(old);
            }
        }
        add_former(old_slugs, given_up, Some(slug));
    }
}

impl ItemPatch {
    fn apply(self, present: Option<&Item>, code: &str, now: Timestamp) -> Item {
        let mut item = present.cloned().unwrap_or_else(|| Item {
            slug: String::new(),
            code: self.identity.code.clone().unwrap_or_else(|| code.to_owned()),
            external_id: None,
            status: Status::Draft,
            published_at: None,
            revised_at: None,
            old_slugs: Vec::new(),
            title: String::new(),
            summary: None,
        });
        self.identity.apply(&mut item.slug, &mut item.external_id, &mut item.old_slugs);
        if let Some(status) = self.status {
            item.status = status;
        }
        let before = item.published_at;
        self.published_at.onto(&mut item.published_at);
        if item.status == Status::Published {
            // What is published has a date, so clearing it leaves the one it has.
            item.published_at = item.published_at.or(before).or(Some(now));
        }
        self.revised_at.onto(&mut item.revised_at);
        self.title.onto_required(&mut item.title);
        self.summary.onto(&mut item.summary);
        item
    }
}

impl PartyPatch {
    fn apply(self, present: Option<&Party>, code: &str) -> Party {
        let mut party = present.cloned().unwrap_or_else(|| Party {
            slug: String::new(),
            code: self.identity.code.clone().unwrap_or_else(|| code.to_owned()),
            external_id: None,
            old_slugs: Vec::new(),
            name: String::new(),
            url: None,
        });
        self.identity.apply(&mut party.slug, &mut party.external_id, &mut party.old_slugs);
        self.name.onto_required(&mut party.name);
        self.url.onto(&mut party.url);
        party
    }
}

impl ResourcePatch {
    fn apply(self, mut resource: Resource) -> Resource {
        self.description.onto(&mut resource.description);
        self.level.onto(&mut resource.level);
        self.language.onto(&mut resource.language);
        self.url.onto(&mut resource.url);
        self.time_required.onto(&mut resource.time_required);
        resource
    }
}

impl CareerPatch<Ref> {
    fn apply(self, present: Option<&Career>, code: &str, now: Timestamp) -> Career {
        let item = self.item.apply(present.map(|career| &career.item), code, now);
        let mut career = match present {
            Some(present) => Career { item, ..present.clone() },
            None => Career { item, occupation_code: None, article: None, topics: Vec::new(), related: Vec::new() },
        };
        self.occupation_code.onto(&mut career.occupation_code);
        self.article.onto(&mut career.article);
        self.topics.onto_list(&mut career.topics);
        self.related.onto_list(&mut career.related);
        career
    }
}

impl CoursePatch<Ref> {
    fn apply(self, present: Option<&Course>, code: &str, now: Timestamp) -> Course {
        let item = self.item.apply(present.map(|course| &course.item), code, now);
        let mut course = match present {
            Some(present) => Course { item, ..present.clone() },
            None => Course {
                item,
                resource: Resource::default(),
                provider: None,
                institution: None,
                instructors: Vec::new(),
                weekly_effort: None,
                is_free: None,
                price: None,
                syllabus: Vec::new(),
                topics: Vec::new(),
                prerequisites: Vec::new(),
            },
        };
        course.resource = self.resource.apply(course.resource);
        self.provider.onto(&mut course.provider);
        self.institution.onto(&mut course.institution);
        match self.instructors {
            Field::Keep => {}
            Field::Clear => course.instructors.clear(),
            Field::Set(people) => {
                course.instructors = people.into_iter().map(|person| Instructor { person, known_as: None }).collect();
            }
        }
        self.weekly_effort.onto(&mut course.weekly_effort);
        self.is_free.onto(&mut course.is_free);
        self.price.onto(&mut course.price);
        self.syllabus.onto_required(&mut course.syllabus);
        self.topics.onto_list(&mut course.topics);
        self.prerequisites.onto_list(&mut course.prerequisites);
        course
    }
}

impl BookPatch<Ref> {
    fn apply(self, present: Option<&Book>, code: &str, now: Timestamp) -> Book {
        let item = self.item.apply(present.map(|book| &book.item), code, now);
        let mut book = match present {
            Some(present) => Book { item, ..present.clone() },
            None => Book {
                item,
                resource: Resource::default(),
                subtitle: None,
                contributors: Vec::new(),
                publisher: None,
                publication_year: None,
                edition: None,
                isbn13: None,
                old_isbns: Vec::new(),
                old_codes: Vec::new(),
                page_count: None,
                cover_url: None,
                topics: Vec::new(),
            },
        };
        book.resource = self.resource.apply(book.resource);
        self.subtitle.onto(&mut book.subtitle);
        match self.contributors {
            Field::Keep => {}
            Field::Clear => book.contributors.clear(),
            Field::Set(list) => {
                let written = list.into_iter().map(|patch| Contributor { person: patch.person, role: patch.role });
                book.contributors = written.collect();
            }
        }
        self.publisher.onto(&mut book.publisher);
        self.publication_year.onto(&mut book.publication_year);
        self.edition.onto(&mut book.edition);
        self.isbn13.onto(&mut book.isbn13);
        book.add_old_isbns(self.old_isbns);
        book.add_old_codes(self.old_codes);
        self.page_count.onto(&mut book.page_count);
        self.cover_url.onto(&mut book.cover_url);
        self.topics.onto_list(&mut book.topics);
        book
    }
}

impl TopicPatch<Ref> {
    fn apply(self, present: Option<&Topic>, code: &str, now: Timestamp) -> Topic {
        let item = self.item.apply(present.map(|topic| &topic.item), code, now);
        let mut topic = match present {
            Some(present) => Topic { item, ..present.clone() },
            None => Topic { item, parent: None, aliases: Vec::new(), related: Vec::new() },
        };
        self.parent.onto(&mut topic.parent);
        self.aliases.onto_required(&mut topic.aliases);
        self.related.onto_list(&mut topic.related);
        topic
    }
}

impl ListPatch<Ref> {
    fn apply(self, present: Option<&ReadingList>, code: &str) -> ReadingList {
        let mut list = present.cloned().unwrap_or_else(|| {
            let code = self.code.clone().unwrap_or_else(|| code.to_owned());
            ReadingList::empty(code, self.owner_kind, self.owner, None)
        });
        self.title.onto(&mut list.title);
        self.introduction.onto(&mut list.introduction);
        match self.entries {
            Field::Keep => {}
            Field::Clear => list.entries.clear(),
            Field::Set(entries) => {
                let known = std::mem::take(&mut list.entries);
                list.entries = entries
                    .into_iter()
                    .map(|patch| {
                        let same = |entry: &&Entry| entry.kind == patch.kind && entry.target == patch.target;
                        let (id, code) = match known.iter().find(same) {
                            Some(entry) => (entry.id, entry.code.clone()),
                            None => (0, patch.code.unwrap_or_default()),
                        };
                        Entry { id, code, kind: patch.kind, target: patch.target, note: patch.note, role: patch.role }
                    })
                    .collect();
            }
        }
        list
    }
}
