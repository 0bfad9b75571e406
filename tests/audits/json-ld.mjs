// Validates the JSON-LD of every item of the demo catalog: TypeScript checks types, properties and values against
// schema.org's vocabulary as schema-dts declares it, and REQUIRED lists what search engines need in addition.
//   node json-ld.mjs ../../target/debug/syllabus
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { start } from "./server.mjs";

// The required properties by type. A function says whether the catalog knows what the property tells.
// https://developers.google.com/search/docs/appearance/structured-data/search-gallery
const ALWAYS = () => true;
const REQUIRED = {
  Course: {
    name: ALWAYS,
    description: ALWAYS,
    provider: ({ provider, institution }) => provider || institution,
    offers: ({ isFree, price }) => isFree !== null || price,
    hasCourseInstance: ALWAYS,
  },
  CourseInstance: { courseMode: ALWAYS, courseWorkload: ({ timeRequired, weeklyEffort }) => timeRequired || weeklyEffort },
  Offer: { category: ALWAYS, price: ({ isFree, price }) => isFree || price },
  Book: { "@id": ALWAYS, name: ALWAYS, url: ALWAYS, author: ({ contributors }) => contributors.some(({ role }) => role === "AUTHOR") },
  VideoObject: {
    name: ALWAYS,
    thumbnailUrl: ({ imageUrl }) => imageUrl,
    uploadDate: ({ publicationDate }) => publicationDate?.length === 10,
  },
  PodcastSeries: { name: ALWAYS, url: ALWAYS, webFeed: ({ feedUrl }) => feedUrl },
  TechArticle: { headline: ALWAYS, author: ({ authors }) => authors.length > 0 },
  ItemList: { itemListElement: ALWAYS },
  ListItem: { position: ALWAYS, item: ALWAYS },
};
const COLLECTIONS = {
  careers: "",
  courses: "isFree price { amount } timeRequired weeklyEffort provider { id } institution { id }",
  books: "contributors { role }",
  topics: "",
  videos: "imageUrl publicationDate",
  podcasts: "feedUrl",
  tutorials: "authors { id }",
};

const { address, server } = await start(process.argv[2]);
const faults = [];
try {
  const items = [];
  for (const [collection, fields] of Object.entries(COLLECTIONS)) items.push(...(await all(collection, fields)));
  for (const item of items) requireProperties(item, item.jsonLd);
  faults.push(...checkTypes(items));
  for (const fault of faults.slice(0, 50)) console.error(fault);
  console.log(`${items.length} JSON-LD documents checked, ${faults.length} faults found`);
  if (items.length === 0) faults.push("there are no items");
} finally {
  server.kill();
}
process.exit(faults.length > 0 ? 1 : 0);

async function all(collection, fields) {
  const query = `query ($after: String) { ${collection}(first: 100, after: $after) { nodes { path jsonLd ${fields} } pageInfo { hasNextPage endCursor } } }`;
  const items = [];
  for (let after = null; ; ) {
    const response = await fetch(`http://${address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables: { after } }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    const { nodes, pageInfo } = data[collection];
    items.push(...nodes);
    if (!pageInfo.hasNextPage) return items;
    after = pageInfo.endCursor;
  }
}

// Items of an ItemList only refer to a page of their own, which has the required properties.
function requireProperties(item, node, parent) {
  if (Array.isArray(node)) for (const one of node) requireProperties(item, one, parent);
  if (node === null || typeof node !== "object" || Array.isArray(node)) return;
  const type = node["@type"];
  for (const [name, isKnown] of parent === "ListItem" ? [] : Object.entries(REQUIRED[type] ?? {})) {
    if (!(name in node) && isKnown(item)) faults.push(`${item.path}: ${type} has no ${name}`);
  }
  for (const value of Object.values(node)) requireProperties(item, value, type);
}

// The literals are written into a module, because TypeScript checks for unknown properties only there.
function checkTypes(items) {
  const folder = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), "json-ld-"));
  try {
    const file = join(folder, "documents.ts");
    const lines = items.map(({ jsonLd }, index) => {
      const type = "@graph" in jsonLd ? "Graph" : `WithContext<${jsonLd["@type"]}>`;
      return `const item${index}: ${type} = ${JSON.stringify(jsonLd)};`;
    });
    const imports = `import type { Book, Course, DefinedTerm, Graph, Occupation, PodcastSeries, TechArticle, VideoObject, WithContext } from "schema-dts";\n`;
    writeFileSync(file, `${imports}${lines.join("\n")}\n`);
    const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext };
    const program = ts.createProgram([file], options);
    return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
      const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n").slice(0, 1000);
      return `${items[line - 1]?.path ?? "the module"}: ${message}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
