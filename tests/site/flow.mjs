// Walks through the site as its readers do, in headless Chromium:
//   node flow.mjs ../../target/debug/syllabus [one | all]
// `one` is the walk with JavaScript, wide and light, and what concerns the keyboard and unpublished items; `all`, the
// default, is the walk with JavaScript on and off, wide and narrow, light and dark, and every kind of page in each.
import { kindsOfPages, launch, Report, serve } from "./harness.mjs";

const [binary, selection = "all"] = process.argv.slice(2);
const report = new Report("flow");
const site = await serve(binary);
const browser = await launch();
let steps = 0;

try {
  const narrow = { width: 360, height: 740 };
  const wide = { width: 1280, height: 900 };
  const variants = [{ viewport: wide, colorScheme: "light", javaScriptEnabled: true }];
  if (selection === "all") {
    variants.push(
      { viewport: wide, colorScheme: "dark", javaScriptEnabled: false },
      { viewport: narrow, colorScheme: "light", javaScriptEnabled: false },
      { viewport: narrow, colorScheme: "dark", javaScriptEnabled: true },
    );
  } else {
    variants.push({ viewport: narrow, colorScheme: "dark", javaScriptEnabled: false });
  }
  for (const variant of variants) {
    await inContext(variant, fromHomeToList);
    await inContext(variant, searching);
  }
  await inContext(variants[0], keyboardOnly);
  await inContext(variants[0], theme);
  await inContext(variants[0], rememberedSteps);
  await inContext(variants[0], rememberedPaths);
  await inContext(variants[0], unpublishing);
  if (selection === "all") {
    const pages = await kindsOfPages(site);
    for (const viewport of [narrow, { width: 768, height: 1024 }, wide]) {
      await inContext({ ...variants[0], viewport }, (page) => everyPage(page, pages));
    }
  }
} finally {
  await browser.close();
  site.stop();
}
report.finish(`${steps} steps`);

// Opens a page and watches it: the console, violations of the content-security policy, failed requests and requests to
// other hosts.
async function inContext(variant, walk) {
  const { viewport, colorScheme, javaScriptEnabled } = variant;
  const name = `${walk.name || "everyPage"}, ${viewport.width} pixels, ${colorScheme}, JavaScript ${javaScriptEnabled ? "on" : "off"}`;
  const context = await browser.newContext({ ...variant, baseURL: site.origin });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => {
    // Chromium logs the status of a page that the walk expects to be missing.
    const isStatus = /the server responded with a status of (400|404|410)/.test(message.text());
    if (!isStatus && ["error", "warning"].includes(message.type())) report.fault(`${name}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.fault(`${name}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${site.origin}/`)) report.fault(`${name}: request to ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) report.fault(`${name}: ${response.status()} of ${response.url()}`);
  });
  if (javaScriptEnabled) {
    await context.exposeFunction("reportViolation", (text) => report.fault(`${name}: content-security policy: ${text}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI} at ${location.pathname}`);
      });
    });
  }
  try {
    await walk(page, name, variant);
  } catch (error) {
    report.fault(`${name}: at ${page.url()}: ${error.message}`);
  }
  await context.close();
}

// Checks what holds on every page.
async function look(page, name) {
  steps += 1;
  const { overflow, headings } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    // Boxes that scroll by themselves can have wider content.
    const scrolls = (element) => element && (["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const { right, left } = element.getBoundingClientRect();
      return (right > width + 1 || left < -1) && !scrolls(element.parentElement) && !element.closest(".visually-hidden, .skip");
    });
    return {
      overflow: document.documentElement.scrollWidth > width || wide.length > 0 ? (wide[0]?.outerHTML.slice(0, 200) ?? "the document") : null,
      headings: document.querySelectorAll("h1").length,
    };
  });
  report.check(overflow === null, `${name}: ${page.url()}: horizontal overflow of ${overflow}`);
  report.equal(headings, 1, `${name}: ${page.url()}: number of h1`);
}

