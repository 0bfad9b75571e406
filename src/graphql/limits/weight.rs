//! How large a document is, with its fragments put in wherever they are spread: each is weighed once.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};

/// How many fragments may be spread within each other. Our own stack would bear some hundreds, and nobody needs a dozen.
const MAX_SPREADS: usize = 50;

/// How large something is. What is more than can be counted is the greatest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Fields within fields.
    pub depth: usize,
    pub fields: usize,
    pub aliases: usize,
    pub directives: usize,
    /// Fragments spread within each other.
    spreads: usize,
}

impl Weight {
    const TOO_MUCH: Self = Self {
        depth: usize::MAX,
        fields: usize::MAX,
        aliases: usize::MAX,
        directives: usize::MAX,
        spreads: usize::MAX,
    };

    /// Two things beside each other.
    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            spreads: self.spreads.max(other.spreads),
        }
    }
}

/// Weighs all operations of a document together, and all fragments, used or not: validation walks through all of them.
#[must_use]
pub fn of(document: &ExecutableDocument) -> Weight {
    let mut scales = Scales { document, fragments: HashMap::new() };
    let mut weight = Weight::default();
    for name in document.fragments.keys() {
        // It only weighs where it is spread; but one that weighs too much must not be walked through anywhere.
        if scales.fragment(name, 0) == Weight::TOO_MUCH {
            return Weight::TOO_MUCH;
        }
    }
    let operations = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        weight.directives = weight.directives.saturating_add(operation.node.directives.len());
        weight = weight.and(scales.selections(&operation.node.selection_set.node, 0));
    }
    weight
}

struct Scales<'a> {
    document: &'a ExecutableDocument,
    /// What is known; a fragment that is being weighed weighs nothing within itself, for validation refuses it.
    fragments: HashMap<&'a Name, Weight>,
}

impl<'a> Scales<'a> {
    fn fragment(&mut self, name: &Name, spreads: usize) -> Weight {
        if spreads > MAX_SPREADS {
            return Weight::TOO_MUCH;
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Weight::default() };
        if let Some(known) = self.fragments.get(name) {
            return *known;
        }
        self.fragments.insert(name, Weight::default());
        let mut weight = self.selections(&fragment.node.selection_set.node, spreads);
        weight.directives = weight.directives.saturating_add(fragment.node.directives.len());
        weight.spreads = weight.spreads.saturating_add(1);
        // Counted in what is known too: in whatever order fragments are come by, a long chain is long.
        if weight.spreads > MAX_SPREADS {
            weight = Weight::TOO_MUCH;
        }
        self.fragments.insert(name, weight);
        weight
    }

    fn selections(&mut self, selections: &'a SelectionSet, spreads: usize) -> Weight {
        let mut weight = Weight::default();
        for selection in &selections.items {
            let (one, directives) = match &selection.node {
                Selection::Field(field) => {
                    let below = self.selections(&field.node.selection_set.node, spreads);
                    let itself = Weight {
                        depth: below.depth.saturating_add(1),
                        fields: 1,
                        aliases: usize::from(field.node.alias.is_some()),
                        directives: 0,
                        spreads: 0,
                    };
                    (itself.and(below), &field.node.directives)
                }
                Selection::InlineFragment(inline) => {
                    (self.selections(&inline.node.selection_set.node, spreads), &inline.node.directives)
                }
                Selection::FragmentSpread(spread) => {
                    (self.fragment(&spread.node.fragment_name.node, spreads + 1), &spread.node.directives)
                }
            };
            weight = weight.and(one);
            weight.directives = weight.directives.saturating_add(directives.len());
        }
        weight
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn weigh(document: &str) -> Weight {
        of(&parse_query(document).expect("it can be parsed"))
    }

    #[test]
    fn fragments_weigh_wherever_they_are_spread() {
        let weight = weigh("{ a { ...F ...F } b @skip(if: false) { x: c } } fragment F on T { d @x { e } y: f }");
        assert_eq!(weight, Weight { depth: 3, fields: 9, aliases: 3, directives: 3, spreads: 1 });
    }

    #[test]
    fn operations_are_weighed_together() {
        assert_eq!(
            weigh("query A { a } query B @x { b { c } }"),
            Weight { depth: 2, fields: 3, aliases: 0, directives: 1, spreads: 0 }
        );
    }

    #[test]
    fn a_fan_of_fragments_is_weighed_at_once() {
        let mut document = String::from("{ ...F0 }");
        for level in 0..40 {
            document += &format!(" fragment F{level} on Query {{ {} }}", format!("...F{} ", level + 1).repeat(50));
        }
        document += " fragment F40 on Query { catalog { bookCount } }";
        assert_eq!(weigh(&document).fields, usize::MAX);
    }

    #[test]
    fn a_long_chain_of_fragments_is_too_much_and_a_circle_weighs_nothing() {
        let chain = |length: usize| {
            let links = (0..length).map(|link| format!(" fragment F{link} on Query {{ ...F{} }}", link + 1));
            format!("{{ ...F0 }}{} fragment F{length} on Query {{ a }}", links.collect::<String>())
        };
        assert_eq!(weigh(&chain(40)), Weight { depth: 1, fields: 1, aliases: 0, directives: 0, spreads: 41 });
        assert_eq!(weigh(&chain(5_000)), Weight::TOO_MUCH);
        let circle = weigh("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F a }");
        assert!(circle.fields <= 1, "{circle:?}");
    }
}
