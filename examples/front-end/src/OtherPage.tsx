import { getFragment, graphql, type FragmentType } from "./gql/index.js";
import { Layout } from "./Layout.js";

/** The fields of all types that have no page of their own yet. */
const Other = graphql(`
  fragment OtherPage on Routable {
    path
    ... on CatalogItem { title summary }
    ... on LearningResource { url }
    ... on Person { name }
    ... on Organization { name }
  }
`);

export function OtherPage(props: { target: FragmentType<typeof Other> }) {
  const target = getFragment(Other, props.target);
  const title = "title" in target ? target.title : target.name;
  return (
    <Layout title={title} path={target.path}>
      <h1 dir="auto">{title}</h1>
      {"summary" in target && <p dir="auto">{target.summary}</p>}
      {"url" in target && target.url && <a href={target.url}>{target.url}</a>}
    </Layout>
  );
}
