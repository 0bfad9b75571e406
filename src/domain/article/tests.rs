//! Tests of whole articles; each module has its own tests, too.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::*;
use crate::domain::limits;

fn base() -> BaseUrl {
    BaseUrl::from(&url::Url::parse("https://syllabus.example").expect("the URL is valid"))
}

/// Books and courses can be embedded, and other pages cannot. Destinations with "gone" are unavailable.
fn article(markdown: &str) -> Article {
    Article::new(markdown, Some(&base()), |destination| {
        if destination.contains("gone") {
            LinkTarget::Unavailable
        } else if destination.contains("/course/") || destination.contains("/book/") {
            LinkTarget::Resource { path: "/course/ci4tzd/there".to_owned() }
        } else {
            LinkTarget::Page { path: "/topic/ci4tzd/there".to_owned() }
        }
    })
}

/// Formats a block: prose as its source and HTML, an embed as its destination.
fn summarize(block: &Block) -> (String, Option<String>) {
    match block {
        Block::Prose { markdown, html } => (markdown.clone(), Some(html.render())),
        Block::Embed { destination, .. } => (destination.clone(), None),
    }
}

fn blocks(section: &Section) -> Vec<(String, Option<String>)> {
    section.blocks.iter().map(summarize).collect()
}

fn prose(markdown: &str, html: &str) -> (String, Option<String>) {
    (markdown.to_owned(), Some(html.to_owned()))
}

fn embed(destination: &str) -> (String, Option<String>) {
    (destination.to_owned(), None)
}

#[test]
fn empty_articles_have_no_sections() {
    for markdown in ["", "\n \n", "<!-- nothing -->", "[a]: /course/ci4tzd"] {
        let article = article(markdown);
        assert_eq!(
            (article.html(), article.word_count(), article.reading_time_minutes()),
            (String::new(), 0, 0),
            "{markdown:?}"
        );
        assert_eq!(article.sections(), [], "{markdown:?}");
    }
}

#[test]
fn headings_make_sections() {
    let article = article("before\n\n# One *two*\n\n1\n\nSetext\n---\n2\n\n# One two\n\n> # quoted\n");
    let sections: Vec<_> = article
        .sections()
        .iter()
        .map(|section| (&*section.anchor, section.level, section.heading.as_deref(), &*section.markdown))
        .collect();
    let expected = [
        ("section", 0, None, "before"),
        ("one-two", 1, Some("One two"), "1"),
        ("setext", 2, Some("Setext"), "2"),
        ("one-two-2", 1, Some("One two"), "> # quoted"),
    ];
    assert_eq!(sections, expected);
    assert_eq!(
        article.html(),
        "<p>before</p>\n<h1 id=\"one-two\">One <em>two</em></h1>\n<p>1</p>\n<h2 id=\"setext\">Setext</h2>\n<p>2</p>\n\
         <h1 id=\"one-two-2\">One two</h1>\n<blockquote>\n<h1>quoted</h1>\n</blockquote>\n"
    );
    assert_eq!(article.sections()[1].html(), "<p>1</p>\n");
}

#[test]
fn anchors_do_not_depend_on_the_introduction() {
    let section = |markdown: &str| article(markdown).sections().last().map(|section| section.anchor.clone());
    assert_eq!(section("# Section").as_deref(), Some("section"));
    assert_eq!(section("a\n\n# Section").as_deref(), Some("section-2"));
    assert_eq!(section("[a](/course/gone)\n\n# Section").as_deref(), Some("section-2"));
}

#[test]
fn paragraphs_of_only_a_link_are_embeds() {
    let article = article(
        "# A\n\nbefore\nmore\n\n[the course](/course/ci4tzd/x)\n\n<https://syllabus.example/book/ci4tzd>\n\n\
         </book/ci4tze/y>\n\n    code\n\nafter\n",
    );
    let expected = [
        prose("before\nmore", "<p>before\nmore</p>\n"),
        embed("/course/ci4tzd/x"),
        embed("https://syllabus.example/book/ci4tzd"),
        embed("/book/ci4tze/y"),
        prose("    code\n\nafter", "<pre><code>code\n</code></pre>\n<p>after</p>\n"),
    ];
    assert_eq!(blocks(&article.sections()[0]), expected);
    assert_eq!(article.word_count(), 5);
    assert!(article.html().contains("<p><a href=\"/course/ci4tzd/there\">the course</a></p>\n"), "{}", article.html());
    assert_eq!(article.sections()[0].markdown.lines().next(), Some("before"));
}