async function follow(page, locator, name) {
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() < 300),
    locator.click(),
  ]);
  await page.waitForLoadState();
  report.equal(response.status(), 200, `${name}: ${page.url()}`);
  await look(page, name);
}

function main(page) {
  return page.getByRole("main");
}

// Home, career, an embedded resource, path, book, the list that recommends it, and the export of the list.
async function fromHomeToList(page, name) {
  await page.goto("/");
  await look(page, name);
  await follow(page, main(page).getByRole("link", { name: "Back-End Developer", exact: true }).first(), name);
  const title = await page.getByRole("heading", { level: 1 }).textContent();
  report.equal(title, "Back-End Developer", `${name}: title`);
  report.check((await page.locator(".article .card a").count()) > 0, `${name}: the article embeds no resource`);
  // The editor's note comes first in each row, then the resource.
  const row = page.locator(".entries > li").first();
  report.check(await row.locator("> :first-child").evaluate((element) => element.matches(".note")), `${name}: the note is not first`);
  // A fragment leads to the section.
  const contents = page.getByRole("navigation", { name: "Contents" });
  await contents.getByRole("link", { name: "Reading list" }).click();
  const heading = page.getByRole("heading", { name: "Reading list", level: 2 });
  await heading.scrollIntoViewIfNeeded();
  report.check(page.url().endsWith("#reading_list"), `${name}: no fragment in ${page.url()}`);
  await follow(page, main(page).getByRole("link", { name: "Find a path" }), name);
  const steps = await page.locator(".stage .entries > li").count();
  report.check(steps > 10, `${name}: the path has only ${steps} steps`);

  // The path at other hours, without what the reader knows.
  const weeks = await page.locator(".path-summary strong").textContent();
  await page.getByLabel(/hours/i).fill("20");
  await page.locator(".check input").first().check();
  await follow(page, page.getByRole("button", { name: "Update" }).first(), name);
  report.check(/[?&]hours=20/.test(page.url()) && /[?&]known=/.test(page.url()), `${name}: ${page.url()} has not all parameters`);
  report.check((await page.locator(".path-summary strong").textContent()) !== weeks, `${name}: the weeks do not depend on the hours`);
  report.equal(await page.locator(".stage .entries > li").count(), steps - 1, `${name}: steps without the known one`);
  report.equal(await page.locator(".known input:checked").count(), 1, `${name}: known resources`);

  await follow(page, page.locator('.stage .entries a[href^="/book/"]').first(), name);
  const book = await page.getByRole("heading", { level: 1 }).textContent();
  const recommendation = page.locator(".recommendations > li a").first();
  await follow(page, recommendation, name);
  const target = page.locator(":target");
  report.equal(await target.count(), 1, `${name}: target of ${page.url()}`);
  report.check((await target.textContent()).includes(book), `${name}: ${page.url()} does not lead to the entry of ${book}`);
  const markdown = await page.locator(".downloads a").first().getAttribute("href");
  const list = await page.request.get(markdown);
  report.check(list.ok() && (await list.text()).includes(book), `${name}: ${markdown} does not contain ${book}`);
}

