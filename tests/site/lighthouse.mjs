// Runs Lighthouse (mobile, simulated throttling) and fails below the goals. The medians of five runs count:
//   node lighthouse.mjs ../../target/debug/syllabus [RUNS]
import lighthouse from "lighthouse";
import { createServer } from "node:net";
import { kindsOfPages, launch, Report, serve } from "./harness.mjs";

const GOALS = { performance: 98, accessibility: 100, "best-practices": 100, seo: 100 };
const NAMES = ["home", "career", "topic", "book", "search"];
const SKIPPED = {
  search: ["is-crawlable"], // Search engines should ignore searches.
  career: ["link-text"], // Lighthouse takes the title of the topic Go for a text that says nothing.
};

const [binary, runs = "5"] = process.argv.slice(2);
const report = new Report("lighthouse");
const site = await serve(binary, { isPublic: true });
try {
  const pages = (await kindsOfPages(site)).filter(({ name }) => NAMES.includes(name));
  report.equal(pages.length, NAMES.length, "pages");
  for (const { name, path } of pages) {
    const scores = Object.fromEntries(Object.keys(GOALS).map((category) => [category, []]));
    const failed = new Set();
    for (let run = 0; run < Number(runs); run += 1) {
      const { categories, audits } = await measure(site.origin + path, name);
      for (const category of Object.keys(GOALS)) {
        scores[category].push(Math.round(categories[category].score * 100));
        if (category === "performance") continue;
        for (const { id } of categories[category].auditRefs) if (audits[id].score !== null && audits[id].score < 1) failed.add(id);
      }
    }
    const medians = Object.entries(scores).map(([category, values]) => [category, median(values)]);
    for (const [category, score] of medians) {
      report.check(score >= GOALS[category], `${name}: ${category} ${score}, at least ${GOALS[category]} (runs: ${scores[category].join(" ")}; ${[...failed].join(", ")})`);
    }
    console.log(`${name}: ${medians.map((pair) => pair.join(" ")).join(", ")}`);
  }
} finally {
  site.stop();
}
report.finish(`median of ${runs}`);

async function measure(url, name) {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
  // A new browser for each run, so that nothing is cached.
  const browser = await launch({ args: [`--remote-debugging-port=${port}`] });
  try {
    const result = await lighthouse(url, {
      port,
      logLevel: "error",
      onlyCategories: Object.keys(GOALS),
      skipAudits: SKIPPED[name] ?? [],
    });
    if (result.lhr.runtimeError) throw new Error(result.lhr.runtimeError.message);
    return result.lhr;
  } finally {
    await browser.close();
  }
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
