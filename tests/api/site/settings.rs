//! The settings of the site.

use std::fs;

use serde_json::json;

use crate::common::{Lines, Store, on_each_engine};
use crate::site::public_site::{PublicSite, settings};

const CAREER: &str = "/career/crrck2/cook";

fn records() -> Lines {
    let books = (1..=5)
        .map(|number| json!({ "kind": "book", "slug": format!("soup-{number}"), "title": format!("Soup {number}") }));
    let entries: Vec<_> = (1..=5).map(|number| json!({ "kind": "book", "slug": format!("soup-{number}") })).collect();
    let career = json!({
        "kind": "career", "slug": "cook", "code": "crrck2", "title": "Cook", "imageUrl": "https://evil.example/cook.png",
        "article": "![ours](https://images.example/a.png) ![theirs](https://evil.example/b.png)\n\n[card](/book/shown)\n\n[card](/book/linked)\n",
    });
    let shown =
        json!({ "kind": "book", "slug": "shown", "title": "Shown", "imageUrl": "https://images.example/c.png" });
    let linked =
        json!({ "kind": "book", "slug": "linked", "title": "Linked", "imageUrl": "https://evil.example/d.png" });
    let list = json!({ "kind": "readingList", "owner": { "kind": "career", "slug": "cook" }, "entries": entries });
    books.chain([shown, linked, career, list]).collect()
}

/// Starts a server with a file of settings.
async fn site(store: &Store, file: &str) -> PublicSite {
    let own = settings(file).unwrap_or_else(|issues| panic!("{issues:?}")).site;
    PublicSite::changed(store, records(), |settings| settings.site = own).await
}

#[test]
fn title_tagline_logo_and_footer_are_shown_and_escaped() {
    on_each_engine(async |store| {
        let file = "[site]\ntitle = 'Kitchen <School>'\ntagline = '\"Cook\" & eat'\nlogo = '/logo.svg?a=\"b\"'\nfooter = '© <us>'";
        let site = site(store, file).await;
        let home = site.get("/").await;
        home.assert_page(200);
        for text in [
            "<title>Kitchen &#60;School&#62;</title>",
            "<p class=\"lead\" dir=\"auto\">&#34;Cook&#34; &#38; eat</p>",
            "<meta name=\"description\" content=\"&#34;Cook&#34; &#38; eat\">",
            "<img src=\"/logo.svg?a=&#34;b&#34;\" alt=\"\">",
            "<p>© &#60;us&#62;</p>",
        ] {
            assert!(home.body.contains(text), "{text}: {}", home.body);
        }
        for path in [CAREER, "/nowhere", "/books"] {
            let page = site.get(path).await;
            assert!(page.body.contains("© &#60;us&#62;") && page.body.contains("Kitchen &#60;School&#62;"), "{path}");
        }
    });
}

#[test]
fn link_previews_have_the_image_of_the_operator() {
    on_each_engine(async |store| {
        for (image, url) in [
            ("/preview.png", "https://learn.example/preview.png"),
            // The pages do not show it, so its host need not be in site.image-hosts.
            ("https://elsewhere.example/preview.png?a=b", "https://elsewhere.example/preview.png?a=b"),
        ] {
            let own = settings(&format!("[site]\nimage = '{image}'")).expect("it is valid").site;
            let site = PublicSite::changed(store, [], |settings| settings.site = own).await;
            for path in ["/", "/books", "/nowhere"] {
                let page = site.get(path).await;
                assert_eq!(page.only("<meta property=\"og:image\" content=\"", "\""), url, "{path}");
                assert!(page.header("content-security-policy").contains("img-src 'self';"), "{path}");
            }
        }
    });
}

#[test]
fn a_stylesheet_is_loaded_after_the_built_in_one() {
    on_each_engine(async |store| {
        let file = tempfile::NamedTempFile::new().expect("the disk has space");
        fs::write(file.path(), ":root { --accent: teal }").expect("the disk has space");
        let site = site(store, &format!("[site]\nstylesheet = '{}'", file.path().display())).await;
        let page = site.get(CAREER).await;
        let paths = page.between("<link rel=\"stylesheet\" href=\"", "\"");
        assert_eq!(paths.len(), 2, "{}", page.body);
        let custom = site.get(paths[1]).await;
        assert_eq!((custom.status, custom.body.as_str()), (200, ":root { --accent: teal }"));
        assert_eq!(custom.header("content-type"), "text/css; charset=utf-8");
        assert!(site.get(paths[0]).await.body.len() > 1_000);
    });
}

#[test]
fn strings_replace_texts_with_the_plural_forms_of_the_language() {
    on_each_engine(async |store| {
        let file = tempfile::NamedTempFile::new().expect("the disk has space");
        let strings = "search = 'Szukaj'\nbooks = 'Książki'\nnot-found = 'Nie <znaleziono>'\n\
            book-count = { one = '{n} książka', few = '{n} książki', many = '{n} książek', other = '{n} książki' }\n\
            entry-count = { one = '{n} pozycja', few = '{n} pozycje', many = '{n} pozycji', other = '{n} pozycji' }";
        fs::write(file.path(), strings).expect("the disk has space");
        let site = site(store, &format!("[site]\nlanguage = 'PL'\nstrings = '{}'", file.path().display())).await;
        let career = site.get(CAREER).await;
        assert!(career.body.contains("<html lang=\"pl\" dir=\"ltr\">"), "{}", career.body);
        assert!(career.body.contains("5 pozycji") && career.body.contains(">Szukaj</button>"), "{}", career.body);
        let books = site.get("/books").await;
        assert!(books.body.contains("7 książek") && books.body.contains("<h1>Książki</h1>"), "{}", books.body);
        assert!(site.get("/nowhere").await.body.contains("<h1>Nie &#60;znaleziono&#62;</h1>"));
    });
}

