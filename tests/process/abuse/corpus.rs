//! Requests of an attacker.

use serde_json::{Value, json};

/// A request of the corpus.
pub struct Abuse {
    pub name: String,
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
    /// A GET request, with the body as the query string.
    pub in_address: bool,
    /// A GET request for this address of the site instead of the API.
    pub page: Option<String>,
}

impl Abuse {
    fn new(name: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { name: name.into(), body: body.into(), headers, in_address: false, page: None }
    }

    fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }
}

fn query(name: &str, query: impl Into<String>) -> Abuse {
    Abuse::new(name, json!({ "query": query.into() }).to_string())
}

fn with_variables(name: &str, query: &str, variables: &Value) -> Abuse {
    Abuse::new(name, json!({ "query": query, "variables": variables }).to_string())
}

/// Returns the whole corpus.
pub fn corpus() -> Vec<Abuse> {
    let mut all = documents();
    all.extend(fragments());
    all.extend(values());
    all.extend(bodies());
    all.extend(headers());
    all.extend(pages());
    all
}

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn documents() -> Vec<Abuse> {
    let deep = |depth: usize, open: &str, inner: &str, close: &str| {
        format!("{{ {}{inner}{} }}", open.repeat(depth), close.repeat(depth))
    };
    vec![
        query("10,000 aliases", format!("{{ {} }}", repeated(10_000, |n| format!("a{n}: __typename ")))),
        query(
            "10,000 aliases of a list",
            format!("{{ {} }}", repeated(10_000, |n| format!("a{n}: books {{ totalCount }} "))),
        ),
        query("100,000 fields", format!("{{ {} }}", "__typename ".repeat(100_000))),
        query("fields that fold into one", format!("{{ {} }}", "catalog { bookCount } ".repeat(4_000))),
        query("depth 10,000", deep(10_000, "topics { nodes { ", "title", " } }")),
        query("depth 60 of parents", deep(1, "topics { nodes { ", &deep(57, "parent { ", "slug", " }"), " } }")),
        query("depth 10,000 of brackets alone", "{".repeat(10_000)),
        query("a mebibyte of braces", "{".repeat(1_000_000)),
        query("a mebibyte of closing braces", "}".repeat(1_000_000)),
        query("a mebibyte of brackets", format!("{{ books(where: {}", "[".repeat(900_000))),
        query("a mebibyte of commas", format!("{{ __typename {} }}", ",".repeat(1_000_000))),
        query("a mebibyte of comment", format!("{{ __typename }} #{}", "x".repeat(1_000_000))),
        query("a name of a mebibyte", format!("{{ {} }}", "x".repeat(1_000_000))),
        query("a string without an end", format!("{{ search(query: \"{}", "x".repeat(900_000))),
        query("a block string without an end", format!("{{ search(query: \"\"\"{}", "x".repeat(900_000))),
        query("10,000 operations", repeated(10_000, |n| format!("query Q{n} {{ __typename }} "))),
        query("10,000 operations without names", "{ __typename } ".repeat(10_000)),
        query("10,000 variables", format!("query ({}) {{ __typename }}", repeated(10_000, |n| format!("$v{n}: Int ")))),
        query(
            "types of variables that are lists 10,000 deep",
            format!("query ($v: {}Int{}) {{ __typename }}", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        query("10,000 directives", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10_000))),
        query("10,000 unknown directives", format!("{{ __typename {} }}", "@x ".repeat(10_000))),
        query(
            "introspection that goes in circles",
            deep(1, "__schema { types { ", &deep(12, "fields { type { ", "name", " } }"), " } }"),
        ),
        query(
            "99 introspections",
            format!(
                "{{ {} }} fragment S on __Schema {{ types {{ description fields {{ description args {{ description }} }} }} }}",
                repeated(99, |n| format!("a{n}: __schema {{ ...S }} "))
            ),
        ),
        query(
            "99 descriptions of each type",
            format!("{{ __schema {{ types {{ {} }} }} }}", repeated(99, |n| format!("a{n}: description "))),
        ),
        query(
            "99 times the articles of all careers",
            format!(
                "{{ careers(first: 100) {{ nodes {{ article {{ {} }} }} }} }}",
                repeated(99, |n| format!("a{n}: html "))
            ),
        ),
        query(
            "2,400 fields of two kinds under one name",
            format!(
                "{{ {} }}",
                repeated(2_400, |n| format!(
                    "a: {} ",
                    if n % 2 == 0 { "books { totalCount }" } else { "courses { totalCount }" }
                ))
            ),
        ),
        query(
            "pages within pages",
            "{ books(first: 100) { nodes { topics(first: 100) { nodes { books(first: 100) { nodes { topics(first: 100) { nodes { title } } } } } } } } }",
        ),
        query(
            "99 pages with all counts and facets",
            format!(
                "{{ {} }}",
                repeated(99, |n| format!(
                    "a{n}: search(query: \"a\", first: 100) {{ totalCount facets {{ topics {{ count }} }} nodes {{ title }} }} "
                ))
            ),
        ),
        query("null bytes", "{ \u{0} __typename \u{0} }"),
        query("invisible characters", "{ \u{feff}__typename\u{200b} }"),
        query("a subscription that nobody can stream", "subscription { catalogChanged { cursor } }"),
        query("nothing but blanks", " \n\t ".repeat(200_000)),
    ]
}

