//! Parts of a source that can stand alone: with the definitions of their reference links, wherever those stand.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::domain::article::document::{Definition, folded};
use crate::domain::article::source::Source;
use crate::domain::markdown;

/// Takes parts out of a source whose edits are settled.
pub struct Excerpts<'s, 'a> {
    source: &'s Source<'a>,
    definitions: HashMap<&'s str, &'s Definition>,
}

/// The labels of the reference links and images among some events.
pub fn labels_of(events: &[Event<'_>]) -> Vec<String> {
    let label = |event: &Event<'_>| match event {
        Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) => {
            matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut).then(|| folded(id))
        }
        _ => None,
    };
    events.iter().filter_map(label).collect()
}

impl<'s, 'a> Excerpts<'s, 'a> {
    pub fn new(source: &'s Source<'a>, definitions: &'s [Definition]) -> Self {
        let definitions = definitions.iter().map(|definition| (&*definition.label, definition)).collect();
        Self { source, definitions }
    }

    /// A range of the source, without blank lines around it, and the definitions of `labels` that stand outside it.
    pub fn block(&self, range: Range<usize>, labels: &[String]) -> String {
        let block = self.source.edited_block(range.clone());
        let mut seen = HashSet::new();
        let missing: Vec<&Definition> = (labels.iter().filter(|label| seen.insert(*label)))
            .filter_map(|label| self.definitions.get(&**label).copied())
            .filter(|definition| !range.contains(&definition.range.start))
            .collect();
        if missing.is_empty() {
            return block;
        }
        let lines: Vec<String> = missing.iter().map(|definition| self.line(definition)).collect();
        let lines = lines.join("\n");
        // Of several definitions of a label the first one counts, and that one stands elsewhere.
        let own = markdown::parser(&block);
        let own: HashSet<String> = own.reference_definitions().iter().map(|(label, _)| folded(label)).collect();
        if missing.iter().any(|definition| own.contains(&definition.label)) {
            format!("{lines}\n\n{block}")
        } else {
            format!("{block}\n\n{lines}")
        }
    }

    /// A definition in one line: in a quotation the marks of its further lines are in between.
    fn line(&self, definition: &Definition) -> String {
        let text = self.source.original(definition.range.clone());
        let lines = text.lines().map(|line| line.trim().trim_start_matches(['>', ' ', '\t']));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
