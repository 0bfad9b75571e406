// Takes a picture of the explorer after it has run its welcome query, with a Chromium that has no window.
//
//     node docs/images/screenshot.mjs http://127.0.0.1:4000/graphql docs/images/explorer.png
//
// It speaks Chromium's DevTools protocol over a pipe, so it needs no package. CHROMIUM names another browser binary.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [url, picture] = process.argv.slice(2);
if (!url || !picture) {
  console.error('usage: node screenshot.mjs URL PICTURE.png');
  process.exit(2);
}

// Chromium refuses to put itself into a sandbox as root, which is who runs in a container.
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const profile = mkdtempSync(join(tmpdir(), 'explorer-'));
const browser = spawn(
  process.env.CHROMIUM ?? 'chromium',
  ['--headless', ...sandbox, '--disable-gpu', '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${profile}`],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
);
browser.on('error', (error) => {
  console.error(`cannot start chromium: ${error.message}`);
  process.exit(1);
});
const [, , , requests, answers] = browser.stdio;

// Messages are JSON, each ended by a null byte; an answer has the id of its request.
const waiting = new Map();
let unread = '';
answers.on('data', (chunk) => {
  const messages = (unread + chunk).split('\0');
  unread = messages.pop();
  for (const message of messages.map((text) => JSON.parse(text))) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});

let lastId = 0;
function ask(method, params, sessionId) {
  const id = ++lastId;
  requests.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  return new Promise((resolve, reject) => {
    waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result)));
  });
}

const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
const page = (method, params) => ask(method, params, sessionId);
const evaluate = async (expression) => (await page('Runtime.evaluate', { expression })).result.value;

async function until(expression) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await evaluate(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never came true: ${expression}`);
}

try {
  await page('Emulation.setDeviceMetricsOverride', { width: 1400, height: 900, deviceScaleFactor: 1, mobile: false });
  await page('Page.navigate', { url });
  await until("document.querySelector('.graphiql-execute-button') !== null");
  await evaluate("document.querySelector('.graphiql-execute-button').click()");
  await until("document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue().includes('\"data\"')");
  await evaluate('document.activeElement?.blur()');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { data } = await page('Page.captureScreenshot', { format: 'png' });
  writeFileSync(picture, Buffer.from(data, 'base64'));
} finally {
  await ask('Browser.close', {});
  if (browser.exitCode === null) await new Promise((resolve) => browser.once('exit', resolve));
  rmSync(profile, { recursive: true, force: true });
}