fn fragments() -> Vec<Abuse> {
    let fan = |levels: usize, spreads: usize| {
        let definitions = repeated(levels, |n| {
            format!(" fragment F{n} on Query {{ {} }}", format!("...F{} ", n + 1).repeat(spreads))
        });
        format!("{{ ...F0 }}{definitions} fragment F{levels} on Query {{ __typename }}")
    };
    let chain = |length: usize| {
        let links = repeated(length, |n| format!(" fragment F{n} on Query {{ ...F{} }}", n + 1));
        format!("{{ ...F0 }}{links} fragment F{length} on Query {{ __typename }}")
    };
    vec![
        query("8 fragments of 50 spreads", fan(8, 50)),
        query("60 fragments of 2 spreads", fan(60, 2)),
        query("2 fragments of 3,000 spreads", fan(2, 3_000)),
        query("a chain of 3,000 fragments", chain(3_000)),
        query("a circle of one", "{ ...F } fragment F on Query { ...F }"),
        query("a circle of two", "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }"),
        query("a circle below a field", "{ topics { nodes { ...F } } } fragment F on Topic { parent { ...F } }"),
        query(
            "a circle of 1,000",
            format!(
                "{{ ...F0 }} {}",
                repeated(1_000, |n| format!("fragment F{n} on Query {{ ...F{} }} ", (n + 1) % 1_000))
            ),
        ),
        query(
            "2,000 fragments that nobody uses",
            format!("{{ __typename }} {}", repeated(2_000, |n| format!("fragment F{n} on Query {{ __typename }} "))),
        ),
        query(
            "inline fragments 10,000 deep",
            format!("{{ {} __typename {} }}", "... { ".repeat(10_000), "} ".repeat(10_000)),
        ),
        query(
            "fragments that overlap",
            format!(
                "{{ {} }} {}",
                repeated(300, |n| format!("...F{n} ")),
                repeated(300, |n| format!(
                    "fragment F{n} on Query {{ books {{ nodes {{ title authors {{ name }} }} }} }} "
                ))
            ),
        ),
    ]
}