// Search, facets, the back button, the corrected query, and a search without results.
async function searching(page, name) {
  await page.goto("/");
  await page.getByRole("search").getByLabel("Search").first().fill("data");
  await follow(page, page.getByRole("search").getByRole("button", { name: "Search" }).first(), name);
  const all = await page.locator("#results").textContent();
  const kinds = page.getByRole("navigation", { name: "Kind" }).or(page.locator(".kinds"));
  await follow(page, kinds.first().getByRole("link", { name: /^Books/ }), name);
  const books = await page.locator("#results").textContent();
  report.check(books !== all, `${name}: the facet changes nothing`);
  const summary = page.locator("details.facets > summary");
  if (await summary.isVisible()) await summary.click();
  await follow(page, page.locator(".facets a").first(), name);
  report.check((await page.locator(".active-filters a").count()) > 0, `${name}: no active filter`);
  await page.goBack();
  report.equal(await page.locator("#results").textContent(), books, `${name}: results after going back`);
  await page.goBack();
  report.equal(await page.locator("#results").textContent(), all, `${name}: results after going back twice`);
  report.equal(await page.getByRole("search").getByLabel("Search").first().inputValue(), "data", `${name}: query after going back`);
  await page.goto("/search?q=algoritms");
  await look(page, name);
  report.check(/algorithms/i.test(await page.locator(".notice").textContent()), `${name}: no corrected query`);
  await page.goto("/search?q=qqqqzzzz");
  await look(page, name);
  report.check((await main(page).getByRole("link", { name: "Careers" }).count()) > 0, `${name}: no way on without results`);
  const missing = await page.goto("/career/zzzzzz/nobody");
  report.equal(missing.status(), 404, `${name}: unknown item`);
  await look(page, name);
  report.check(await main(page).getByRole("search").isVisible(), `${name}: no search box on the page of an unknown item`);
}

// Only keys: the skip link, the suggestions, and the focus that stays visible.
async function keyboardOnly(page, name) {
  await page.goto("/");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  report.check(await skip.evaluate((element) => element === document.activeElement), `${name}: the skip link is not first`);
  report.check(((await skip.boundingBox())?.y ?? -1) >= 0, `${name}: the skip link is invisible`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inMain = await page.evaluate(() => document.activeElement.closest("main") !== null);
  report.check(inMain, `${name}: the skip link does not lead to the content`);
  report.check(await hasOutline(page), `${name}: the focus is invisible`);

  // Every stop from the start of a page shows the focus, and no stop traps it.
  await page.goto("/search?q=data");
  const stops = new Set();
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press("Tab");
    const element = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200));
    report.check(!stops.has(element), `${name}: the focus returns to ${element}`);
    report.check(await hasOutline(page), `${name}: the focus is invisible on ${element}`);
    stops.add(element);
  }

  await page.goto("/");
  const box = page.locator(".bar form.search input");
  for (let stop = 0; stop < 5 && !(await box.evaluate((element) => element === document.activeElement)); stop += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("javas", { delay: 30 });
  const options = page.getByRole("option");
  await options.first().waitFor();
  report.equal(await box.getAttribute("aria-expanded"), "true", `${name}: aria-expanded`);
  await page.keyboard.press("ArrowDown");
  const selected = page.getByRole("option", { selected: true });
  report.equal(await selected.count(), 1, `${name}: selected suggestions`);
  report.equal(await box.getAttribute("aria-activedescendant"), await selected.getAttribute("id"), `${name}: aria-activedescendant`);
  await page.keyboard.press("Escape");
  report.equal(await page.getByRole("option").count(), 0, `${name}: suggestions after Escape`);
  report.equal(await box.inputValue(), "javas", `${name}: text after Escape`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  if ((await selected.count()) === 0) await page.keyboard.press("ArrowDown");
  const suggestion = await selected.locator("span").first().textContent();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  report.equal(await page.getByRole("heading", { level: 1 }).textContent(), suggestion, `${name}: page of the suggestion`);
  await look(page, name);

  // Without a selected suggestion, Enter searches.
  await box.focus();
  await page.keyboard.type("sql");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  report.check(page.url().endsWith("/search?q=sql"), `${name}: ${page.url()} is not the search`);
}

// Whether the element that has the focus looks different with it.
function hasOutline(page) {
  return page.evaluate(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  });
}

// The button for the theme: it overrides that of the system, and the browser remembers it.
async function theme(page, name) {
  await page.goto("/");
  const button = page.locator("button.theme");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const system = await background();
  await button.click();
  report.equal(await background(), system, `${name}: background with the light theme`);
  await button.click();
  const dark = await background();
  report.check(dark !== system, `${name}: the dark theme looks like the light one`);
  await page.goto("/careers");
  report.equal(await background(), dark, `${name}: background of the next page`);
  await button.click();
  report.equal(await background(), system, `${name}: background with the theme of the system`);
}

