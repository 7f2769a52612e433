// `node page.mjs PORT URL`: uses the page in a Chromium that listens for commands on PORT, as a person would. Prints JSON.

const [port, url] = process.argv.slice(2);
const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
const socket = new WebSocket(targets.find((target) => target.type === "page").webSocketDebuggerUrl);
await new Promise((resolve) => socket.addEventListener("open", resolve));

const waiting = new Map();
const problems = [];
socket.addEventListener("message", ({ data }) => {
  const { id, method, params, result, error } = JSON.parse(data);
  if (id) waiting.get(id)(result ?? Promise.reject(new Error(error.message)));
  if (method === "Log.entryAdded") problems.push(params.entry.text);
  if (method === "Runtime.exceptionThrown") problems.push(params.exceptionDetails.text);
});

function call(method, params = {}) {
  const id = waiting.size + 1;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params }));
  });
}

async function value(expression) {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true });
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  return result.value;
}

async function until(expression) {
  while (!(await value(expression))) await new Promise((resolve) => setTimeout(resolve, 50));
}

const state = "document.getElementById('state')?.textContent";
const click = (id) => value(`document.getElementById('${id}').click()`);
const shown = (stream) =>
  value(`[...document.querySelectorAll('#output .${stream}')].map((part) => part.textContent).join('')`);

async function used() {
  return { state: await value(state), stdout: await shown("stdout"), stderr: await shown("stderr") };
}

async function run(script, ended) {
  if (script) await value(`document.getElementById('script').value = ${JSON.stringify(script)}`);
  await click("run");
  await until(ended);
}

for (const domain of ["Log", "Runtime", "Page"]) await call(`${domain}.enable`);
await call("Page.navigate", { url });
await until(`${state}?.startsWith('Loaded')`);
const loaded = await value(state);
await run("", `${state}.startsWith('Exit status')`);
const sample = await used();
await run("print('begun')\nwhile True: pass\n", "document.querySelector('#output .stdout')");
await click("stop");
const stopped = await used();
await run("while True: print('x' * 999)\n", "document.querySelector('#output').textContent.length > 900000");
await click("stop");
const flooded = await used();
await run("print('again')\n", `${state}.startsWith('Exit status')`);
const again = await used();
console.log(JSON.stringify({ loaded, sample, stopped, flooded: flooded.stdout.length, again, problems }));
socket.close();
