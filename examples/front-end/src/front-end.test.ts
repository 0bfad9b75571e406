// Starts a demo server that accepts nothing but the documents of the front end, and reads its pages.
// The environment variable SYLLABUS is the path of the program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { Api } from "./api.js";
import { frontEnd } from "./server.js";

const program = process.env["SYLLABUS"] ?? "../../target/debug/syllabus";
const manifest = ["--trusted-documents", "src/gql/persisted-documents.json", "--trusted-documents-only"];
const options = ["--demo", "--listen", "127.0.0.1:0", "--introspection=false", ...manifest];
// The server rejects unknown environment variables that begin with SYLLABUS_.
const variables = Object.entries(process.env).filter(([name]) => !name.startsWith("SYLLABUS_"));
const syllabus = spawn(program, ["serve", ...options], {
  env: Object.fromEntries(variables),
  stdio: ["ignore", "ignore", "pipe"],
});
const servers: Server[] = [];
let api: Api;
let site: string;
let token: string | undefined;

async function start(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(path: string, headers: Record<string, string> = {}) {
  return fetch(site + path, { headers, redirect: "manual" });
}

/** Executes a mutation as an editor. */
async function edit(query: string) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const response = await fetch(api.url, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

before(
  async () => {
    const log: string[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      syllabus.on("error", reject).on("close", () => reject(new Error(`no server:\n${log.join("\n")}`)));
      createInterface(syllabus.stderr).on("line", (line) => {
        token ??= /syl_[\w-]+/.exec(line)?.[0];
        const listening = /^Listening on (\S+:\d+)/.exec(line);
        if (listening?.[1]) resolve(listening[1]);
        log.push(line);
      });
    });
    api = new Api(`http://${address}/graphql`);
    site = await start(frontEnd(api));
  },
  { timeout: 60_000 },
);

after(() => {
  syllabus.kill();
  for (const server of servers) server.close().closeAllConnections();
});

test("a career page has the article and the reading list", async () => {
  const response = await get("/career/ci4tzd/back-end-developer");
  assert.equal(response.status, 200);
  const page = await response.text();
  assert.match(page, /^<!doctype html>\n<html lang="en" dir="ltr">/);
  assert.match(page, /<h1 dir="auto">Back-End Developer<\/h1>/);
  assert.match(page, /<h2 id="the-skills-that-carry" dir="auto">/);
  assert.match(page, /<article><a href="\/course\/vti7er\/cs50-introduction-to-computer-science" [^>]*>CS50/);
  assert.equal(page.match(/<li value=/g)?.length, 29);
});

test("a topic page has breadcrumbs, subtopics and the reading list", async () => {
  const page = await (await get("/topic/n9r3z4/javascript")).text();
  assert.match(page, /<nav aria-label="Breadcrumbs">.*Programming Languages/);
  assert.match(page, /Node\.js/);
  assert.match(page, /<a href="[^"]*" dir="auto" lang="es">Aprende JavaScript/);
  assert.match(page, /<link rel="canonical" href="\/topic\/n9r3z4\/javascript"\/>/);
});

test("all links of a page lead to pages", async () => {
  const page = await (await get("/career/ci4tzd/back-end-developer")).text();
  const paths = new Set(Array.from(page.matchAll(/<a [^>]*?href="(\/[^"]*)"/g), ([, path]) => path as string));
  assert.ok(paths.size > 40);
  for (const path of paths) assert.equal((await get(path)).status, 200, path);
});

test("other addresses redirect to the canonical one, with the query string", async () => {
  for (const path of ["/career/ci4tzd", "/career/ci4tzd/old", "/career/back-end-developer"]) {
    const response = await get(`${path}?from=mail`);
    assert.equal(response.status, 301);
    assert.equal(response.headers.get("Location"), "/career/ci4tzd/back-end-developer?from=mail");
  }
});

test("unknown addresses answer 404, invalid parameters 400, other methods 405", async () => {
  for (const path of ["/", "/career/222222", "/course/ci4tzd", "//career/ci4tzd", "/%00", "/career/%zz"]) {
    const response = await get(path);
    assert.equal(response.status, 404, path);
    assert.match(response.headers.get("Content-Type") ?? "", /html/);
  }
  assert.equal((await get("/career/ci4tzd/back-end-developer?after=nonsense")).status, 400);
  assert.equal((await fetch(site, { method: "POST" })).status, 405);
});

test("a page has an ETag until its data changes", async () => {
  const path = "/topic/n9r3z4/javascript";
  const etag = (await get(path)).headers.get("ETag") ?? "";
  assert.equal((await get(path, { "If-None-Match": etag })).status, 304);
  await edit(`mutation { topicUpdate(input: { id: "topic_n9r3z4", summary: "New" }) { userErrors { code } } }`);
  const response = await get(path, { "If-None-Match": etag });
  assert.equal(response.status, 200);
  assert.match(await response.text(), /<p class="lead" dir="auto">New<\/p>/);
});

test("texts are escaped, and a deleted topic answers 410", async () => {
  const { topicCreate } = await edit(
    `mutation { topicCreate(input: { title: "</script><script>alert('1')</script>" }) { topic { id path } } }`,
  );
  const { id, path } = topicCreate.topic;
  assert.equal((await get(path)).status, 404);
  await edit(`mutation { catalogItemPublish(input: { id: "${id}" }) { userErrors { code } } }`);
  const page = await (await get(path)).text();
  assert.match(page, /<h1 dir="auto">&lt;\/script>&lt;script>alert/);
  assert.doesNotMatch(page, /<script>/);
  await edit(`mutation { topicDelete(input: { id: "${id}" }) { userErrors { code } } }`);
  assert.equal((await get(path)).status, 410);
});

test("an overloaded API is retried once, and then reported", async () => {
  let requests = 0;
  const overloaded = createServer((_, response) => {
    requests += 1;
    response.writeHead(requests < 3 ? 429 : 503, { "Retry-After": requests < 3 ? 1 : 12 }).end("{}");
  });
  const busy = await start(frontEnd(new Api(await start(overloaded))));
  for (const seconds of ["1", "12"]) {
    const response = await fetch(`${busy}/career/ci4tzd`);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("Retry-After"), seconds);
  }
  assert.equal(requests, 3);
});
