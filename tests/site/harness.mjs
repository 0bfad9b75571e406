// What the tests of the site share: the server, the browser, the pages of every kind, and the report.
import { createServer } from "node:net";
import { chromium } from "playwright-core";
import { start } from "../audits/server.mjs";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

// Starts the binary on a free port, with the demo catalog. With `isPublic`, the site knows its public URL, as in
// production; without it, it is what a visitor of `serve --demo` gets.
export async function serve(binary, { isPublic = false } = {}) {
  if (!binary) throw new Error(`usage: node ${process.argv[1]} PATH_OF_SYLLABUS`);
  const host = `127.0.0.1:${process.env.PORT ?? (await freePort())}`;
  const options = ["--listen", host, ...(isPublic ? ["--public-url", `http://${host}`] : [])];
  const { token, server } = await start(binary, options);
  const origin = `http://${host}`;

  async function graphql(query, variables = {}, headers = {}) {
    const response = await fetch(`${origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    return data;
  }
  // The search index of the demo is built after the server listens.
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(`${origin}/search?q=data`);
    await response.arrayBuffer();
    if (response.ok) break;
    if (attempt === 100) throw new Error(`the search is not ready: ${response.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    origin,
    graphql,
    edit: (query, variables) => graphql(query, variables, { authorization: `Bearer ${token}` }),
    stop: () => server.kill(),
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function launch(options = {}) {
  return chromium.launch({ executablePath: CHROMIUM, ...options });
}

// Collects faults. `finish` prints them and sets the exit status.
export class Report {
  #name;
  #faults = [];
  #begin = Date.now();

  constructor(name) {
    this.#name = name;
  }

  fault(text) {
    this.#faults.push(text);
  }

  // Reports a fault unless the condition holds, and returns the condition.
  check(condition, text) {
    if (!condition) this.fault(text);
    return Boolean(condition);
  }

  equal(actual, expected, text) {
    return this.check(actual === expected, `${text}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }

  finish(summary) {
    const limit = 60;
    for (const fault of this.#faults.slice(0, limit)) console.error(`${this.#name}: ${fault}`);
    if (this.#faults.length > limit) console.error(`${this.#name}: and ${this.#faults.length - limit} more`);
    const seconds = Math.round((Date.now() - this.#begin) / 1000);
    console.log(`${this.#name}: ${summary}, ${this.#faults.length} faults, ${seconds} s`);
    process.exitCode = this.#faults.length > 0 ? 1 : 0;
  }
}

const RESOURCE = "listedIn { totalCount }";
const AGENT = "resources { totalCount }";
// The collections of all kinds, and what tells the size of the page of an object.
const KINDS = {
  career: { plural: "careers", size: "readingList { entries { totalCount } }" },
  topic: { plural: "topics", size: "readingList { entries { totalCount } }" },
  course: { plural: "courses", size: RESOURCE },
  book: { plural: "books", size: RESOURCE },
  video: { plural: "videos", size: RESOURCE },
  podcast: { plural: "podcasts", size: RESOURCE },
  tutorial: { plural: "tutorials", size: RESOURCE },
  person: { plural: "people", size: AGENT },
  organization: { plural: "organizations", size: AGENT },
};

const sizeOf = ({ readingList, listedIn, resources }) => (readingList?.entries ?? listedIn ?? resources).totalCount;

// Returns the career page, its learning path, and a search.
export async function threePages({ graphql }) {
  const { careers } = await graphql("{ careers(first: 1) { nodes { path } } }");
  const [{ path }] = careers.nodes;
  return [
    { name: "career", path },
    { name: "path", path: `${path}/path` },
    { name: "search", path: "/search?q=data" },
  ];
}

// Returns a page of every kind: of objects the fullest one, of lists a filtered and a later page as well.
// Each page has a path, and a status where that is not 200.
export async function kindsOfPages({ origin, graphql, edit }) {
  const pages = [{ name: "home", path: "/" }];
  for (const [kind, { plural, size }] of Object.entries(KINDS)) {
    pages.push({ name: plural, path: `/${plural}` });
    const { items } = await graphql(`{ items: ${plural}(first: 100) { nodes { path ${size} } } }`);
    const sorted = items.nodes.sort((one, other) => sizeOf(other) - sizeOf(one));
    pages.push({ name: kind, path: sorted[0].path }, { name: `${kind}, the emptiest`, path: sorted.at(-1).path });
  }
  const career = pages.find(({ name }) => name === "career").path;
  const path = await (await fetch(`${origin}${career}/path`)).text();
  const known = [...path.matchAll(/name="known" value="([^"]+)"/g)].slice(0, 2).map(([, id]) => `&known=${id}`).join("");
  pages.push(
    { name: "path", path: `${career}/path` },
    { name: "path of a reader", path: `${career}/path?hours=4${known}` },
    { name: "filtered list", path: "/books?level=introductory" },
    { name: "filtered list without books", path: "/books?level=introductory&language=tlh" },
    { name: "search start", path: "/search" },
    { name: "search", path: "/search?q=data" },
    { name: "filtered search", path: "/search?q=data&kind=book" },
    { name: "corrected search", path: "/search?q=algoritm" },
    { name: "search without results", path: "/search?q=qqqqzzzz" },
    { name: "not found", path: "/career/zzzzzz/nobody", status: 404 },
    { name: "invalid", path: "/books?after=x", status: 400 },
  );
  for (const { name, path } of [...pages]) {
    const html = await (await fetch(origin + path)).text();
    const next = /<a [^>]*rel="next[^>]*href="([^"]+)"|<a [^>]*href="([^"]+)" rel="next/.exec(html);
    if (next) pages.push({ name: `${name}, next page`, path: decode(next[1] ?? next[2]) });
  }
  const { tutorials } = await graphql("{ tutorials(first: 100) { nodes { id path } } }");
  const gone = tutorials.nodes.find((item) => !pages.some(({ path }) => path === item.path));
  await edit("mutation ($id: ID!) { catalogItemUnpublish(input: { id: $id }) { userErrors { message } } }", {
    id: gone.id,
  });
  pages.push({ name: "gone", path: gone.path, status: 410 });
  return pages;
}

// Decodes the character references that templates produce.
export function decode(text) {
  return text.replace(/&(?:amp|#38);/g, "&").replace(/&(?:quot|#34);/g, '"').replace(/&(?:#39);/g, "'").replace(/&(?:lt|#60);/g, "<").replace(/&(?:gt|#62);/g, ">");
}

// Calls a function on all values, on so many at a time.
export async function mapLimited(values, limit, transform) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < values.length) {
      const index = next;
      next += 1;
      results[index] = await transform(values[index], index);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
