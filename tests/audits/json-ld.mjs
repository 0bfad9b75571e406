// Validates the JSON-LD of every item of the demo catalog:
//   node json-ld.mjs ../../target/debug/syllabus
import { checkTypes, missingProperties } from "./schema-org.mjs";
import { start } from "./server.mjs";

const COLLECTIONS = {
  careers: "",
  courses: "isFree price { amount } timeRequired weeklyEffort provider { id } institution { id }",
  books: "contributors { role }",
  topics: "",
  videos: "imageUrl publicationDate",
  podcasts: "feedUrl",
  tutorials: "authors { id }",
  people: "",
  organizations: "",
};

const { address, server } = await start(process.argv[2]);
const faults = [];
try {
  const items = [];
  for (const [collection, fields] of Object.entries(COLLECTIONS)) items.push(...(await all(collection, fields)));
  for (const item of items) faults.push(...missingProperties(item, item.jsonLd));
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
