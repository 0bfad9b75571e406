//! Reads ISBNs with 10 or 13 digits, and converts them to 13 digits.

use super::fields::{Fields, Read};
use crate::domain::isbn::Isbn;
use crate::service::write::Edit;

impl Fields {
    /// Takes `isbn13` and `isbn10`, which must be the same ISBN.
    pub fn isbn(&mut self) -> Edit<String> {
        let thirteen = self.one_isbn("isbn13");
        let ten = self.one_isbn("isbn10");
        match (thirteen, ten) {
            (Edit::Set(thirteen), Edit::Set(ten)) => {
                if thirteen != ten {
                    let shown = Isbn::parse(&ten).ok().and_then(|isbn| isbn.to_isbn10()).unwrap_or(ten);
                    self.invalid("isbn10", Some(&shown), format!("does not match isbn13, {thirteen}"));
                }
                Edit::Set(thirteen)
            }
            (Edit::Set(isbn), _) => Edit::Set(isbn),
            (_, Edit::Set(isbn)) => {
                self.source_map.add_alias("isbn13", "isbn10");
                Edit::Set(isbn)
            }
            (Edit::Clear, _) | (_, Edit::Clear) => Edit::Clear,
            (Edit::Unchanged, Edit::Unchanged) => Edit::Unchanged,
        }
    }

    /// Takes a list of ISBNs with 10 or 13 digits.
    pub fn isbns(&mut self, names: &'static [&'static str]) -> Edit<Vec<String>> {
        self.list(names, |fields, name, element| {
            let text = fields.digits_of(name, &element).and_then(|text| fields.non_empty(name, text))?;
            parse(&text).map_err(|reason| fields.invalid(name, Some(&text), reason)).ok()
        })
    }

    fn one_isbn(&mut self, name: &'static str) -> Edit<String> {
        self.parse_value(&[name], Self::digits_of, parse)
    }
}

fn parse(text: &str) -> Read<String> {
    Isbn::parse(text).map(|isbn| isbn.as_str13().to_owned()).map_err(|error| error.to_string())
}
