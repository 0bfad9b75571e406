//! A book's number, in either of its fields and either of its lengths; it is kept with thirteen digits.

use super::fields::{Fields, Read};
use crate::domain::isbn::Isbn;
use crate::service::write::Field;

impl Fields {
    /// Takes `isbn13` and `isbn10`, which must mean the same number.
    pub fn isbn(&mut self) -> Field<String> {
        let thirteen = self.one_isbn("isbn13");
        let ten = self.one_isbn("isbn10");
        match (thirteen, ten) {
            (Field::Set(thirteen), Field::Set(ten)) => {
                if thirteen != ten {
                    let shown = Isbn::parse(&ten).ok().and_then(|isbn| isbn.to_isbn10()).unwrap_or(ten);
                    self.invalid("isbn10", Some(&shown), format!("disagrees with isbn13, {thirteen}"));
                }
                Field::Set(thirteen)
            }
            (Field::Set(isbn), _) => Field::Set(isbn),
            (_, Field::Set(isbn)) => {
                self.written.call("isbn13", "isbn10");
                Field::Set(isbn)
            }
            (Field::Clear, _) | (_, Field::Clear) => Field::Clear,
            (Field::Keep, Field::Keep) => Field::Keep,
        }
    }

    /// Takes `oldIsbns`: of ten digits or thirteen.
    pub fn old_isbns(&mut self) -> Vec<String> {
        let isbns = self.list(&["oldIsbns"], |fields, name, element| {
            let text = fields.digits_of(name, &element).and_then(|text| fields.full(name, text))?;
            parse(&text).map_err(|reason| fields.invalid(name, Some(&text), reason)).ok()
        });
        let isbns = isbns.value().cloned().unwrap_or_default();
        self.written.add("oldIsbns", &isbns);
        isbns
    }

    fn one_isbn(&mut self, name: &'static str) -> Field<String> {
        self.written_as(&[name], Self::digits_of, parse)
    }
}

fn parse(text: &str) -> Read<String> {
    Isbn::parse(text).map(|isbn| isbn.as_str13().to_owned()).map_err(|error| error.to_string())
}
