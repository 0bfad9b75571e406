use super::*;

const EMBED: &str = "[A course](/course/aaaaaa/a-course)";
const PAGE: &str = "[a topic](/topic/bbbbbb/old-slug)";

fn resolve(destination: &str) -> LinkTarget {
    match destination {
        "/course/aaaaaa/a-course" => LinkTarget::Resource { path: "/course/aaaaaa/a-course".to_owned() },
        "/topic/bbbbbb/old-slug" => LinkTarget::Page { path: "/topic/bbbbbb/slug".to_owned() },
        _ => LinkTarget::Gone,
    }
}

fn article(markdown: &str) -> Article {
    Article::new(markdown, None, resolve)
}

#[test]
fn sections_are_cut_at_every_heading() {
    let article =
        article("Before.\n\n# One\n\nText.\n\n## Two *and* more\n\n### Two and more\nSetext\n======\n> # no\n");
    let told: Vec<_> = article
        .sections()
        .iter()
        .map(|it| (it.level, it.anchor.as_str(), it.heading.as_deref(), it.markdown.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "section", None, "Before."),
            (1, "one", Some("One"), "Text."),
            (2, "two-and-more", Some("Two and more"), ""),
            (3, "two-and-more-2", Some("Two and more"), ""),
            (1, "setext", Some("Setext"), "> # no"),
        ]
    );
    assert!(article.html().contains("<h2 id=\"two-and-more\">Two <em>and</em> more</h2>"));
    assert_eq!(article.section_html(&article.sections()[1]), "<p>Text.</p>\n");
}

#[test]
fn a_paragraph_that_is_only_a_link_to_a_resource_is_a_card() {
    let article = article(&format!("Prose.\n\nMore.\n\n{EMBED}\n\nAnd {EMBED} in prose.\n\n{PAGE}\n"));
    let blocks: Vec<String> = article.sections()[0]
        .blocks
        .iter()
        .map(|block| match block {
            Block::Prose(prose) => prose.markdown.clone(),
            Block::Embed { destination } => format!("<{destination}>"),
        })
        .collect();
    assert_eq!(
        blocks,
        [
            "Prose.\n\nMore.".to_owned(),
            "</course/aaaaaa/a-course>".to_owned(),
            format!("And {EMBED} in prose.\n\n{PAGE}")
        ]
    );
    assert!(article.html().contains("href=\"/topic/bbbbbb/slug\""), "links lead to where things live now");
    assert_eq!(article.word_count(), 2 + 5 + 2);
}

#[test]
fn what_is_gone_leaves_no_trace() {
    let hidden = "/course/cccccc/hidden";
    let article = article(&format!(
        "One\n\n[Hidden]({hidden})\n\nA [**bold** link]({hidden} \"t\") and [one]({hidden}) more, [by name][x].\n\n- [in a list]({hidden})\n\n## A [heading]({hidden})\n\n`[code]({hidden})`\n\n[x]: {hidden}\n"
    ));
    let markdown = article.markdown();
    assert!(markdown.contains("A **bold** link and one more, by name."));
    assert!(markdown.contains("- in a list\n") && markdown.contains("## A heading"));
    assert_eq!(markdown.matches(hidden).count(), 1, "only the code that looks like a link: {markdown}");
    assert!(!markdown.contains("Hidden"));
    assert!(!article.html().contains("href"));
    assert_eq!(article.sections()[1].anchor, "a-heading");
}

#[test]
fn words_and_minutes() {
    assert_eq!(article("").word_count(), 0);
    assert_eq!(article("").reading_time_minutes(), 0);
    assert!(article("").sections().is_empty());
    assert_eq!(article("It's a *half*-way house — C++.").word_count(), 5);
    assert_eq!(article("学习编程").word_count(), 2);
    assert_eq!(article(&"word ".repeat(230)).reading_time_minutes(), 1);
    assert_eq!(article(&"word ".repeat(231)).reading_time_minutes(), 2);
}

#[test]
fn links_of_the_own_origin_count() {
    let found = links(
        "[a](https://learn.example/career/ci4tzd/x) [b](https://other.example/career/ci4tzd)",
        Some("https://learn.example"),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].address.code.as_deref(), Some("ci4tzd"));
}

#[test]
fn anchors_are_unique_and_never_empty() {
    let article = article("# A\n# A\n# A 2\n# …\n# !\n#\n");
    let anchors: Vec<&str> = article.sections().iter().map(|section| section.anchor.as_str()).collect();
    assert_eq!(anchors, ["a", "a-2", "a-2-2", "section", "section-2", "section-3"]);
}

#[test]
fn hostile_input_is_only_odd() {
    for piece in [
        "[",
        "*",
        "> ",
        "- ",
        "![](",
        "`",
        "<",
        "# ",
        "[a](/course/aaaaaa) ",
        "|",
        "\\",
        "&",
        "\0",
        "1. ",
        "[x]: /course/aaaaaa\n",
    ] {
        let article = article(&piece.repeat(20_000 / piece.len()));
        drop((article.html(), article.word_count()));
    }
}
