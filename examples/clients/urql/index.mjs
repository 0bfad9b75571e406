// Reads a reading list with urql, then follows the changes of the catalog.
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createClient } from "graphql-sse";

const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";
const events = createClient({ url });

const client = new Client({
  url,
  preferGetMethod: true,
  exchanges: [
    cacheExchange,
    // Sends the hash of a query instead of the query.
    persistedExchange({ preferGetForPersistedQueries: true }),
    // Sends subscriptions as server-sent events.
    subscriptionExchange({
      forwardSubscription: (operation) => ({
        subscribe: (sink) => ({ unsubscribe: events.subscribe(operation, sink) }),
      }),
    }),
    fetchExchange,
  ],
});

const READING_LIST = gql`
  query ReadingList($slug: String!, $after: String) {
    career(by: { slug: $slug }) {
      id
      readingList {
        id
        entries(first: 3, after: $after) {
          nodes {
            id
            position
            resource {
              id
              title
            }
          }
          pageInfo {
            endCursor
          }
        }
      }
    }
  }
`;

let after = null;
for (let page = 1; page <= 2; page += 1) {
  const { data, error } = await client.query(READING_LIST, { slug: "back-end-developer", after });
  if (error) throw error;
  const { nodes, pageInfo } = data.career.readingList.entries;
  for (const { position, resource } of nodes) {
    console.log(`${position}. ${resource.title} (${resource.__typename})`);
  }
  after = pageInfo.endCursor;
}

// A program that copies the catalog starts from `catalog.changesCursor`, which it gets before it reads the catalog.
// This one starts after the oldest change, so that it receives some.
const { data, error } = await client.query(gql`{ changes(first: 1) { pageInfo { endCursor } } }`, {});
if (error) throw error;
const CHANGES = gql`
  subscription Changes($after: String) {
    catalogChanged(after: $after) {
      cursor
      action
      path
    }
  }
`;
// When the connection is lost, graphql-sse sends this object again. The cursor in it must be the last one.
const variables = { after: data.changes.pageInfo.endCursor };
const changes = client.subscription(CHANGES, variables);
await new Promise((resolve, reject) => {
  let received = 0;
  const { unsubscribe } = changes.subscribe(({ data, error }) => {
    if (error) return reject(error);
    variables.after = data.catalogChanged.cursor;
    console.log(data.catalogChanged.action, data.catalogChanged.path);
    received += 1;
    if (received === 2) {
      unsubscribe();
      resolve();
    }
  });
});
