//! Settings of the catalog as a whole.

use super::value::LanguageTag;
use super::{Section, Setting, SettingsReader};

const LANGUAGE: Setting = Setting {
    name: "catalog.language",
    placeholder: Some("TAG"),
    default: Some("en"),
    help: "Language of titles without one of their own, such as those of careers and topics; sorting ignores its leading articles",
};

/// The settings of the catalog as a whole.
#[derive(Clone, Debug)]
pub struct CatalogSettings {
    /// A language tag.
    pub language: String,
}

impl Section for CatalogSettings {
    fn settings() -> Vec<&'static Setting> {
        vec![&LANGUAGE]
    }

    fn read(reader: &mut SettingsReader<'_>) -> Self {
        let LanguageTag(language) = reader.get(&LANGUAGE);
        Self { language }
    }
}
