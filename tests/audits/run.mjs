// Starts the binary that is named and holds it against all audits of graphql-http, those that only may hold as well:
//   node run.mjs ../../target/debug/syllabus
import { serverAudits } from "graphql-http";
import { start } from "./server.mjs";

const { address, server } = await start(process.argv[2]);
let failed = 0;
try {
  const audits = serverAudits({ url: `http://${address}/graphql` });
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== "ok") {
      failed += 1;
      console.error(`${audit.id} ${audit.name}: ${result.reason}`);
    }
  }
  console.log(`${audits.length - failed} of ${audits.length} audits of GraphQL over HTTP hold`);
} finally {
  server.kill();
}
process.exit(failed > 0 ? 1 : 0);
