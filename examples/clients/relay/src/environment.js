import { Environment, Network, RecordSource, Store } from "relay-runtime";

const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

async function fetchGraphQL({ text }, variables) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: text, variables }),
    });
    // 429: the rate limit is exceeded. 503: the server is overloaded, or its database is unavailable.
    if ([429, 503].includes(response.status) && attempt < 5) {
      const seconds = Number(response.headers.get("Retry-After") ?? 1);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      continue;
    }
    // Relay throws an error if the response has no data.
    return await response.json();
  }
}

export const environment = new Environment({
  network: Network.create(fetchGraphQL),
  store: new Store(new RecordSource()),
});
