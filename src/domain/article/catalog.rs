//! Which links of an article lead to pages of the catalog.

use url::{Origin, Url};

use crate::domain::path::{self, Address};

/// The catalog, as a site.
pub struct Catalog {
    origin: Option<Origin>,
}

impl Catalog {
    /// The catalog whose pages are at `public_url`, as far as that is known.
    pub fn at(public_url: Option<&str>) -> Self {
        let origin = public_url.and_then(|url| Url::parse(url).ok()).map(|url| url.origin());
        Self { origin: origin.filter(Origin::is_tuple) }
    }

    /// What a destination names in the catalog: a path, or a web address of the catalog's own origin.
    pub fn address(&self, destination: &str) -> Option<Address> {
        if destination.starts_with('/') {
            return path::parse(destination);
        }
        // Reading the path first is cheap and decides about nearly all.
        let address = path::parse(destination)?;
        let origin = Url::parse(destination).ok()?.origin();
        (self.origin.as_ref() == Some(&origin)).then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use entity::kind::NodeKind;

    use super::*;

    #[test]
    fn paths_and_addresses_of_the_same_origin_are_of_the_catalog() {
        let catalog = Catalog::at(Some("https://Syllabus.example/"));
        for destination in [
            "/course/ci4tzd/sicp",
            "/course/ci4tzd#top",
            "https://syllabus.example/course/ci4tzd",
            "HTTPS://SYLLABUS.EXAMPLE:443/course/ci4tzd",
        ] {
            let found = catalog.address(destination).map(|address| (address.kind, address.code));
            assert_eq!(found, Some((NodeKind::Course, Some("ci4tzd".to_owned()))), "{destination}");
        }
    }

    #[test]
    fn other_destinations_are_not() {
        let catalog = Catalog::at(Some("https://syllabus.example"));
        for destination in [
            "",
            "#top",
            "course/ci4tzd",
            "//syllabus.example/course/ci4tzd",
            "http://syllabus.example/course/ci4tzd",
            "https://syllabus.example:8443/course/ci4tzd",
            "https://elsewhere.example/course/ci4tzd",
            "https://syllabus.example@elsewhere.example/course/ci4tzd",
            "https://syllabus.example/about",
            "/about",
        ] {
            assert_eq!(catalog.address(destination), None, "{destination}");
        }
        for public_url in [None, Some("nonsense"), Some("data:x")] {
            assert_eq!(Catalog::at(public_url).address("https://syllabus.example/course/ci4tzd"), None);
        }
    }
}
