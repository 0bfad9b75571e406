import { getFragment, graphql, type FragmentType } from "./gql/index.js";

const Resource = graphql(`
  fragment ResourceCard on LearningResource {
    __typename
    path
    title
    language
    ... on Book {
      authors { name }
      publicationYear
    }
    ... on Course {
      provider { name }
    }
  }
`);

/** A learning resource in an article or a reading list. */
export function ResourceCard(props: { resource: FragmentType<typeof Resource> }) {
  const resource = getFragment(Resource, props.resource);
  const facts: (string | number | null | undefined)[] = [resource.__typename];
  switch (resource.__typename) {
    case "Book":
      facts.push(...resource.authors.map(({ name }) => name), resource.publicationYear);
      break;
    case "Course":
      facts.push(resource.provider?.name);
      break;
  }
  return (
    <article>
      <a href={resource.path} dir="auto" {...(resource.language && { lang: resource.language })}>
        {resource.title}
      </a>
      <p class="facts">{facts.filter((fact) => fact != null).join(" · ")}</p>
    </article>
  );
}
