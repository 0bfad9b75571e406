import { getFragment, graphql, type FragmentType } from "./gql/index.js";

const Link = graphql(`
  fragment Link on CatalogItem {
    path
    title
  }
`);

/** Links to pages of the catalog; nothing if there are none. */
export function Links({ heading, links }: { heading?: string; links: FragmentType<typeof Link>[] }) {
  if (links.length === 0) return null;
  return (
    <nav aria-label={heading ?? "Breadcrumbs"}>
      {heading && <h2>{heading}</h2>}
      <ul class="links">
        {getFragment(Link, links).map(({ path, title }) => (
          <li><a href={path} dir="auto">{title}</a></li>
        ))}
      </ul>
    </nav>
  );
}
