//! The columns of an index.

/// The columns of an index, by which searches filter, count and sort documents.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The names of the number columns. A document can have several values in each.
    pub numbers: &'static [&'static str],
    /// The names of the text columns. A document has at most one value in each.
    pub texts: &'static [&'static str],
    /// The number column that orders completions, greatest first.
    pub popularity: &'static str,
    /// Which documents form a tree.
    pub tree: TreeLayout,
}

/// Documents of one kind that form a tree.
#[derive(Clone, Copy, Debug)]
pub struct TreeLayout {
    pub kind: u8,
    /// The number column with the id of the parent; a root has no value.
    pub parent: &'static str,
    /// The number column with the ids of the nodes that a document belongs to.
    pub members: &'static str,
}
