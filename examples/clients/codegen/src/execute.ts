import type { TypedDocumentString } from "./gql/graphql.js";

const url = process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql";

/** Executes an operation, whose document determines the types of its variables and its data. */
export async function execute<Data, Variables>(
  query: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: query.toString(), variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map((error: { message: string }) => error.message).join("; "));
  return data;
}