fn values() -> Vec<Abuse> {
    let nested = |depth: usize, open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let by_where = "query ($where: BookFilter) { books(where: $where) { totalCount } }";
    let by_query = "query ($query: String!) { search(query: $query) { totalCount } }";
    let deep: Value = (0..100).fold(json!({}), |inner, _| json!({ "not": inner }));
    vec![
        query(
            "a filter 5,000 deep",
            format!("{{ books(where: {}) {{ totalCount }} }}", nested(5_000, "{not:", "{}", "}")),
        ),
        query(
            "a filter of 5,000 parts",
            format!("{{ books(where: {{ and: [{}] }}) {{ totalCount }} }}", "{},".repeat(5_000)),
        ),
        with_variables("variables 100 deep", by_where, &deep),
        Abuse::new(
            "variables 50,000 deep",
            format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":{}}}}}", nested(50_000, "[", "", "]")),
        ),
        with_variables(
            "50,000 ids",
            "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            &json!({ "ids": vec!["book_zzzzzz"; 50_000] }),
        ),
        with_variables(
            "10,000 values to be in",
            by_where,
            &json!({ "where": { "level": { "in": vec!["ADVANCED"; 10_000] } } }),
        ),
        with_variables("a search of 500,000 characters", by_query, &json!({ "query": "a ".repeat(250_000) })),
        with_variables("a search of 10,000 quotes", by_query, &json!({ "query": "\"".repeat(10_000) })),
        with_variables("a search of 200 words", by_query, &json!({ "query": repeated(200, |n| format!("w{n} ")) })),
        with_variables("a search of words to leave out", by_query, &json!({ "query": "-a ".repeat(100) })),
        with_variables(
            "operators of a search engine",
            by_query,
            &json!({ "query": "NEAR( * % ^ : OR AND NOT ) \u{0} { }" }),
        ),
        with_variables("a search of one letter", by_query, &json!({ "query": "a" })),
        with_variables("a search that is SQL", by_query, &json!({ "query": "'; DROP TABLE book; --" })),
        query("a huge number", format!("{{ books(first: {}) {{ totalCount }} }}", "9".repeat(100_000))),
        query("a tiny number", "{ books(first: -2147483649) { totalCount } }"),
        Abuse::new(
            "a number beyond all floats",
            "{\"query\":\"query($n:Int){books(first:$n){totalCount}}\",\"variables\":{\"n\":1e400}}",
        ),
        query(
            "a cursor of 500,000 characters",
            format!("{{ books(after: \"{}\") {{ totalCount }} }}", "A".repeat(500_000)),
        ),
        query(
            "a path of 500,000 characters",
            format!("{{ resolve(path: \"/{}\") {{ __typename }} }}", "a/".repeat(250_000)),
        ),
        query("escapes that are none", "{ search(query: \"\\ud800 \\u{110000} \\x\") { totalCount } }"),
        with_variables(
            "a prefix of 100,000 characters",
            "query ($p: String!) { suggest(prefix: $p) { text } }",
            &json!({ "p": "x".repeat(100_000) }),
        ),
    ]
}

fn bodies() -> Vec<Abuse> {
    vec![
        Abuse::new("invalid UTF-8", b"{\"query\":\"{ __typename # \xff\xfe\"}".to_vec()),
        Abuse::new("a body of two mebibytes", "x".repeat(2 << 20)),
        Abuse::new("JSON 200,000 deep", "[".repeat(200_000)),
        Abuse::new("objects 100,000 deep", "{\"a\":".repeat(100_000)),
        Abuse::new(
            "a list of 30,000 requests",
            format!("[{}]", vec!["{\"query\":\"{__typename}\"}"; 30_000].join(",")),
        ),
        Abuse::new(
            "a key a hundred thousand times",
            format!("{{{}\"query\":\"{{__typename}}\"}}", "\"x\":1,".repeat(100_000)),
        ),
        Abuse::new(
            "extensions of a mebibyte",
            format!("{{\"query\":\"{{__typename}}\",\"extensions\":{{\"x\":\"{}\"}}}}", "x".repeat(1_000_000)),
        ),
        Abuse::new(
            "an operation's name of a mebibyte",
            format!("{{\"query\":\"{{__typename}}\",\"operationName\":\"{}\"}}", "x".repeat(1_000_000)),
        ),
        Abuse::new("nothing at all", ""),
        Abuse::new("a hash that is none", "{\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"é\"}}}"),
        // The first bytes of a gzip stream that would expand to ten gigabytes.
        Abuse::new("a gzip bomb", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3].repeat(1_000)).with("content-encoding", "gzip"),
    ]
}

