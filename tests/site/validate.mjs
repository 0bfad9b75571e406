// Crawls the site of the demo catalog and validates what it serves:
//   node validate.mjs ../../target/debug/syllabus [kinds | all]
// `kinds` are a page of every kind and some that they link to; `all`, the default, is everything that can be reached.
// HTML with html-validate, JSON-LD against the vocabulary, links and their fragments, sitemaps, Atom and OpenSearch
// against their schemas, and the exports of reading lists, which Pandoc reads.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HtmlValidate } from "html-validate";
import { parse } from "parse5";
import { checkTypes } from "../audits/schema-org.mjs";
import { decode, kindsOfPages, mapLimited, Report, serve } from "./harness.mjs";
import rules from "./html-validate.config.mjs";

// sitemaps.org
const MAX_ADDRESSES = 50_000;
const MAX_SITEMAP_BYTES = 50 * 1024 * 1024;
// The addresses that respond with a redirect on purpose: none.
const REDIRECTS = new Set();

const folder = dirname(fileURLToPath(import.meta.url));
const report = new Report("validate");
const [binary, selection = "all"] = process.argv.slice(2);
const site = await serve(binary, { isPublic: true });
const { origin } = site;
const htmlValidate = new HtmlValidate(rules);
const responses = new Map(); // by path and query
const counts = { pages: 0, links: 0, feeds: 0, lists: 0 };

try {
  const kinds = await kindsOfPages(site);
  for (const { path, status = 200 } of kinds) report.equal((await load(path)).status, status, path);
  await crawl(selection === "all" ? ["/", "/robots.txt"] : [...kinds.map(({ path }) => path), "/robots.txt"]);
  await checkSitemaps();
  await checkExports();
  checkLinks();
  checkXml();
  await checkHtml();
  checkJsonLd();
} finally {
  site.stop();
}
report.finish(`${responses.size} addresses, ${counts.pages} pages, ${counts.links} links, ${counts.feeds} feeds, ${counts.lists} lists`);

async function load(address) {
  if (responses.has(address)) return responses.get(address);
  const response = await fetch(origin + address, { redirect: "manual", headers: { accept: "text/html,*/*" } });
  const type = response.headers.get("content-type") ?? "";
  const loaded = { status: response.status, type, headers: response.headers, text: await response.text(), links: [] };
  if (type.startsWith("text/html") && !address.startsWith("/graphql")) {
    loaded.document = examine(parse(loaded.text), address);
    loaded.links = loaded.document.links;
  }
  responses.set(address, loaded);
  return loaded;
}

// Returns what the tests want to know of a document.
function examine(root, address) {
  const document = { ids: new Set(), links: [], jsonLd: [], canonical: null, image: null, isIndexed: true };
  const visit = (node) => {
    const attributes = Object.fromEntries((node.attrs ?? []).map(({ name, value }) => [name, value]));
    if (attributes.id !== undefined) document.ids.add(attributes.id);
    const rel = (attributes.rel ?? "").split(" ");
    const isImage = node.tagName === "meta" && attributes.property === "og:image";
    if (isImage) document.image = attributes.content;
    for (const name of ["href", "src", "action", ...(isImage ? ["content"] : [])]) {
      if (attributes[name] === undefined) continue;
      const url = new URL(attributes[name], origin + address);
      if (url.origin !== origin) continue;
      // What a form sends depends on its controls.
      document.links.push({ address: url.pathname + url.search, fragment: decodeURIComponent(url.hash.slice(1)), isFollowed: !rel.includes("nofollow") && name !== "action" });
    }
    if (node.tagName === "link" && rel.includes("canonical")) document.canonical = attributes.href;
    if (node.tagName === "meta" && attributes.name === "robots") document.isIndexed = !attributes.content.includes("noindex");
    if (node.tagName === "script" && attributes.type === "application/ld+json") document.jsonLd.push(node.childNodes[0].value);
    for (const child of node.childNodes ?? []) visit(child);
  };
  visit(root);
  return document;
}

