// Validates JSON-LD: TypeScript checks types, properties and values against schema.org's vocabulary as schema-dts
// declares it, and REQUIRED lists what search engines need in addition.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

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

// Items of an ItemList only refer to a page of their own, which has the required properties.
export function missingProperties(item, node, parent) {
  if (Array.isArray(node)) return node.flatMap((one) => missingProperties(item, one, parent));
  if (node === null || typeof node !== "object") return [];
  const faults = [];
  const type = node["@type"];
  for (const [name, isKnown] of parent === "ListItem" ? [] : Object.entries(REQUIRED[type] ?? {})) {
    if (!(name in node) && isKnown(item)) faults.push(`${item.path}: ${type} has no ${name}`);
  }
  for (const value of Object.values(node)) faults.push(...missingProperties(item, value, type));
  return faults;
}

// Checks items, each with a path and a document. The literals are written into a module, because TypeScript checks for
// unknown properties only there.
export function checkTypes(items) {
  const folder = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), "json-ld-"));
  try {
    const file = join(folder, "documents.ts");
    const lines = items.map(({ jsonLd }, index) => {
      const type = "@graph" in jsonLd ? "Graph" : `WithContext<${jsonLd["@type"]}>`;
      return `const item${index}: ${type} = ${JSON.stringify(jsonLd)};`;
    });
    const types = new Set(items.flatMap(({ jsonLd }) => jsonLd["@type"] ?? []));
    const imports = `import type { ${["Graph", "WithContext", ...types].join(", ")} } from "schema-dts";\n`;
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