#[test]
fn external_links_are_no_embeds() {
    for markdown in [
        "[a](https://elsewhere.example/course/ci4tzd)",
        "[a](/topic/rust)",
        "[a](/about)",
        "> [a](/course/ci4tzd)",
        "- [a](/course/ci4tzd)",
        "[a](/course/ci4tzd) and more",
    ] {
        let article = article(markdown);
        assert!(matches!(&*article.sections()[0].blocks, [Block::Prose { .. }]), "{markdown}");
        assert!(article.word_count() > 0, "{markdown}");
    }
}

#[test]
fn unavailable_embeds_are_removed() {
    let article = article(
        "a\n\n[Secret](/course/gone)\n\nb\n\n[Also secret][r]\n\n# C\n\n</book/gone>\n\n    d\n\n[r]: /book/gone 'Hidden'\n",
    );
    assert_eq!(article.markdown(), "a\n\nb\n\n# C\n\n    d\n\n");
    assert_eq!(article.html(), "<p>a</p>\n<p>b</p>\n<h1 id=\"c\">C</h1>\n<pre><code>d\n</code></pre>\n");
    assert_eq!(article.word_count(), 4);
    assert_eq!(blocks(&article.sections()[0]), [prose("a\n\nb", "<p>a</p>\n<p>b</p>\n")]);
    assert_eq!(blocks(&article.sections()[1]), [prose("    d", "<pre><code>d\n</code></pre>\n")]);
    assert_eq!(self::article("[a](/course/gone)").sections(), []);
}

#[test]
fn unavailable_links_keep_their_text() {
    let article = article(
        "## See [the *old* course](/course/gone \"x\")\n\nAs [said][r] in [r].\n\n[Topic](/topic/gone)\n\n[r]: </career/gone>\n",
    );
    assert_eq!(article.markdown(), "## See the *old* course\n\nAs said in r.\n\nTopic\n\n");
    assert_eq!(
        article.html(),
        "<h2 id=\"see-the-old-course\">See the <em>old</em> course</h2>\n<p>As said in r.</p>\n<p>Topic</p>\n"
    );
    assert_eq!(article.word_count(), 9);
    let section = &article.sections()[0];
    assert_eq!(
        (section.heading.as_deref(), &*section.markdown),
        (Some("See the old course"), "As said in r.\n\nTopic")
    );
    assert!(matches!(&*section.blocks, [Block::Prose { .. }]));
}

#[test]
fn available_links_lead_to_canonical_paths() {
    let markdown = "Of [this](/topic/old-name#basics) and [that](https://syllabus.example/topic/old?x).";
    let article = article(markdown);
    assert_eq!(article.markdown(), markdown);
    assert_eq!(
        article.html(),
        "<p>Of <a href=\"/topic/ci4tzd/there#basics\">this</a> and <a href=\"/topic/ci4tzd/there\">that</a>.</p>\n"
    );
}

#[test]
fn catalog_links_are_listed_once() {
    let markdown = "[a](/course/ci4tzd) [b](/course/ci4tzd) [c](https://syllabus.example/topic/rust) [d](/about)\n\n\
                    [e](https://elsewhere.example/topic/rust) `[f](/topic/f)`\n\n[g]: /person/ada\n";
    let base = base();
    let destinations =
        |base| -> Vec<String> { links(markdown, base).into_iter().map(|link| link.destination).collect() };
    assert_eq!(destinations(Some(&base)), ["/course/ci4tzd", "https://syllabus.example/topic/rust", "/person/ada"]);
    assert_eq!(destinations(None), ["/course/ci4tzd", "/person/ada"]);
    let asked = Cell::new(0);
    let _ = Article::new(markdown, Some(&base), |_| {
        asked.set(asked.get() + 1);
        LinkTarget::Unavailable
    });
    assert_eq!(asked.get(), 3);
}

#[test]
fn reading_takes_a_minute_for_230_words() {
    for (words, minutes) in [(0, 0), (1, 1), (230, 1), (231, 2), (4_370, 19)] {
        assert_eq!(article(&"word ".repeat(words)).reading_time_minutes(), minutes, "{words} words");
    }
}

