// Renders the page, presses its button, and prints the reading list.
import "./dom";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { RelayEnvironmentProvider } from "react-relay";
import { CareerPage } from "./CareerPage";
import { environment } from "./environment";

const container = document.body;
createRoot(container).render(
  <RelayEnvironmentProvider environment={environment}>
    <Suspense fallback="Loading…">
      <CareerPage slug="back-end-developer" />
    </Suspense>
  </RelayEnvironmentProvider>,
);

async function waitForItems(count) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const items = [...container.querySelectorAll("li")];
    if (items.length === count) return items.map(({ textContent }) => textContent);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`expected ${count} items in ${container.innerHTML}`);
}

async function main() {
  await waitForItems(3);
  container.querySelector("button").click();
  const items = await waitForItems(6);
  console.log([container.querySelector("h1").textContent, ...items].join("\n"));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
