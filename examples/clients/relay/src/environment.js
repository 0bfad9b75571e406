import { Environment, Network, RecordSource, Store } from "relay-runtime";

const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

async function fetchGraphQL({ text }, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  return await response.json();
}

export const environment = new Environment({
  network: Network.create(fetchGraphQL),
  store: new Store(new RecordSource()),
});
