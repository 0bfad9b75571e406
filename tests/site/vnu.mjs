// Validates a page of every kind with the Nu HTML checker, which needs Java:
//   node vnu.mjs ../../target/debug/syllabus
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vnu from "vnu-jar";
import { kindsOfPages, Report, serve } from "./harness.mjs";

if (spawnSync("java", ["-version"]).error) {
  console.log("vnu: NOT CHECKED, there is no Java");
} else {
  const report = new Report("vnu");
  const site = await serve(process.argv[2], { isPublic: true });
  const folder = mkdtempSync(join(tmpdir(), "vnu-"));
  try {
    const names = new Map();
    for (const { path } of await kindsOfPages(site)) {
      const file = join(folder, `${names.size}.html`);
      names.set(file, path);
      writeFileSync(file, await (await fetch(site.origin + path)).text());
    }
    const { stdout, stderr } = spawnSync("java", ["-jar", vnu, "--format", "json", "--stdout", folder], { encoding: "utf8", maxBuffer: 1 << 28 });
    if (!report.check(stdout.startsWith("{"), `the checker fails: ${stderr}`)) throw new Error("no result");
    for (const { url, type, subType, message, lastLine, extract } of JSON.parse(stdout).messages) {
      const file = decodeURIComponent(new URL(url).pathname);
      report.fault(`${names.get(file)}:${lastLine}: ${subType ?? type}: ${message}: ${extract}`);
    }
    report.finish(`${names.size} pages`);
  } finally {
    rmSync(folder, { recursive: true });
    site.stop();
  }
}
