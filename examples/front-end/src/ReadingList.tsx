import { getFragment, graphql, type FragmentType } from "./gql/index.js";
import { Html } from "./Layout.js";
import { ResourceCard } from "./ResourceCard.js";

const List = graphql(`
  fragment ReadingList on ReadingList {
    introductionHtml
    entries(first: 100, after: $after) {
      nodes {
        position
        noteHtml
        resource { ...ResourceCard }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** The entries of a reading list, the editor's note first. */
export function ReadingList(props: { heading: string; list: FragmentType<typeof List> }) {
  const { introductionHtml, entries } = getFragment(List, props.list);
  const { hasNextPage, endCursor } = entries.pageInfo;
  if (entries.nodes.length === 0 && !introductionHtml) return null;
  return (
    <section aria-labelledby="reading-list">
      <h2 id="reading-list">{props.heading}</h2>
      {introductionHtml && <Html html={introductionHtml} />}
      <ol>
        {entries.nodes.map(({ position, noteHtml, resource }) => (
          <li value={position}>
            {noteHtml && <Html html={noteHtml} />}
            <ResourceCard resource={resource} />
          </li>
        ))}
      </ol>
      {hasNextPage && endCursor && (
        <a rel="next" href={`?after=${encodeURIComponent(endCursor)}#reading-list`}>
          More entries
        </a>
      )}
    </section>
  );
}
