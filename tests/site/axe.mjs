// Runs axe-core on the pages of the site, light and dark:
//   node axe.mjs ../../target/debug/syllabus [three | all]
// `three` are the career page, its learning path and a search; `all`, the default, is a page of every kind.
import { AxeBuilder } from "@axe-core/playwright";
import { kindsOfPages, launch, Report, serve, threePages } from "./harness.mjs";

const [binary, selection = "all"] = process.argv.slice(2);
const report = new Report("axe");
const site = await serve(binary);
const browser = await launch();
let checked = 0;
try {
  const pages = await (selection === "three" ? threePages(site) : kindsOfPages(site));
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 412, 360]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      for (const { name, path, status = 200 } of pages) {
        const response = await page.goto(site.origin + path);
        report.equal(response.status(), status, path);
        // All rules: also the best practices and the criteria of level AAA that axe does not run by default, except the
        // enhanced contrast of 7:1. The size of targets is off by default even with its tag.
        const options = { rules: { "color-contrast-enhanced": { enabled: false }, "target-size": { enabled: true } } };
        const tags = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const { violations } = await new AxeBuilder({ page }).withTags(tags).options(options).analyze();
        for (const { id, nodes } of violations) {
          const [{ html, failureSummary }] = nodes;
          report.fault(`${name} ${path}, ${colorScheme}, ${width} pixels: ${id} (${nodes.length}): ${html}: ${failureSummary}`);
        }
        checked += 1;
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  site.stop();
}
report.finish(`${checked} pages`);
