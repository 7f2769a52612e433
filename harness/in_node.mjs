// `node in_node.mjs FOLDER SCRIPT…`: what a page does, without a page. A line of JSON for the module, then one a script.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...scripts] = process.argv.slice(2);
const { run } = await import(pathToFileURL(join(folder, "slimepython.js")));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const began = performance.now();
const module = await WebAssembly.compile(readFileSync(join(folder, "slimepython.wasm")));
say({ loading: (performance.now() - began) / 1000 });

for (const path of scripts) {
  const streams = { 1: [], 2: [] };
  const started = performance.now();
  const status = run(module, readFileSync(path), (fd, bytes) => streams[fd].push(bytes));
  const [out, err] = [1, 2].map((fd) => Buffer.concat(streams[fd]).toString("base64"));
  say({ status, out, err, seconds: (performance.now() - started) / 1000 });
}
