// Starts the binary with the demo catalog.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// Resolves to the address that the server listens on, the token of an administrator that it created, and its process.
export async function start(binary, options = ["--listen", "127.0.0.1:0"]) {
  const server = spawn(binary, ["serve", "--demo", ...options], { stdio: ["ignore", "ignore", "pipe"] });
  return await new Promise((resolve, reject) => {
    server.on("error", (error) => reject(new Error(`${binary} cannot be started: ${error.message}`)));
    let token;
    const lines = createInterface({ input: server.stderr });
    lines.on("line", (line) => {
      token ??= /Authorization: Bearer (\S+)/.exec(line)?.[1];
      const listening = /^Listening on (\S+)\. /.exec(line);
      if (listening) resolve({ address: listening[1], token, server });
    });
    lines.on("close", () => reject(new Error("the server ended before it listened")));
  });
}
