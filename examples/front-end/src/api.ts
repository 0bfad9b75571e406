import { setTimeout } from "node:timers/promises";
import type { TypedDocumentString } from "./gql/graphql.js";

const MAX_CACHED = 1000;
const MAX_WAIT_SECONDS = 2;

/** The API rejected a request. A program checks `codes`; the message is for developers. */
export class GraphQLError extends Error {
  readonly codes: string[];

  constructor(errors: { message: string; extensions: { code: string } }[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.codes = errors.map(({ extensions }) => extensions.code);
  }
}

/** The API cannot be reached, is overloaded, or has limited the rate of requests. */
export class Unavailable extends Error {
  constructor(readonly retryAfter: number, cause?: unknown) {
    super(`the API is unavailable; retry after ${retryAfter} s`, { cause });
  }
}

/** Sends trusted documents by GET, and downloads a response again only if its data has changed. */
export class Api {
  readonly #cache = new Map<string, { etag: string; data: unknown }>();

  constructor(readonly url: string) {}

  /** Executes a trusted document. `client` is the value of `X-Forwarded-For`, for the rate limit. */
  async query<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    client?: string,
  ): Promise<Data> {
    const parameters = { documentId: document.__meta__?.["hash"], variables: JSON.stringify(variables) };
    const url = `${this.url}?${new URLSearchParams(parameters)}`;
    const cached = this.#cache.get(url);
    const headers = new Headers({ Accept: "application/graphql-response+json" });
    if (cached) headers.set("If-None-Match", cached.etag);
    if (client) headers.set("X-Forwarded-For", client);
    const response = await this.#fetch(url, headers);
    if (cached && response.status === 304) {
      this.#store(url, cached);
      return cached.data as Data;
    }
    const { data, errors } = await response.json();
    if (errors) throw new GraphQLError(errors);
    const etag = response.headers.get("ETag");
    if (etag) this.#store(url, { etag, data });
    return data;
  }

  /** Retries once, unless the reader of the page would wait too long. */
  async #fetch(url: string, headers: Headers): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).catch((cause) => {
        throw new Unavailable(5, cause);
      });
      if (![429, 503].includes(response.status)) return response;
      const seconds = Number(response.headers.get("Retry-After") ?? 1);
      if (attempt > 1 || seconds > MAX_WAIT_SECONDS) throw new Unavailable(seconds);
      await setTimeout(seconds * 1000);
    }
  }

  /** Stores a response as the most recently used one, and removes the least recently used one. */
  #store(url: string, response: { etag: string; data: unknown }) {
    this.#cache.delete(url);
    this.#cache.set(url, response);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED && oldest) this.#cache.delete(oldest);
  }
}