fn headers() -> Vec<Abuse> {
    let asked = || Abuse::new("", "{\"query\":\"{__typename}\"}");
    let named = |name: &str, abuse: Abuse| Abuse { name: name.to_owned(), ..abuse };
    vec![
        named("a token of 50,000 characters", asked().with("authorization", format!("Bearer {}", "x".repeat(50_000)))),
        named("an Accept of 3,000 types", asked().with("accept", "text/x;q=0.1,".repeat(3_000))),
        named("10,000 tags that are none", asked().with("if-none-match", "\"x\",".repeat(10_000))),
        named("5,000 hops", asked().with("x-forwarded-for", "10.0.0.1,".repeat(5_000))),
        named("a request's id that would break the log", asked().with("x-request-id", "a\tb")),
        Abuse {
            in_address: true,
            ..named(
                "an address of 30,000 characters",
                Abuse::new("", format!("query={{__typename}}&x={}", "y".repeat(30_000))),
            )
        },
        Abuse {
            in_address: true,
            ..named("a parameter given 1,500 times", Abuse::new("", "query={__typename}&".repeat(1_500)))
        },
    ]
}

/// Addresses of the site.
fn pages() -> Vec<Abuse> {
    let page = |name: &str, address: String| Abuse { page: Some(address), ..Abuse::new(name, "") };
    let career = "/career/ci4tzd/back-end-developer";
    vec![
        page("a path of 60,000 characters", format!("/{}", "a".repeat(60_000))),
        page("a path of 20,000 segments", "/a".repeat(20_000)),
        page("a path of 20,000 slashes", "/".repeat(20_000)),
        page("a path of an item with 20,000 segments", format!("{career}{}", "/a".repeat(20_000))),
        page("a slug of 60,000 encoded characters", format!("/career/{}", "%00".repeat(20_000))),
        page("a path of invalid UTF-8", format!("/career/{}", "%FF".repeat(1_000))),
        page("a search for 60,000 characters", format!("/search?q={}", "a".repeat(60_000))),
        page("a search for 20,000 words", format!("/search?q={}", "a+".repeat(20_000))),
        page("a search for 32 common prefixes", format!("/search?q={}", "a+b+c+d+".repeat(8))),
        page("a search with 5,000 filters", format!("/search?q=a{}", "&topic=java&level=advanced".repeat(2_000))),
        page("a suggestion for 60,000 characters", format!("/suggest?q={}", "a".repeat(60_000))),
        page("a list with filters of 50,000 characters", format!("/books?topic={}", "a".repeat(50_000))),
        page("a list after a cursor of 50,000 characters", format!("/books?after={}", "a".repeat(50_000))),
        page(
            "a path for a reader who knows 3,000 resources",
            format!(
                "{career}/path?{}",
                repeated(3_000, |n| format!("known=book_{:06}&", n % 1_000).replace(['0', '1'], "2"))
            ),
        ),
        page("a path for a reader without a name", format!("{career}/path?hours={}", "9".repeat(50_000))),
        page("an export with 5,000 extensions", format!("{career}{}", ".md".repeat(5_000))),
        page("an embed of a long address", format!("/oembed?url={}", "http://a/".repeat(5_000))),
        page("a sitemap of a long slug", format!("/sitemap/books/{}.xml", "a".repeat(50_000))),
        page("20,000 parameters", format!("/?{}", repeated(8_000, |n| format!("a{n}=&")))),
    ]
}
