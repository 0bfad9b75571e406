import { graphql, useLazyLoadQuery, usePaginationFragment } from "react-relay";

export function CareerPage({ slug }) {
  const { career } = useLazyLoadQuery(
    graphql`
      query CareerPageQuery($slug: String!) {
        career(by: { slug: $slug }) {
          title
          readingList {
            ...CareerPage_readingList
          }
        }
      }
    `,
    { slug },
  );
  return (
    <main>
      <h1>{career.title}</h1>
      <ReadingList list={career.readingList} />
    </main>
  );
}

function ReadingList({ list }) {
  const { data, hasNext, loadNext } = usePaginationFragment(
    graphql`
      fragment CareerPage_readingList on ReadingList
      @argumentDefinitions(count: { type: "Int", defaultValue: 3 }, cursor: { type: "String" })
      @refetchable(queryName: "CareerPageListQuery") {
        entries(first: $count, after: $cursor) @connection(key: "CareerPage_entries") {
          edges {
            node {
              id
              resource {
                __typename
                title
              }
            }
          }
        }
      }
    `,
    list,
  );
  return (
    <>
      <ol>
        {data.entries.edges.map(({ node }) => (
          <li key={node.id}>
            {node.resource.title} ({node.resource.__typename})
          </li>
        ))}
      </ol>
      {hasNext && <button onClick={() => loadNext(3)}>More</button>}
    </>
  );
}
