//! The size of a document with its fragments expanded. Each fragment is measured once.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};

/// The maximum depth of fragments within fragments. The stack can hold some hundreds, and real documents have few.
const MAX_SPREADS: usize = 50;

/// The size of a document or a part of it. Numbers saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentSize {
    /// The depth of fields.
    pub depth: usize,
    pub fields: usize,
    pub aliases: usize,
    pub directives: usize,
    /// The depth of fragments within fragments.
    spreads: usize,
}

impl DocumentSize {
    const UNBOUNDED: Self = Self {
        depth: usize::MAX,
        fields: usize::MAX,
        aliases: usize::MAX,
        directives: usize::MAX,
        spreads: usize::MAX,
    };

    /// The size of two parts side by side.
    fn plus(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            spreads: self.spreads.max(other.spreads),
        }
    }
}

/// Measures all operations of a document together, and all fragments, used or not, since validation visits all of them.
#[must_use]
pub fn of(document: &ExecutableDocument) -> DocumentSize {
    let mut visitor = SizeVisitor { document, fragments: HashMap::new() };
    let mut size = DocumentSize::default();
    for name in document.fragments.keys() {
        // Fragments count only where they are spread, but validation must not visit one that is too large.
        if visitor.fragment(name, 0) == DocumentSize::UNBOUNDED {
            return DocumentSize::UNBOUNDED;
        }
    }
    let operations = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        size.directives = size.directives.saturating_add(operation.node.directives.len());
        size = size.plus(visitor.selections(&operation.node.selection_set.node, 0));
    }
    size
}

struct SizeVisitor<'a> {
    document: &'a ExecutableDocument,
    /// The sizes of the fragments measured so far. A fragment within itself counts as empty, since validation rejects
    /// it.
    fragments: HashMap<&'a Name, DocumentSize>,
}

impl<'a> SizeVisitor<'a> {
    fn fragment(&mut self, name: &Name, spreads: usize) -> DocumentSize {
        if spreads > MAX_SPREADS {
            return DocumentSize::UNBOUNDED;
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return DocumentSize::default();
        };
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        self.fragments.insert(name, DocumentSize::default());
        let mut size = self.selections(&fragment.node.selection_set.node, spreads);
        size.directives = size.directives.saturating_add(fragment.node.directives.len());
        size.spreads = size.spreads.saturating_add(1);
        // Checked here as well, so that the result does not depend on the order of the fragments.
        if size.spreads > MAX_SPREADS {
            size = DocumentSize::UNBOUNDED;
        }
        self.fragments.insert(name, size);
        size
    }

    fn selections(&mut self, selections: &'a SelectionSet, spreads: usize) -> DocumentSize {
        let mut size = DocumentSize::default();
        for selection in &selections.items {
            let (one, directives) = match &selection.node {
                Selection::Field(field) => {
                    let below = self.selections(&field.node.selection_set.node, spreads);
                    let itself = DocumentSize {
                        depth: below.depth.saturating_add(1),
                        fields: 1,
                        aliases: usize::from(field.node.alias.is_some()),
                        directives: 0,
                        spreads: 0,
                    };
                    (itself.plus(below), &field.node.directives)
                }
                Selection::InlineFragment(inline) => {
                    (self.selections(&inline.node.selection_set.node, spreads), &inline.node.directives)
                }
                Selection::FragmentSpread(spread) => {
                    (self.fragment(&spread.node.fragment_name.node, spreads + 1), &spread.node.directives)
                }
            };
            size = size.plus(one);
            size.directives = size.directives.saturating_add(directives.len());
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn size(document: &str) -> DocumentSize {
        of(&parse_query(document).expect("the document is valid"))
    }

    #[test]
    fn fragments_count_wherever_they_are_spread() {
        let size = size("{ a { ...F ...F } b @skip(if: false) { x: c } } fragment F on T { d @x { e } y: f }");
        assert_eq!(size, DocumentSize { depth: 3, fields: 9, aliases: 3, directives: 3, spreads: 1 });
    }

    #[test]
    fn operations_are_measured_together() {
        assert_eq!(
            size("query A { a } query B @x { b { c } }"),
            DocumentSize { depth: 2, fields: 3, aliases: 0, directives: 1, spreads: 0 }
        );
    }

    #[test]
    fn exponentially_nested_fragments_are_measured_in_linear_time() {
        let mut document = String::from("{ ...F0 }");
        for level in 0..40 {
            document += &format!(" fragment F{level} on Query {{ {} }}", format!("...F{} ", level + 1).repeat(50));
        }
        document += " fragment F40 on Query { catalog { bookCount } }";
        assert_eq!(size(&document).fields, usize::MAX);
    }

    #[test]
    fn a_long_chain_of_fragments_is_unbounded_and_a_cycle_counts_as_empty() {
        let chain = |length: usize| {
            let links = (0..length).map(|link| format!(" fragment F{link} on Query {{ ...F{} }}", link + 1));
            format!("{{ ...F0 }}{} fragment F{length} on Query {{ a }}", links.collect::<String>())
        };
        assert_eq!(size(&chain(40)), DocumentSize { depth: 1, fields: 1, aliases: 0, directives: 0, spreads: 41 });
        assert_eq!(size(&chain(5_000)), DocumentSize::UNBOUNDED);
        let cycle = size("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F a }");
        assert!(cycle.fields <= 1, "{cycle:?}");
    }
}
