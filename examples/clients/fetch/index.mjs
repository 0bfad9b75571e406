// Reads books page by page, and repeats a query only if its data has changed.
const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

/** The errors of a response. A program checks `codes`; the message is for developers. */
class GraphQLError extends Error {
  constructor(errors) {
    super(errors.map(({ message }) => message).join("; "));
    this.codes = errors.map(({ extensions }) => extensions.code);
  }
}

async function request(query, variables = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json",
      },
      body: JSON.stringify({ query, variables }),
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

async function* books(where) {
  const query = `
    query Books($where: BookWhere, $after: String) {
      books(where: $where, first: 3, after: $after) {
        nodes { title publicationYear }
        pageInfo { hasNextPage endCursor }
      }
    }`;
  let after = null;
  do {
    const { books } = await request(query, { where, after });
    yield* books.nodes;
    after = books.pageInfo.hasNextPage ? books.pageInfo.endCursor : null;
  } while (after);
}

const where = { hasTopic: { slug: { eq: "javascript" } }, publicationYear: { gte: 2015 } };
for await (const { title, publicationYear } of books(where)) {
  console.log(`${publicationYear}  ${title}`);
}

try {
  await request("{ books(first: 101) { totalCount } }");
} catch (error) {
  console.log(...error.codes);
}

// A response to a GET request has an ETag. If nothing has changed, the server answers 304 without a body.
const address = `${url}?${new URLSearchParams({ query: "{ catalog { bookCount } }" })}`;
const first = await fetch(address);
console.log(first.status, JSON.stringify((await first.json()).data));
const second = await fetch(address, { headers: { "If-None-Match": first.headers.get("ETag") } });
console.log(second.status);
