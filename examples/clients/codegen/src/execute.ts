import type { TypedDocumentString } from "./gql/graphql.js";

const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

interface ResponseError {
  message: string;
  extensions: { code: string };
}

/** The errors of a response. A program checks `codes`; the message is for developers. */
export class GraphQLError extends Error {
  readonly codes: string[];

  constructor(errors: ResponseError[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.codes = errors.map(({ extensions }) => extensions.code);
  }
}

/** Executes a query, whose document determines the types of its variables and its data. */
export async function execute<Data, Variables>(
  query: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: query.toString(), variables }),
    });
    // 429: the rate limit is exceeded. 503: the server is overloaded, or its database is unavailable.
    if ([429, 503].includes(response.status) && attempt < 5) {
      const seconds = Number(response.headers.get("Retry-After") ?? 1);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      continue;
    }
    const { data, errors } = await response.json();
    if (errors) throw new GraphQLError(errors);
    return data;
  }
}