// Loads all pages that can be reached, or, for `kinds`, these pages and one link of each sort on each of them. Links that crawlers should not
// follow are loaded as well, but not the links of their pages: filters combine without end.
async function crawl(start) {
  if (selection !== "all") {
    await mapLimited(start, 4, load);
    await mapLimited([...new Set([...responses.values()].flatMap(({ links }) => oneOfEachSort(links)))], 4, load);
    return;
  }
  let frontier = start;
  const expanded = new Set(frontier);
  while (frontier.length > 0) {
    const loaded = await mapLimited(frontier, 4, load);
    const next = new Set();
    for (const { links } of loaded) {
      for (const { address, isFollowed } of links) {
        if (isFollowed && !expanded.has(address)) next.add(address);
      }
    }
    for (const address of next) expanded.add(address);
    frontier = [...next];
  }
  const leaves = new Set([...responses.values()].flatMap(({ links }) => links.map(({ address }) => address)));
  // Of the addresses with a query, only one per page and set of parameters: the others differ in a value.
  const shapes = new Set();
  const selected = [...leaves].filter((address) => {
    const url = new URL(address, origin);
    const names = [...url.searchParams.keys()].sort().join(" ");
    const shape = `${url.pathname} ${names} ${url.searchParams.get("sort") ?? ""} ${url.searchParams.get("format") ?? ""}`;
    if (!names) return true;
    if (shapes.has(shape)) return false;
    shapes.add(shape);
    return true;
  });
  await mapLimited(selected.filter((address) => !responses.has(address)), 4, load);
}

// Returns one address for each first segment, extension and format.
function oneOfEachSort(links) {
  const sorts = new Map();
  for (const { address } of links) {
    const [, segment, extension = ""] = /^\/([^/?]*)(?:[^?]*?(\.[a-z]+))?/.exec(address);
    sorts.set(`${segment} ${extension} ${/format=\w+/.exec(address)?.[0]}`, address);
  }
  return [...sorts.values()];
}

function checkLinks() {
  const reported = new Set();
  for (const [from, { links }] of responses) {
    for (const { address, fragment } of links) {
      counts.links += 1;
      const target = responses.get(address);
      const key = `${address}#${fragment}`;
      if (!target || reported.has(key)) continue;
      reported.add(key);
      const isRedirect = REDIRECTS.has(address) && target.status >= 300 && target.status < 400;
      report.check(target.status === 200 || isRedirect || address === from, `${from}: ${address} responds with ${target.status}`);
      if (fragment && target.document) report.check(target.document.ids.has(fragment), `${from}: ${key} has no such fragment`);
    }
  }
}

async function checkHtml() {
  const places = new Map(); // by fault
  for (const [address, { document, text }] of responses) {
    if (!document) continue;
    counts.pages += 1;
    const { results } = await htmlValidate.validateString(text, address);
    for (const { ruleId, message, line } of results.flatMap(({ messages }) => messages)) {
      const fault = `${ruleId}: ${message}`;
      places.set(fault, [...(places.get(fault) ?? []), `${address}:${line}: ${text.split("\n")[line - 1]?.slice(0, 200)}`]);
    }
  }
  for (const [fault, [first, ...others]] of places) report.fault(`${fault} (${others.length + 1}): ${first}`);
}

function checkJsonLd() {
  const items = [];
  for (const [path, { document }] of responses) {
    for (const text of document?.jsonLd ?? []) items.push({ path, jsonLd: JSON.parse(text) });
  }
  report.check(items.length > (selection === "all" ? 300 : 10), `only ${items.length} pages have JSON-LD`);
  for (const fault of checkTypes(items)) report.fault(fault);
}

