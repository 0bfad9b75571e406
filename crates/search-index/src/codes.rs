//! Columns in a form that is fast to count.

use std::io;

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use crate::value::Value;

/// The distinct values of a column in a segment, and which of them each document has.
pub struct Codes {
    pub values: Vec<Value>,
    /// Indices in `values`, in document order.
    in_order: Vec<u32>,
    /// For each document, where its codes begin; then the number of codes.
    starts: Vec<u32>,
}

impl Codes {
    pub fn of_numbers(column: &Column<i64>) -> Self {
        let mut known: FxHashMap<i64, u32> = FxHashMap::default();
        let mut values = Vec::new();
        let mut code = |number| {
            *known.entry(number).or_insert_with(|| {
                values.push(Value::Number(number));
                to_u32(values.len() - 1)
            })
        };
        let (in_order, starts) =
            read(column.num_docs(), |document, codes| codes.extend(column.values_for_doc(document).map(&mut code)));
        Self { values, in_order, starts }
    }

    pub fn of_texts(column: &StrColumn) -> io::Result<Self> {
        let mut values = Vec::with_capacity(column.num_terms());
        let mut texts = column.dictionary().stream()?;
        while texts.advance() {
            values.push(Value::Text(String::from_utf8_lossy(texts.key()).into_owned()));
        }
        let ordinals = column.ords();
        let (in_order, starts) = read(ordinals.num_docs(), |document, codes| {
            codes.extend(ordinals.values_for_doc(document).filter_map(|ordinal| u32::try_from(ordinal).ok()));
        });
        Ok(Self { values, in_order, starts })
    }

    /// Returns the codes of a document.
    pub fn of(&self, document: DocId) -> &[u32] {
        let document = document as usize;
        match self.starts.get(document..document + 2) {
            Some(&[start, end]) => &self.in_order[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Reads the codes of all documents, and where those of each document begin.
fn read(documents: u32, mut add: impl FnMut(DocId, &mut Vec<u32>)) -> (Vec<u32>, Vec<u32>) {
    let mut codes = Vec::new();
    let mut starts = vec![0];
    for document in 0..documents {
        add(document, &mut codes);
        starts.push(to_u32(codes.len()));
    }
    (codes, starts)
}

/// Converts an index; a segment has fewer than 2³² values.
fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
