//! The image that other sites show beside a link to a page.
//!
//! Other sites load it, not the readers of the page, so it can come from any host. It needs an absolute URL: without a
//! public URL, only the images of items have one. The host of a request is no substitute, because pages are cached for
//! all hosts.

use url::Url;

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
    pub fn preview_image(&self) -> Option<PreviewImage<'_>> {
        // Most images of items are covers, which a wide preview would crop.
        let of_item = |url: &str| PreviewImage { url: url.to_owned(), alt: self.title, size: None, card: "summary" };
        self.image.map(of_item).or_else(|| self.image_of_site())
    }

    fn image_of_site(&self) -> Option<PreviewImage<'_>> {
        let settings = self.site.settings();
        let own = |image: &String| Some((absolute(image, settings)?, None));
        let built_in = || {
            let url = settings.url(&self.site.assets().preview_image);
            settings.public_url.as_ref().map(|_| (url, Some(PREVIEW_SIZE)))
        };
        let (url, size) = settings.image.as_ref().map_or_else(built_in, own)?;
        Some(PreviewImage { url, alt: &settings.title, size, card: "summary_large_image" })
    }
}

/// Returns the absolute URL of an image that an operator set: a URL, or a path on the host of the public URL.
fn absolute(image: &str, settings: &Settings) -> Option<String> {
    let url = Url::parse(image).ok().or_else(|| settings.public_url.as_ref()?.join(image).ok());
    url.map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, settings, site};
    use crate::{Routed, Site};

    /// Returns the URL and the card of the image of a page with the settings.
    fn image_with(
        public_url: Option<&str>,
        image: Option<&str>,
        of_item: Option<&str>,
    ) -> Option<(String, &'static str)> {
        let site = Site::new(Settings { image: image.map(str::to_owned), ..settings(public_url) });
        let layout = Layout { image: of_item, ..Layout::new(&site, "Soups") };
        layout.preview_image().map(|image| (image.url, image.card))
    }

    #[test]
    fn items_have_their_own_image_from_any_host() {
        let own = Some("https://covers.example/soups.png");
        for (public_url, image) in [(None, None), (Some("https://a.example/learn"), Some("/preview.png"))] {
            let expected = own.map(|url| (url.to_owned(), "summary"));
            assert_eq!(image_with(public_url, image, own), expected);
        }
    }

    #[test]
    fn other_pages_have_the_image_of_the_operator() {
        for (public_url, image, url) in [
            (Some("https://a.example/learn"), "/preview.png", Some("https://a.example/preview.png")),
            (Some("https://a.example"), "https://images.example/p.png", Some("https://images.example/p.png")),
            (None, "https://images.example/p.png", Some("https://images.example/p.png")),
            (None, "/preview.png", None),
        ] {
            let expected = url.map(|url| (url.to_owned(), "summary_large_image"));
            assert_eq!(image_with(public_url, Some(image), None), expected, "{image}");
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
        let Routed::Asset(asset) = site.route(path, "", "") else { panic!("{path} is no file") };
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
    fn without_a_public_url_pages_name_no_urls_of_their_own() {
        let body = page(&site(None), "/nowhere", "").body;
        assert!(!body.contains("og:image") && !body.contains("og:url"), "{body}");
        assert!(body.contains("<meta name=\"twitter:card\" content=\"summary\">"), "{body}");
    }
}