#[test]
fn sections_make_up_the_whole() {
    let article = article("a\n\n# b\n\n- c\n\n[d](/book/ci4tzd)\n\n## e\n\n|f|\n|-|\n\n# \n");
    let mut html = String::new();
    for section in article.sections() {
        if let Some(heading) = &section.heading {
            let (level, anchor) = (section.level, &section.anchor);
            html.extend([format!("<h{level} id=\"{anchor}\">{heading}</h{level}>\n")]);
        }
        html.push_str(&section.html());
    }
    assert_eq!(article.html(), html);
}

#[test]
fn arbitrary_texts_are_parsed() {
    let parts = [
        "[",
        "]",
        "](",
        "(/course/gone)",
        "[a](/course/gone)",
        "![a](/book/gone)",
        "</course/gone>",
        "<",
        "\\",
        "`",
        "*",
        "**",
        "_",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "# ",
        "> ",
        "- ",
        "    ",
        "\t",
        "|",
        "|-|\n",
        "[a]: /course/gone\n",
        "[a]",
        "[a][]",
        "é",
        "\u{0}",
        "\u{301}",
        "𝄞",
        "\u{feff}",
        "&amp;",
        "<!--",
        "-->",
        "---\n",
        "```\n",
        "<div>\n",
        "~",
    ];
    for first in parts {
        for second in parts {
            for third in parts {
                let article = article(&format!("{first}{second}{third}"));
                assert!(!article.html().contains("/gone\""), "{first}{second}{third}: {}", article.html());
            }
        }
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    // A tenth of the limit, because this is a debug build; nonlinear processing would still be slow.
    let length = limits::ARTICLE / 10;
    for part in [
        "[",
        "]",
        "![",
        "[![",
        "*",
        "**a",
        "*a **b ",
        "_",
        "> ",
        ">",
        "- ",
        "1. ",
        "\t",
        "`",
        "a`",
        "``a",
        "<",
        "</",
        "<!--",
        "<a ",
        "&",
        "\\",
        "\\[",
        "|",
        "|-",
        "~",
        "[a](",
        "[a](<",
        "[a]: /b\n",
        "[a][b]",
        "[](/course/gone)",
        "[a](/course/gone)\n\n",
        "</course/gone>\n\n",
        "# a\n",
        "# a\n[a](/book/ci4tzd)\n",
        "[[](/course/gone)",
        "![[](/course/gone)",
        "*[](/course/gone)",
        "[*](/course/gone)",
        "a\n",
        ">a\n",
        "[a]\n",
        "é",
        "<div>\n",
        "a\n-\n",
        "<a href=/course/gone ",
        "<a href=\"",
        "# a\n[r]\n",
    ] {
        let text: String = part.chars().cycle().take(length).collect();
        let half: String =
            text.chars().take(length / 2).chain("](/course/gone)\n".chars().cycle()).take(length).collect();
        for text in [text, half] {
            let started = Instant::now();
            let words = article(&text).word_count();
            assert!(words <= length);
            assert!(started.elapsed() < Duration::from_secs(20), "{part:?} took {:?}", started.elapsed());
        }
    }
}

/// A section or a block has the same meaning by itself as in the whole article.
#[test]
fn each_part_has_the_definitions_of_its_reference_links() {
    let article = article(
        "# A\n\nOf [this][r] and [This][R], ![pic].\n\n[Embed][c]\n\nMore [this][r].\n\n# B\n\n[r]: /elsewhere 'T'\n\nOf [r].\n\n\
         > [pic]:\n> /pic.png\n\n# C\n\n[r]: /never\n\nAgain [r][].\n\n[c]: /book/ci4tzd\n",
    );
    let markdown: Vec<&str> = article.sections().iter().map(|section| &*section.markdown).collect();
    let definitions = "[r]: /elsewhere 'T'";
    assert_eq!(
        markdown,
        [
            "Of [this][r] and [This][R], ![pic].\n\n[Embed][c]\n\nMore [this][r].\n\n\
             [r]: /elsewhere 'T'\n[pic]: /pic.png\n[c]: /book/ci4tzd",
            "[r]: /elsewhere 'T'\n\nOf [r].\n\n> [pic]:\n> /pic.png",
            "[r]: /elsewhere 'T'\n\n[r]: /never\n\nAgain [r][].\n\n[c]: /book/ci4tzd",
        ]
    );
    let parts = blocks(&article.sections()[0]);
    let html = |text: &str| self::article(text).html();
    assert_eq!(parts[0].0, format!("Of [this][r] and [This][R], ![pic].\n\n{definitions}\n[pic]: /pic.png"));
    assert_eq!(parts[2].0, format!("More [this][r].\n\n{definitions}"));
    for part in [&parts[0], &parts[2]] {
        assert_eq!(Some(html(&part.0)), part.1);
    }
}

#[test]
fn html_does_not_reveal_unavailable_targets() {
    let article = article(
        "See <a href=\"/course/gone\">this</a> and <a href='/topic/there'>that</a>.\n\n<p>\n<img src=https://syllabus.example/book/gone>\n</p>\n\n<!-- <a href=\"/course/gone\"> -->\n",
    );
    assert_eq!(
        article.markdown(),
        "See <a href=\"\">this</a> and <a href='/topic/there'>that</a>.\n\n<p>\n<img src=>\n</p>\n\n<!-- <a href=\"\"> -->\n"
    );
    assert!(!article.html().contains("gone"), "{}", article.html());
    assert!(article.html().contains("/topic/there"), "{}", article.html());
}

#[test]
fn bare_catalog_urls_are_links() {
    let markdown = "see https://syllabus.example/course/gone, https://syllabus.example/topic/x and www.a.example\n\n\
                    https://syllabus.example/book/ci4tzd\n\nhttps://syllabus.example/course/gone\n\nend";
    let seen = article(markdown);
    assert_eq!(
        seen.html(),
        "<p>see https://syllabus.example/course/gone, \
         <a href=\"/topic/ci4tzd/there\">https://syllabus.example/topic/x</a> and \
         <a href=\"http://www.a.example\" rel=\"noopener noreferrer nofollow\">www.a.example</a></p>\n\
         <p><a href=\"/course/ci4tzd/there\">https://syllabus.example/book/ci4tzd</a></p>\n<p>end</p>\n"
    );
    let kinds: Vec<bool> = seen.sections()[0].blocks.iter().map(|block| matches!(block, Block::Embed { .. })).collect();
    assert_eq!(kinds, [false, true, false]);
    assert!(seen.markdown().starts_with("see https\\://syllabus.example/course/gone, https://"), "{}", seen.markdown());
    assert!(!seen.markdown().contains("\n\nhttps://syllabus.example/course/gone"), "{}", seen.markdown());
    assert_eq!(article(seen.markdown()).html(), seen.html());
    assert_eq!(links(markdown, Some(&base())).len(), 3);
}

#[test]
fn footnotes_are_of_the_whole_article_and_come_with_their_sections() {
    let markdown =
        "# A\n\na[^x] b[^y]\n\n# B\n\nc[^x]\n\n[^x]: see [d][r], [gone](/course/gone)[^y]\n[^y]: e\n\n[r]: /topic/r\n";
    let seen = article(markdown);
    let html = seen.html();
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(ids, ["a", "fnref:1", "fnref:2", "b", "fnref:1-2", "fn:1", "fnref:2-2", "fn:2"]);
    let first = &seen.sections()[0];
    assert_eq!(first.html().matches("href=\"#fn:").count(), 2);
    assert_eq!(first.markdown, "a[^x] b[^y]\n\n[^x]: see [d][r], gone[^y]\n\n[^y]: e\n\n[r]: /topic/r");
    assert!(!html.contains("/course/gone"), "{html}");
    assert_eq!(seen.word_count(), 9);
}

#[test]
fn a_long_text_of_addresses_and_footnotes_is_read_in_linear_time() {
    let parts =
        ["a@", "@", "www.", "://", "https://", "a.", "*a", "_https://a.example", "[^1]", "[^1]: a\n\n", "&amp;", "\\:"];
    for part in parts {
        let text = format!("{}\n\n[^1]: b", part.repeat(limits::ARTICLE / 4 / part.len()));
        let begin = Instant::now();
        let seen = article(&text);
        let _ = (seen.html(), seen.markdown().len());
        assert!(begin.elapsed() < Duration::from_secs(20), "{part}: {:?}", begin.elapsed());
    }
}

#[test]
fn a_link_around_a_footnote_loses_its_target_too() {
    let seen = article("[b[^1]](/course/gone) ![c[^1]](https://syllabus.example/topic/gone)\n\n[^1]: d\n");
    assert!(!seen.markdown().contains("gone") && !seen.html().contains("gone"), "{}", seen.markdown());
    assert!(seen.markdown().contains("[b[^1]]()"), "{}", seen.markdown());
}
