// Composes the subgraph that the binary prints, alone and beside one that extends it, with Apollo's own library:
//   node compose.mjs ../../target/debug/syllabus
import { execFileSync } from "node:child_process";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const [binary] = process.argv.slice(2);
const sdl = execFileSync(binary, ["schema", "--federation", "--federation-prefix", "Catalog"], { encoding: "utf8" });
const catalog = { name: "catalog", typeDefs: parse(sdl), url: "http://127.0.0.1:1/catalog" };
const reviews = {
  name: "reviews",
  url: "http://127.0.0.1:1/reviews",
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
    type Query { latestReview: Review }
    type Review { text: String! book: Book! author: Person! price: Money }
    type Book @key(fields: "code") { code: String! reviews: [Review!]! }
    type Person @key(fields: "id") { id: ID! nickname: String! }
    type Money @shareable { amount: Decimal! currency: CurrencyCode! }
    type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
    scalar Decimal
    scalar CurrencyCode
  `),
};
for (const subgraphs of [[catalog], [catalog, reviews]]) {
  const { errors } = composeServices(subgraphs);
  const names = subgraphs.map(({ name }) => name).join(" and ");
  if (errors?.length) {
    console.error(`${names} cannot be composed:\n${errors.map(({ message }) => message).join("\n")}`);
    process.exit(1);
  }
  console.log(`${names}: composed`);
}
