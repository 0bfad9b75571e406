//! The image that other sites show beside a link to a page.
//!
//! Other sites load it, not the readers of the page, so it can come from any host. Its URL should be absolute: without a
//! public URL, it is an address like that of the canonical link, which not all sites resolve. The host of a request is no
//! substitute, because pages are cached for all hosts.

use super::layout::Layout;
use crate::assets::PREVIEW_SIZE;
use crate::settings::Settings;

/// An image for link previews.
#[derive(Debug, PartialEq, Eq)]
pub struct PreviewImage<'a> {
    pub url: String,
    pub alt: &'a str,
    /// The width and the height in pixels, if they are known.
    pub size: Option<(u32, u32)>,
    /// The value of `twitter:card`: whether the image is above the text or beside it.
    pub card: &'static str,
}

impl Layout<'_> {
    /// Returns the image of the item, or else that of the site.
    #[must_use]
    pub fn preview_image(&self) -> PreviewImage<'_> {
        if let Some(url) = self.image {
            // Most images of items are covers, which a wide preview would crop.
            return PreviewImage { url: url.to_owned(), alt: self.title, size: None, card: "summary" };
        }
        let settings = self.site.settings();
        let (url, size) = match &settings.image {
            Some(image) => (absolute(image, settings), None),
            None => (settings.url(&self.site.assets().preview_image), Some(PREVIEW_SIZE)),
        };
        PreviewImage { url, alt: &settings.title, size, card: "summary_large_image" }
    }
}

/// Returns the URL of an image that an operator set: a URL, or a path on the host of the public URL.
fn absolute(image: &str, settings: &Settings) -> String {
    let joined = settings.public_url.as_ref().and_then(|base| base.join(image).ok());
    joined.map_or_else(|| image.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Site;
    use crate::testing::{page, settings, site};

    /// Returns the URL and the card of the image of a page with the settings.
    fn image_with(public_url: Option<&str>, image: Option<&str>, of_item: Option<&str>) -> (String, &'static str) {
        let site = Site::new(Settings { image: image.map(str::to_owned), ..settings(public_url) });
        let layout = Layout { image: of_item, ..Layout::new(&site, "Soups") };
        let image = layout.preview_image();
        (image.url, image.card)
    }

    #[test]
    fn items_have_their_own_image_from_any_host() {
        let own = "https://covers.example/soups.png";
        for (public_url, image) in [(None, None), (Some("https://a.example/learn"), Some("/preview.png"))] {
            assert_eq!(image_with(public_url, image, Some(own)), (own.to_owned(), "summary"));
        }
    }

    #[test]
    fn other_pages_have_the_image_of_the_operator() {
        for (public_url, image, url) in [
            (Some("https://a.example/learn"), "/preview.png", "https://a.example/preview.png"),
            (Some("https://a.example"), "https://images.example/p.png", "https://images.example/p.png"),
            (None, "https://images.example/p.png", "https://images.example/p.png"),
            (None, "/preview.png", "/preview.png"),
        ] {
            assert_eq!(image_with(public_url, Some(image), None), (url.to_owned(), "summary_large_image"), "{image}");
        }
    }

    #[test]
    fn pages_without_an_image_have_the_built_in_one() {
        let site = site(Some("https://a.example/learn/"));
        let body = page(&site, "/nowhere", "").body;
        let content = |property: &str| {
            let start = format!("{property}\" content=\"");
            body.split(&start).nth(1).and_then(|rest| rest.split('"').next())
        };
        let url = content("og:image").expect("every page has an image");
        let path = url.strip_prefix("https://a.example/learn").expect("the URL is absolute");
        let Some((_, asset)) = site.files().find(|(other, _)| *other == path) else { panic!("{path} is no file") };
        assert_eq!(asset.content_type, "image/png");
        // The header of a PNG file begins with its width and its height.
        let number =
            |at: usize| asset.content[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        assert_eq!((number(16), number(20)), PREVIEW_SIZE);
        assert!(asset.content.len() < 20_000, "{}", asset.content.len());
        assert_eq!((content("og:image:width"), content("og:image:height")), (Some("1200"), Some("630")));
        assert_eq!((content("og:image:alt"), content("twitter:card")), (Some("Learning"), Some("summary_large_image")));
    }

    #[test]
    fn without_a_public_url_the_built_in_image_has_an_address() {
        let body = page(&site(None), "/nowhere", "").body;
        assert!(body.contains("<meta property=\"og:image\" content=\"/assets/"), "{body}");
    }
}