#[test]
fn texts_can_run_from_right_to_left() {
    on_each_engine(async |store| {
        let file = tempfile::NamedTempFile::new().expect("the disk has space");
        fs::write(file.path(), "direction = 'rtl'\nsearch = 'بحث'").expect("the disk has space");
        let site = site(store, &format!("[site]\nlanguage = 'ar'\nstrings = '{}'", file.path().display())).await;
        for (path, status) in [("/", 200), (CAREER, 200), ("/nowhere", 404)] {
            let page = site.get(path).await;
            page.assert_page(status);
            assert!(page.body.contains("<html lang=\"ar\" dir=\"rtl\">"), "{path}: {}", page.body);
        }
        // English texts of the catalog keep their direction.
        assert!(site.get(CAREER).await.body.contains("<h1 dir=\"auto\">Cook</h1>"));
    });
}

#[test]
fn images_from_other_hosts_become_links() {
    on_each_engine(async |store| {
        let site = site(store, "[site]\nimage-hosts = 'images.example, Photos.example'").await;
        let page = site.get(CAREER).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("img-src 'self' https://images.example https://photos.example;"), "{policy}");
        let images = page.between("<img ", ">");
        assert_eq!(images.len(), 2, "{images:?}");
        for (image, source) in images.iter().zip(["https://images.example/a.png", "https://images.example/c.png"]) {
            assert!(image.contains(&format!("src=\"{source}\"")), "{image}");
        }
        assert!(
            page.body
                .contains("<a href=\"https://evil.example/b.png\" rel=\"noopener noreferrer nofollow\">theirs</a>")
        );
        assert!(!page.body.contains("https://evil.example/d.png"), "a card without its image is complete");
    });
}

#[test]
fn without_image_hosts_no_image_of_another_host_is_shown() {
    on_each_engine(async |store| {
        let site = site(store, "").await;
        let page = site.get(CAREER).await;
        assert_eq!(page.between("<img ", ">"), Vec::<&str>::new());
        assert!(page.header("content-security-policy").contains("img-src 'self';"));
    });
}

/// Returns the issue of the only invalid setting.
#[track_caller]
fn issue(file: &str) -> String {
    let issues = settings(file).expect_err("something is invalid");
    assert_eq!(issues.len(), 1, "{issues:?}");
    issues[0].clone()
}

#[test]
fn invalid_image_hosts_are_reported_with_the_remedy() {
    for wrong in
        ["https://images.example", "images.example/path", "10.0.0.1", "a b", "*", "images.example;script-src", "'self'"]
    {
        let issue = issue(&format!("[site]\nimage-hosts = \"good.example,{wrong}\""));
        let expected = format!(
            "site.image-hosts (file syllabus.toml): invalid host {wrong:?}: expected a name such as images.example"
        );
        assert_eq!(issue, expected);
    }
}

#[test]
fn invalid_strings_are_reported_with_their_key_and_the_remedy() {
    let file = tempfile::NamedTempFile::new().expect("the disk has space");
    for (text, reason) in [
        ("serach = 'x'", "unknown key \"serach\"; did you mean \"search\"?"),
        ("search = 1", "invalid type: integer `1`, expected a string in `search`"),
        ("search =", "invalid TOML at line 1: "),
        ("entry-count = { one = '{n}' }", "missing field `other` in `entry-count`"),
        ("direction = 'up'", "invalid direction \"up\": expected ltr or rtl"),
        ("months = ['January']", "months has 1 names: expected 12"),
    ] {
        fs::write(file.path(), text).expect("the disk has space");
        let issue = issue(&format!("[site]\nstrings = '{}'", file.path().display()));
        assert!(issue.starts_with(&format!("site.strings (file syllabus.toml): {reason}")), "{text}: {issue}");
    }
    let issue = issue("[site]\nstrings = 'nowhere.toml'");
    assert_eq!(issue, "site.strings (file syllabus.toml): cannot read nowhere.toml: no such file or directory");
}

#[test]
fn other_invalid_settings_are_reported_with_their_key() {
    for (file, expected) in [
        (
            "[site]\nenabled = 'perhaps'",
            "site.enabled (file syllabus.toml): invalid value \"perhaps\": expected true or false",
        ),
        ("[site]\ntitle = ' '", "site.title (file syllabus.toml): must not be empty"),
        (
            "[site]\nlanguage = 'polish'",
            "site.language (file syllabus.toml): is not a language tag: write it like \"en\" or \"pt-BR\": \"polish\"",
        ),
    ] {
        assert_eq!(issue(file), expected);
    }
    for image in ["preview.png", "//images.example/preview.png", "http://images.example/preview.png"] {
        let expected = format!(
            "site.image (file syllabus.toml): invalid value {image:?}: expected a path such as /image.png or an https URL"
        );
        assert_eq!(issue(&format!("[site]\nimage = '{image}'")), expected);
    }
    assert!(
        issue("[site]\nstylesheet = 'nowhere.css'").starts_with("site.stylesheet (file syllabus.toml): cannot read")
    );
}
