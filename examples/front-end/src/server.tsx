import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { GraphQLError, Unavailable, type Api } from "./api.js";
import { ErrorPage, renderPage } from "./Layout.js";
import { route } from "./route.js";

interface Answer {
  status: number;
  headers?: Record<string, string | number>;
  body?: string;
}

const STYLESHEET = readFileSync(new URL("../style.css", import.meta.url), "utf8");

const HEADERS = {
  "Cache-Control": "public, max-age=0, must-revalidate",
  // Articles align the cells of tables with style attributes, and show images of other hosts.
  "Content-Security-Policy":
    "default-src 'none'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src https:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Content-Type": "text/html; charset=utf-8",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** The web server. Pages are HTML, errors too. */
export function frontEnd(api: Api) {
  return createServer(async (request, response) => {
    const { status, headers, body = "" } = await answer(api, request).catch(failure);
    if (status !== 200) {
      response.writeHead(status, { ...HEADERS, ...headers, "Cache-Control": "no-cache" }).end(body);
      return;
    }
    const etag = `"${createHash("sha256").update(body).digest("base64url")}"`;
    const isCurrent = request.headers["if-none-match"]?.includes(etag);
    response.writeHead(isCurrent ? 304 : 200, { ...HEADERS, ...headers, ETag: etag }).end(isCurrent ? "" : body);
  });
}

async function answer(api: Api, request: IncomingMessage): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { Allow: "GET, HEAD" }, body: renderPage(<ErrorPage status={405} />) };
  }
  // Not `new URL`: in a path such as //host/career, it would take the first segment for a host.
  const [, path = "", query = ""] = /^([^?]*)(.*)$/s.exec(request.url ?? "") ?? [];
  if (path === "/style.css") return { status: 200, headers: { "Content-Type": "text/css" }, body: STYLESHEET };
  const client = [request.headers["x-forwarded-for"], request.socket.remoteAddress].flat().filter(Boolean).join(", ");
  const result = await route(api, path, query, client);
  if (result.status === 301) return { status: 301, headers: { Location: result.location } };
  return { status: result.status, body: result.html };
}

function failure(error: unknown): Answer {
  if (error instanceof Unavailable) {
    const headers = { "Retry-After": error.retryAfter };
    return { status: 503, headers, body: renderPage(<ErrorPage status={503} />) };
  }
  if (error instanceof GraphQLError && error.codes.includes("BAD_USER_INPUT")) {
    return { status: 400, body: renderPage(<ErrorPage status={400} />) };
  }
  console.error(error);
  return { status: 500, body: renderPage(<ErrorPage status={500} />) };
}
