// Measures what a first visit of the career page transfers, with the headers and the compression of HTTP:
//   node weight.mjs ../../target/debug/syllabus
import { launch, Report, serve, threePages } from "./harness.mjs";

const LIMITS = { "HTML and CSS": 50_000, script: 10_000 };

const report = new Report("weight");
const site = await serve(process.argv[2]);
const browser = await launch();
const sizes = { "HTML and CSS": 0, script: 0, others: 0 };
try {
  const [{ path }] = await threePages(site);
  const page = await browser.newPage();
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const groups = new Map();
  client.on("Network.responseReceived", ({ requestId, type, response }) => {
    groups.set(requestId, { Document: "HTML and CSS", Stylesheet: "HTML and CSS", Script: "script" }[type] ?? "others");
    report.check(response.url.startsWith(`${site.origin}/`), `request to ${response.url}`);
    const encoding = response.headers["content-encoding"];
    if (type !== "Other") report.check(encoding, `${response.url} is not compressed`);
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    sizes[groups.get(requestId)] += encodedDataLength;
  });
  await page.goto(site.origin + path, { waitUntil: "networkidle" });
} finally {
  await browser.close();
  site.stop();
}
for (const [group, limit] of Object.entries(LIMITS)) {
  report.check(sizes[group] > 0 && sizes[group] <= limit, `${group}: ${sizes[group]} bytes, at most ${limit}`);
}
report.finish(Object.entries(sizes).map(([group, size]) => `${group} ${(size / 1000).toFixed(1)} kB`).join(", "));