async function checkSitemaps() {
  const addressesOf = (text) => [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => decode(url));
  const pathOf = (url) => url.slice(origin.length);
  const robots = (await load("/robots.txt")).text;
  report.check(robots.includes(`\nSitemap: ${origin}/sitemap.xml\n`), "robots.txt does not name the sitemap");
  const index = await load("/sitemap.xml");
  const listed = new Map();
  for (const sitemap of addressesOf(index.text)) {
    const { text, status } = await load(pathOf(sitemap));
    report.equal(status, 200, sitemap);
    report.check(Buffer.byteLength(text) <= MAX_SITEMAP_BYTES, `${sitemap} is longer than 50 MB`);
    const urls = addressesOf(text);
    report.check(urls.length > 0 && urls.length <= MAX_ADDRESSES, `${sitemap} has ${urls.length} addresses`);
    for (const url of urls) {
      report.check(url.startsWith(`${origin}/`), `${sitemap} contains ${url}`);
      report.check(!listed.has(url), `${sitemap}: ${url} is also in ${listed.get(url)}`);
      listed.set(url, sitemap);
    }
  }
  const sample = [...listed.keys()].filter((url) => selection === "all" || responses.has(pathOf(url)));
  await mapLimited(sample, 4, async (url) => {
    const { status, document } = await load(pathOf(url));
    report.equal(status, 200, `${url} of a sitemap`);
    report.equal(document?.canonical, url, `${url} of a sitemap, canonical link`);
    report.check(document?.isIndexed, `${url} is in a sitemap and has noindex`);
    report.check(URL.canParse(document?.image), `${url} has no absolute URL of an image for link previews`);
  });
  // The other way round: what is canonical and indexed is in a sitemap.
  for (const [address, { document, status }] of responses) {
    if (status !== 200 || !document?.isIndexed || document.canonical !== origin + address) continue;
    report.check(listed.has(origin + address), `${address} is canonical and indexed, but in no sitemap`);
  }
  for (const collection of ["careers", "topics", "books"]) {
    const { items } = await site.graphql(`{ items: ${collection}(first: 100) { nodes { path } } }`);
    for (const { path } of items.nodes) report.check(listed.has(origin + path), `${path} is in no sitemap`);
  }
}

// Validates documents against a RELAX NG schema, or only whether they are well-formed.
function validateXml(schema, documents) {
  report.check(documents.length > 0, `no document for ${schema}`);
  const temporary = mkdtempSync(join(tmpdir(), "site-"));
  const files = documents.map(([address, { text }]) => {
    const file = join(temporary, `${encodeURIComponent(address).slice(0, 200)}.xml`);
    writeFileSync(file, text);
    return file;
  });
  const { status, stderr } = spawnSync("xmllint", ["--nonet", "--noout", ...(schema ? ["--relaxng", join(folder, schema)] : []), ...files], { encoding: "utf8" });
  rmSync(temporary, { recursive: true });
  report.check(status === 0, `xmllint: ${stderr}`);
}

function checkXml() {
  const all = [...responses].filter(([, { status }]) => status === 200);
  const ofType = (type) => all.filter((entry) => entry[1].type.startsWith(type));
  const feeds = ofType("application/atom+xml");
  counts.feeds = feeds.length;
  validateXml("atom.rng", feeds);
  for (const [address, { text }] of feeds) {
    // RFC 4287, 4.1.1 and 4.1.2: what no schema can express. The author of the feed is that of its entries.
    const ids = [...text.matchAll(/<id>([^<]*)<\/id>/g)].map(([, id]) => id);
    report.equal(new Set(ids).size, ids.length, `${address}: different ids`);
    report.check(/^[^]*?<author>/.test(text.split("<entry>")[0]), `${address}: no author`);
    report.check(text.split("<entry>")[0].includes(`rel="self" type="application/atom+xml" href="${origin}${address}"`), `${address}: no link to itself`);
    const updated = [...text.matchAll(/<updated>([^<]*)<\/updated>/g)].map(([, time]) => time);
    report.check(updated.every((time) => time <= updated[0]), `${address}: an entry is newer than the feed`);
  }
  validateXml("sitemap.rng", all.filter(([address]) => address.startsWith("/sitemap")));
  validateXml("opensearch.rng", ofType("application/opensearchdescription+xml"));
  const [[, { text }]] = ofType("application/opensearchdescription+xml");
  report.check(/<Url type="text\/html" template="[^"]*\{searchTerms\}[^"]*"/.test(text), "OpenSearch: no template for results");
  const embeds = all.filter(([path]) => path.startsWith("/oembed"));
  validateXml(null, embeds.filter(([, { text: xml }]) => xml.startsWith("<?xml")));
  for (const [address, { text: xml }] of embeds) {
    if (xml.startsWith("<?xml")) {
      report.check(/<version>1\.0<\/version>/.test(xml), `${address}: no version`);
    } else {
      const { version, type } = JSON.parse(xml);
      report.check(version === "1.0" && ["rich", "link"].includes(type), `${address}: version ${version}, type ${type}`);
    }
  }
}

