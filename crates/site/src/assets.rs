//! The files of the site. Each has a hash of its content in its address, so that browsers cache it forever.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The length of a hash in bytes.
const HASH_LENGTH: usize = 9;

/// The width and the height of the built-in image for link previews in pixels.
pub const PREVIEW_SIZE: (u32, u32) = (1200, 630);

/// A file.
#[derive(Clone, Debug)]
pub struct Asset {
    pub content_type: &'static str,
    pub content: Cow<'static, [u8]>,
}

/// The files, and their paths.
pub struct Assets {
    files: Vec<(String, Asset)>,
    pub stylesheet: String,
    pub script: String,
    pub icon: String,
    /// The built-in image for link previews.
    pub preview_image: String,
    /// The operator's stylesheet.
    pub custom_stylesheet: Option<String>,
}

impl Assets {
    #[must_use]
    pub fn new(custom_stylesheet: Option<&str>) -> Self {
        let mut files = Vec::new();
        let mut add = |name: &str, content_type, content: Cow<'static, [u8]>| {
            let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(&content)[..HASH_LENGTH]);
            let path = format!("/assets/{hash}/{name}");
            files.push((path.clone(), Asset { content_type, content }));
            path
        };
        let stylesheet = add("site.css", "text/css; charset=utf-8", include_bytes!("../assets/site.css")[..].into());
        let script = add("site.js", "text/javascript; charset=utf-8", include_bytes!("../assets/site.js")[..].into());
        let icon = add("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")[..].into());
        let preview_image =
            add("link-preview.png", "image/png", include_bytes!("../assets/link-preview.png")[..].into());
        let custom_stylesheet =
            custom_stylesheet.map(|text| add("custom.css", "text/css; charset=utf-8", text.as_bytes().to_vec().into()));
        Self { files, stylesheet, script, icon, preview_image, custom_stylesheet }
    }

    /// Returns each file with its path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.files.iter().map(|(path, asset)| (path.as_str(), asset))
    }
}
