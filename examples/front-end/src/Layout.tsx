import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** The language and direction of the page itself. Texts of the catalog set their own direction. */
const LANGUAGE = { lang: "en", dir: "ltr" } as const;

const ERRORS = {
  400: "The address has an invalid parameter.",
  404: "There is no page at this address.",
  405: "Pages can only be read.",
  410: "This page was removed.",
  500: "The page cannot be shown because of an error.",
  503: "The catalog is busy. Try again in a moment.",
};

interface LayoutProps {
  title: string;
  description?: string | null;
  /** The canonical path of the page. Search engines do not index pages without one. */
  path?: string;
  jsonLd?: unknown;
  children: ComponentChildren;
}

export function Layout({ title, description, path, jsonLd, children }: LayoutProps) {
  return (
    <html {...LANGUAGE}>
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {description && <meta name="description" content={description} />}
        {path ? <link rel="canonical" href={path} /> : <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href="/style.css" />
        {jsonLd !== undefined && (
          <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: escapeJson(jsonLd) }} />
        )}
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** HTML of the API, which sanitizes it. All other texts are escaped by Preact. */
export function Html({ html }: { html: string }) {
  return <div dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

export function ErrorPage({ status }: { status: keyof typeof ERRORS }) {
  return (
    <Layout title={`Error ${status}`}>
      <h1>{ERRORS[status]}</h1>
    </Layout>
  );
}

export function renderPage(page: VNode): string {
  return `<!doctype html>\n${renderToString(page)}\n`;
}

/** Prevents that a text with `</script>` ends the element. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
