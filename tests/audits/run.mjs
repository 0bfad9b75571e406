// Starts the binary that is named and holds it against all audits of graphql-http, those that only may hold as well:
//   node run.mjs ../../target/debug/syllabus
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { serverAudits } from "graphql-http";

const [binary] = process.argv.slice(2);
const server = spawn(binary, ["serve", "--demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
server.on("error", (error) => {
  console.error(`${binary} cannot be started: ${error.message}`);
  process.exit(1);
});

let failed = 0;
try {
  const url = await new Promise((resolve, reject) => {
    const lines = createInterface({ input: server.stderr });
    lines.on("line", (line) => {
      const listening = /^Listening on (\S+)\. /.exec(line);
      if (listening) resolve(`http://${listening[1]}/graphql`);
    });
    lines.on("close", () => reject(new Error("the server ended before it listened")));
  });
  const audits = serverAudits({ url });
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
