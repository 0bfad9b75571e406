import { execute } from "./execute.js";
import { graphql } from "./gql/gql.js";

const search = graphql(`
  query Search($query: String!, $kinds: [CatalogKind!]) {
    search(query: $query, kinds: $kinds, first: 3) {
      totalCount
      nodes {
        __typename
        title
        ... on Book {
          authors {
            name
          }
        }
        ... on Course {
          provider {
            name
          }
          institution {
            name
          }
        }
      }
    }
  }
`);

const { search: results } = await execute(search, { query: "node", kinds: ["BOOK", "COURSE"] });
console.log(`${results.totalCount} results`);
for (const node of results.nodes) {
  // TypeScript knows the fields of each type, and which of them can be null.
  switch (node.__typename) {
    case "Book":
      console.log(`Book: ${node.title}, by ${node.authors.map(({ name }) => name).join(", ")}`);
      break;
    case "Course":
      console.log(`Course: ${node.title}, by ${(node.provider ?? node.institution)?.name ?? "unknown"}`);
      break;
  }
}
