// Copies the pinned files of GraphiQL from node_modules to dist/, where the server embeds them, and writes their
// names and hashes to assets.json, by which the server loads them from a CDN when it was built without dist/.
//
//     npm ci && npm run build           write both
//     npm ci && npm run build -- --check   fail where assets.json is not what it should be, write nothing

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CDN = 'https://cdn.jsdelivr.net/npm/';

// In the order in which the page loads them.
const FILES = [
  ['graphiql', 'graphiql.min.css'],
  ['react', 'umd/react.production.min.js'],
  ['react-dom', 'umd/react-dom.production.min.js'],
  ['graphiql', 'graphiql.min.js'],
];

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const modules = join(here, 'node_modules');
const dist = join(here, 'dist');
const list = join(here, 'assets.json');

const manifest = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));

const files = FILES.map(([name, file]) => {
  const source = join(modules, name, file);
  const hash = createHash('sha384').update(readFileSync(source)).digest('base64');
  return { source, path: `${name}@${manifest(name).version}/${file}`, integrity: `sha384-${hash}` };
});
const assets = JSON.stringify({ cdn: CDN, files: files.map(({ path, integrity }) => ({ path, integrity })) }, null, 2);

if (process.argv.includes('--check')) {
  if (readFileSync(list, 'utf8') !== `${assets}\n`) {
    console.error('explorer/assets.json is not what the packages hold: run `npm run build` and commit it');
    process.exit(1);
  }
} else {
  // The folder itself stays: git knows it by the file .gitignore in it, and cargo watches it.
  for (const entry of existsSync(dist) ? readdirSync(dist) : []) {
    if (entry !== '.gitignore') rmSync(join(dist, entry), { recursive: true });
  }
  for (const { source, path } of files) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    cpSync(source, join(dist, path));
  }
  writeFileSync(join(dist, 'licenses.txt'), licenses());
  writeFileSync(list, `${assets}\n`);
  console.log(`${files.length} files in explorer/dist`);
}

// GraphiQL's bundle holds what it depends on, so all of their licenses travel with it.
function licenses() {
  const names = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((rest) => `${name}/${rest}`) : [name]));
  return names
    .map((name) => {
      const { version, license } = manifest(name);
      const file = readdirSync(join(modules, name)).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(modules, name, file), 'utf8').trim() : 'No license text in the package.';
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'='.repeat(80)}\n\n`);
}
