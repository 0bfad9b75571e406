// Starts the given binary and uses the clients of its two streaming protocols, as applications do:
//   node clients.mjs ../../target/debug/syllabus
import assert from "node:assert/strict";
import { once } from "node:events";
import { createClient as createSse } from "graphql-sse";
import { CloseCode, createClient as createWs } from "graphql-ws";
import WebSocket from "ws";
import { start } from "./server.mjs";

const LONG = 20_000;
const [binary] = process.argv.slice(2);
const { address, token, server } = await start(binary);
const bearer = `Bearer ${token}`;
const http = `http://${address}/graphql`;
const VIEWER = { query: "{ viewer { name } }" };
const CHANGES = { query: "subscription { catalogChanged { action kind } }" };

const checks = {
  "graphql-ws: a query without a token": async () => {
    assert.deepEqual(await answer(ws(), VIEWER), { viewer: null });
  },
  "graphql-ws: a mutation with a token in either form of connectionParams": async () => {
    for (const params of [
      { Authorization: bearer },
      { authorization: bearer },
      { headers: { Authorization: bearer } },
      { headers: { AUTHORIZATION: bearer, "Catalog-Preview": "drafts" } },
    ]) {
      const { topicCreate } = await answer(ws(params), create());
      assert.equal(topicCreate.topic.status, "DRAFT");
    }
  },
  "graphql-ws: drafts where headers of connectionParams ask for them": async () => {
    await post(create());
    const query = { query: "{ topics(first: 1, orderBy: [{ field: CREATED_AT, direction: DESC }]) { nodes { status } } }" };
    const drafts = async (params) => {
      const { topics } = await answer(ws(params), query);
      return topics.nodes.some(({ status }) => status === "DRAFT");
    };
    assert.equal(await drafts({ headers: { authorization: bearer } }), false);
    assert.equal(await drafts({ headers: { authorization: bearer, "catalog-preview": "drafts" } }), true);
  },
  "graphql-ws: an empty token is anonymous": async () => {
    for (const value of ["", "Bearer ", " ", null, undefined]) {
      for (const params of [{ Authorization: value }, { headers: { Authorization: value } }]) {
        assert.deepEqual(await answer(ws(params), VIEWER), { viewer: null });
      }
    }
  },
  "graphql-ws: a subscription receives a change": async () => {
    const client = ws();
    const events = client.iterate(CHANGES);
    assert.deepEqual(await changed(events.next()), { data: { catalogChanged: { action: "PUBLISHED", kind: "TOPIC" } } });
    await events.return();
    await client.dispose();
  },
  "graphql-ws: a validation error is an error of the operation": async () => {
    const errors = await failure(ws(), { query: "{ noSuchField }" });
    assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  },
  "graphql-ws: a token that is not taken closes with 4403": async () => {
    const closed = await failure(ws({ Authorization: "Bearer syl_wrong" }), VIEWER);
    assert.equal(closed.code, CloseCode.Forbidden);
    assert.match(closed.reason, /^Forbidden: /);
  },
  "graphql-ws: each breach of the protocol has its close code": async () => {
    const init = { type: "connection_init" };
    const subscribe = (id, query) => ({ id, type: "subscribe", payload: { query } });
    for (const [messages, code] of [
      [[{ type: "no such type" }], CloseCode.BadRequest],
      [[subscribe("a", "{ __typename }")], CloseCode.Unauthorized],
      [[init, init], CloseCode.TooManyInitialisationRequests],
      [[init, subscribe("a", CHANGES.query), subscribe("a", CHANGES.query)], CloseCode.SubscriberAlreadyExists],
    ]) {
      const socket = new WebSocket(`ws://${address}/graphql`, "graphql-transport-ws");
      await once(socket, "open");
      for (const message of messages) socket.send(JSON.stringify(message));
      assert.equal((await once(socket, "close"))[0], code);
    }
    const other = new WebSocket(`ws://${address}/graphql`);
    assert.equal((await once(other, "close"))[0], CloseCode.SubprotocolNotAcceptable);
  },
  "graphql-ws: the close of a client is answered with its code": async () => {
    for (const message of [undefined, '{"type":"connection_init"}']) {
      const socket = new WebSocket(`ws://${address}/graphql`, "graphql-transport-ws");
      await once(socket, "open");
      if (message !== undefined) {
        socket.send(message);
        await once(socket, "message");
      }
      socket.close(1000, "done");
      assert.equal((await once(socket, "close"))[0], 1000);
    }
  },
  "graphql-ws: the slash at the end of the address makes no difference": async () => {
    const client = createWs({ url: `ws://${address}/graphql/`, webSocketImpl: WebSocket, retryAttempts: 0 });
    assert.deepEqual(await answer(client, VIEWER), { viewer: null });
  },
  "graphql-sse: a query without a token": async () => {
    for (const headers of [{}, { Authorization: "" }, { Authorization: "Bearer " }]) {
      assert.deepEqual(await answer(sse(headers), VIEWER), { viewer: null });
    }
  },
  "graphql-sse: a mutation with a token": async () => {
    const { topicCreate } = await answer(sse({ Authorization: bearer }), create());
    assert.equal(topicCreate.topic.status, "DRAFT");
  },
  "graphql-sse: a subscription receives a change, and its client can abort it": async () => {
    const client = sse();
    const events = client.iterate(CHANGES);
    const event = await changed(events.next());
    assert.deepEqual(event, { data: { catalogChanged: { action: "PUBLISHED", kind: "TOPIC" } } });
    await events.return();
    client.dispose();
    await streamsEnd();
  },
  "graphql-sse: a validation error is an answer, and completes": async () => {
    for (const query of ["{ noSuchField }", "subscription { noSuchField }"]) {
      const results = [];
      for await (const result of sse().iterate({ query })) results.push(result);
      assert.equal(results.length, 1);
      assert.equal(results[0].errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
      assert.equal("data" in results[0], false);
    }
  },
  "graphql-sse: a token that is not taken is a 401": async () => {
    const failed = await failure(sse({ Authorization: "Bearer syl_wrong" }), VIEWER);
    assert.equal(failed.response.status, 401);
  },
  "graphql-sse and graphql-ws: what was aborted is no longer open": streamsEnd,
};

let failed = 0;
try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await withinTime(check());
    } catch (error) {
      failed += 1;
      console.error(`${name}: ${error.stack ?? error}`);
    }
  }
  const count = Object.keys(checks).length;
  console.log(`${count - failed} of ${count} checks of the clients graphql-ws and graphql-sse hold`);
} finally {
  server.kill();
}
process.exit(failed > 0 ? 1 : 0);

