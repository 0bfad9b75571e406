//! The learning path of a reading list: what to study in which order, and how long it takes.

mod reader;

use askama::Template;
use serde::Deserialize;

use super::layout::Layout;
use super::{Page, RenderError, Resolution};
use crate::Site;
use crate::format::Duration;
use crate::view::{ResourceCard, TitleLink};

pub use reader::Reader;

/// The owner of the reading list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Owner {
    title: String,
    learning_path: LearningPath,
    /// The path of a reader who knows nothing, for the titles of what this reader knows.
    whole: Option<Whole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    stages: Vec<WholeStage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeStage {
    steps: Vec<WholeStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeStep {
    resource: KnownResource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LearningPath {
    total_duration: Option<Duration>,
    unknown_duration_count: usize,
    calendar_duration: Option<Duration>,
    resource_count: usize,
    unlisted_prerequisites: Vec<TitleLink>,
    stages: Vec<Stage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stage {
    title: String,
    duration: Option<Duration>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Step {
    identity: Identity,
    resource: ResourceCard,
    /// The entry that recommends the resource; `None` for prerequisites that are not on the list.
    entry: Option<Entry>,
    required_by: Vec<TitleLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    note_html: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownResource {
    id: String,
    title: String,
}

#[derive(Template)]
#[template(path = "learning_path.html")]
struct LearningPathPage<'a> {
    page: Layout<'a>,
    owner: &'a Owner,
    /// The path of the owner.
    path: &'a str,
    reader: &'a Reader,
    stages: Vec<NumberedStage<'a>>,
    /// What the reader knows and the path leaves out.
    known: Vec<&'a KnownResource>,
}

/// A stage whose steps continue the numbers of the stage before.
struct NumberedStage<'a> {
    stage: &'a Stage,
    title: &'a str,
    steps: Vec<(usize, &'a Step)>,
}

/// Renders the page.
pub fn render(
    site: &Site,
    reader: &Reader,
    Resolution { canonical_path, target: owner, .. }: Resolution<Owner>,
) -> Result<Page, RenderError> {
    let path = format!("{canonical_path}/path");
    let title = site.strings().path_title.replace("{title}", &owner.title);
    let page = Layout {
        description: Some(&site.strings().path_text),
        path: Some(&path),
        is_unindexed: reader.is_somebody() || owner.learning_path.resource_count == 0,
        ..Layout::new(site, &title)
    };
    let stages = number(site, &owner.learning_path.stages);
    let whole = owner.whole.iter().flat_map(|whole| &whole.stages).flat_map(|stage| &stage.steps);
    let known = whole.map(|step| &step.resource).filter(|resource| reader.knows(&resource.id)).collect();
    let body = LearningPathPage { page, owner: &owner, path: &canonical_path, reader, stages, known }.render()?;
    Ok(Page::html(200, body))
}

/// Numbers the steps of all stages.
fn number<'a>(site: &'a Site, stages: &'a [Stage]) -> Vec<NumberedStage<'a>> {
    let mut numbers = 1..;
    let numbered = |stage: &'a Stage| NumberedStage {
        stage,
        title: stage_title(site, &stage.title),
        steps: numbers.by_ref().zip(&stage.steps).collect(),
    };
    stages.iter().map(numbered).collect()
}

/// Returns the title of a stage in the language of the site. The API has it in English.
fn stage_title<'a>(site: &'a Site, title: &'a str) -> &'a str {
    let t = &site.strings();
    match title {
        "Introductory" => &t.role_introductory,
        "Core" => &t.role_core,
        "Reference" => &t.role_reference,
        "Advanced" => &t.role_advanced,
        _ => title,
    }
}

impl LearningPathPage<'_> {
    /// Returns the number of prerequisites that are not on the list.
    fn unlisted(&self) -> String {
        let t = self.page.t();
        t.counted(&t.unlisted_prerequisites, self.owner.learning_path.unlisted_prerequisites.len())
    }

    /// Returns the number of weeks, if any time is known.
    fn weeks(&self) -> Option<String> {
        let t = self.page.t();
        let path = &self.owner.learning_path;
        let weeks = t.counted(&t.weeks, path.calendar_duration?.weeks());
        let text = if path.unknown_duration_count == 0 { &t.weeks_at_hours } else { &t.weeks_at_hours_at_least };
        Some(text.replace("{weeks}", &weeks).replace("{hours}", &self.reader.hours.to_string()))
    }
}
