// Reads a reading list with Apollo Client, and loads its next page into the cache.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { createHash } from "node:crypto";

const uri = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

const cache = new InMemoryCache({
  // The types behind the interface that the fragment below is on.
  possibleTypes: { LearningResource: ["Book", "Course", "Podcast", "Tutorial", "Video"] },
  typePolicies: {
    ReadingList: { fields: { entries: relayStylePagination(["kinds", "roles"]) } },
  },
});

// Sends the hash of a query instead of the query, by GET, so that browsers and CDNs can cache the response.
const persistedQueries = new PersistedQueryLink({
  sha256: (query) => createHash("sha256").update(query).digest("hex"),
  useGETForHashedQueries: true,
});

const client = new ApolloClient({ cache, link: persistedQueries.concat(new HttpLink({ uri })) });

const READING_LIST = gql`
  query ReadingList($slug: String!, $after: String) {
    career(by: { slug: $slug }) {
      id
      title
      readingList {
        id
        entries(first: 3, after: $after) {
          totalCount
          edges {
            node {
              id
              position
              resource {
                ...Resource
              }
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }

  fragment Resource on LearningResource {
    id
    title
    level
  }
`;

const options = { query: READING_LIST, variables: { slug: "back-end-developer" } };
const { data } = await client.query(options);

// In React: const { data, fetchMore } = useQuery(READING_LIST, { variables });
const list = client.watchQuery(options);
await list.fetchMore({ variables: { after: data.career.readingList.entries.pageInfo.endCursor } });

// The cache has joined both pages.
const { career } = client.readQuery(options);
const { totalCount, edges } = career.readingList.entries;
console.log(`${career.title}: ${edges.length} of ${totalCount} entries`);
for (const { node } of edges) {
  console.log(`${node.position}. ${node.resource.title} (${node.resource.__typename})`);
}
client.stop();