function ws(connectionParams) {
  return createWs({ url: `ws://${address}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
}

function sse(headers) {
  return createSse({ url: http, headers, retryAttempts: 0 });
}

// The data of the single response to an operation.
async function answer(client, operation) {
  const results = [];
  for await (const result of client.iterate(operation)) results.push(result);
  await client.dispose();
  assert.equal(results.length, 1);
  assert.equal(results[0].errors, undefined);
  return results[0].data;
}

// The error with which an operation ends.
async function failure(client, operation) {
  return await new Promise((resolve, reject) => {
    const unexpected = (result) => reject(new Error(`no error, but ${JSON.stringify(result)}`));
    client.subscribe(operation, { next: unexpected, error: resolve, complete: unexpected });
  });
}

function create() {
  const title = `Topic ${Math.random()}`;
  const query = "mutation ($title: String!) { topicCreate(input: { title: $title }) { topic { id status } } }";
  return { query, variables: { title } };
}

// The event that a subscriber receives when a topic is published; publishes again until it is subscribed.
async function changed(event) {
  let heard = false;
  const result = event.finally(() => (heard = true));
  while (!heard) {
    const { topicCreate } = await post(create());
    const query = "mutation ($id: ID!) { catalogItemPublish(input: { id: $id }) { userErrors { message } } }";
    await post({ query, variables: { id: topicCreate.topic.id } });
    await Promise.race([result, pause(50)]);
  }
  return (await result).value;
}

async function post(body) {
  const headers = { Authorization: bearer, "Content-Type": "application/json" };
  const response = await fetch(http, { method: "POST", headers, body: JSON.stringify(body) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

// Waits until the server has no open stream.
async function streamsEnd() {
  for (;;) {
    const figures = await (await fetch(`http://${address}/metrics`)).text();
    if (/^syllabus_subscription_connections 0$/m.test(figures)) return;
    await pause(50);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function withinTime(check) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${LONG} ms`)), LONG);
  });
  try {
    await Promise.race([check, late]);
  } finally {
    clearTimeout(timer);
  }
}