// Steps that the reader knows are remembered by the browser, and offered on the next visit.
async function rememberedSteps(page, name) {
  await page.goto("/");
  await follow(page, main(page).getByRole("link", { name: "Back-End Developer", exact: true }).first(), name);
  await follow(page, main(page).getByRole("link", { name: "Find a path" }), name);
  const path = page.url();
  await page.locator(".check input").nth(1).check();
  await page.goto(path);
  await Promise.all([page.waitForNavigation(), page.locator(".offer button").click()]);
  report.check(/[?&]known=/.test(page.url()), `${name}: ${page.url()} does not contain the remembered step`);
  report.equal(await page.locator(".known input:checked").count(), 1, `${name}: remembered steps`);
}

// The marks of one path do not replace those of another one, not even of a page that was open before.
async function rememberedPaths(page, name) {
  const { careers } = await site.graphql("{ careers(first: 2) { nodes { path } } }");
  const other = await page.context().newPage();
  const pages = [page, other];
  for (const [place, { path }] of careers.nodes.entries()) await pages[place].goto(`${path}/path`);
  const marks = [];
  for (const { boxes, place } of [{ boxes: page, place: 0 }, { boxes: other, place: -1 }, { boxes: page, place: 1 }]) {
    const box = boxes.locator(".check input").nth(place);
    await box.check();
    marks.push(await box.getAttribute("value"));
  }
  const remembered = () => page.evaluate(() => localStorage.getItem("known").split(" ").sort().join(" "));
  report.equal(await remembered(), marks.sort().join(" "), `${name}: marks of two paths`);
  // The form submits the marks of its path, and keeps those of other paths.
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Update" }).first().click()]);
  report.equal(await page.locator(".known input:checked").count(), 2, `${name}: known resources of the path`);
  report.equal(await remembered(), marks.join(" "), `${name}: marks of two paths after the form was sent`);
  await page.locator(".known input").first().uncheck();
  report.equal((await remembered()).split(" ").length, 2, `${name}: marks after one was removed`);
}

// An item that is unpublished while its page is cached disappears at once, also from the pages that link to it.
async function unpublishing(page, name) {
  const { books } = await site.graphql("{ books(first: 1) { nodes { id path title } } }");
  const [{ id, path, title }] = books.nodes;
  const visit = async (expected) => {
    const response = await page.goto(path);
    report.check(expected.includes(response.status()), `${name}: ${path} responds with ${response.status()} instead of ${expected.join(" or ")}`);
    await look(page, name);
  };
  const change = async (mutation) => {
    const result = await site.edit(
      `mutation ($id: ID!) { change: ${mutation}(input: { id: $id }) { userErrors { message } } }`,
      { id },
    );
    report.equal(result.change.userErrors.length, 0, `${name}: ${mutation}`);
  };
  const isListed = async () => {
    await page.goto("/books");
    return (await page.locator(".rows").textContent()).includes(title);
  };
  const validator = async () => (await fetch(site.origin + path)).headers.get("etag");
  await visit([200]);
  const etag = await validator();
  report.equal(await validator(), etag, `${name}: validator of the cached page`);
  report.check(await isListed(), `${name}: ${title} is not in the list`);
  await change("catalogItemUnpublish");
  await visit([410, 404]);
  report.check(!(await isListed()), `${name}: ${title} is in the list while it is unpublished`);
  const conditional = await fetch(site.origin + path, { headers: { "if-none-match": etag } });
  report.check([410, 404].includes(conditional.status), `${name}: a conditional request responds with ${conditional.status}`);
  await change("catalogItemPublish");
  await visit([200]);
  report.check(await isListed(), `${name}: ${title} is not in the list after it is published again`);
}

async function everyPage(page, pages) {
  for (const { name, path, status = 200 } of pages) {
    const response = await page.goto(path);
    report.equal(response.status(), status, `${name}: ${path}`);
    await look(page, `${name}, ${page.viewportSize().width} pixels`);
  }
}