// All lists in one document per format, so that Pandoc starts twice and not 280 times. The keys of entries are unique
// only within a list.
async function checkExports() {
  const paths = [...responses.keys()].filter((address) => /^\/(career|topic|course)\/[^?]*\.bib$/.test(address));
  const expected = new Map();
  const items = [];
  let bibliography = "";
  for (const [index, path] of paths.entries()) {
    const prefix = `list${index}-`;
    const base = path.replace(/\.bib$/, "");
    const titles = await titlesOf(base);
    const bib = (await load(path)).text;
    const csl = JSON.parse((await load(`${base}.json`)).text);
    report.equal(csl.length, titles.size, `${base}.json: items`);
    for (const item of csl) {
      report.equal(item.title, titles.get(item.id), `${base}.json: title of ${item.id}`);
      items.push({ ...item, id: prefix + item.id });
    }
    for (const [id, title] of titles) expected.set(prefix + id, { title, base });
    bibliography += bib.replaceAll(/^@(\w+)\{/gm, `@$1{${prefix}`);
    for (const [, title] of titles) {
      for (const format of ["md", "csv"]) {
        const { text } = await load(`${base}.${format}`);
        const plain = format === "csv" ? text.replaceAll('""', '"') : text.replaceAll(/\\(.)/g, "$1");
        report.check(plain.includes(format === "csv" ? title : title.split(": ")[0]), `${base}.${format}: no title ${title}`);
      }
    }
  }
  counts.lists = paths.length;
  report.check(paths.length > 0, "there are no lists");
  for (const [format, input] of [["bibtex", bibliography], ["csljson", JSON.stringify(items)]]) {
    const { status, stdout, stderr } = spawnSync("pandoc", ["--from", format, "--to", "csljson"], { input, encoding: "utf8", maxBuffer: 1 << 28 });
    if (!report.check(status === 0 && stderr === "", `Pandoc cannot read ${format}: ${stderr}`)) continue;
    const read = new Map(JSON.parse(stdout).map(({ id, title }) => [id, title]));
    report.equal(read.size, expected.size, `entries that Pandoc reads from ${format}`);
    for (const [id, { title, base }] of expected) {
      report.equal(plainTitle(read.get(id)), plainTitle(title), `${base}: ${format}: title of ${id}`);
    }
  }
}

async function titlesOf(path) {
  const query = `query ($path: String!) { resolve(path: $path) { item: target { ... on ReadingListOwner { readingList { entries(first: 100) { nodes { resource { kind: __typename path title ... on Book { subtitle } } } } } } } } }`;
  const { resolve } = await site.graphql(query, { path });
  return new Map(
    resolve.item.readingList.entries.nodes.map(({ resource }) => {
      const [, kind, code] = resource.path.split("/");
      return [`${kind}-${code}`, resource.subtitle ? `${resource.title}: ${resource.subtitle}` : resource.title];
    }),
  );
}

// Pandoc marks the case of titles as fixed and makes typographic marks of BibTeX's quotation marks and dashes.
function plainTitle(title) {
  return title
    ?.replaceAll(/<[^>]+>/g, "")
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"');
}
