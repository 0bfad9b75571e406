import type { Api } from "./api.js";
import { CareerPage } from "./CareerPage.js";
import { graphql } from "./gql/gql.js";
import { ErrorPage, renderPage } from "./Layout.js";
import { OtherPage } from "./OtherPage.js";
import { TopicPage } from "./TopicPage.js";

const Page = graphql(`
  query Page($path: String!, $after: String) {
    isGone(path: $path)
    resolve(path: $path) {
      canonicalPath
      isCanonical
      target {
        __typename
        ...CareerPage
        ...TopicPage
        ...OtherPage
      }
    }
  }
`);

export type Result = { status: 301; location: string } | { status: 200 | 404 | 410; html: string };

/** Finds the object at a path, and renders its page. One request to the API has all data. */
export async function route(api: Api, path: string, query: string, client?: string): Promise<Result> {
  const after = new URLSearchParams(query).get("after");
  const { isGone, resolve } = await api.query(Page, { path, after }, client);
  if (!resolve) {
    const status = isGone ? 410 : 404;
    return { status, html: renderPage(<ErrorPage status={status} />) };
  }
  if (!resolve.isCanonical) return { status: 301, location: resolve.canonicalPath + query };
  const { target } = resolve;
  switch (target.__typename) {
    case "Career":
      return { status: 200, html: renderPage(<CareerPage career={target} />) };
    case "Topic":
      return { status: 200, html: renderPage(<TopicPage topic={target} />) };
    default:
      return { status: 200, html: renderPage(<OtherPage target={target} />) };
  }
}
