// The page: compiles the module once, and gives each run a worker of its own.

const MOST_SHOWN = 1_000_000; // bytes of output: a script that prints without end must not fill the memory
const STREAMS = { 1: "stdout", 2: "stderr" };

const [script, runs, stops, output, state] = ["script", "run", "stop", "output", "state"].map((id) =>
  document.getElementById(id),
);
let module;
let worker;
let decoders;
let pending = [];
let shown;

function show(text, busy) {
  state.textContent = text;
  runs.disabled = busy || !module;
  stops.disabled = !worker;
}

/** Once a frame, however much is printed: many small changes of a document are slow. */
function draw() {
  const parts = document.createDocumentFragment();
  for (const { fd, bytes } of pending) {
    const text = decoders[fd].decode(bytes, { stream: true });
    if (parts.lastChild?.className === STREAMS[fd]) {
      parts.lastChild.append(text);
    } else {
      const span = document.createElement("span");
      span.className = STREAMS[fd];
      span.append(text);
      parts.append(span);
    }
  }
  pending = [];
  output.append(parts);
}

function start() {
  output.replaceChildren();
  decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  [pending, shown] = [[], 0];
  worker = new Worker("worker.js", { type: "module" });
  worker.addEventListener("error", (event) => end(`The worker failed: ${event.message}`));
  worker.addEventListener("message", ({ data }) => {
    if ("status" in data) {
      end(`Exit status ${data.status} after ${Math.round(data.milliseconds)} ms`);
    } else if (shown < MOST_SHOWN) {
      shown += data.bytes.length;
      if (pending.length === 0) requestAnimationFrame(draw);
      pending.push(data);
    }
  });
  worker.postMessage({ module, script: script.value });
  show("Running …", true);
}

function end(text) {
  worker.terminate();
  worker = undefined;
  draw();
  show(shown < MOST_SHOWN ? text : `${text}; only the first megabyte of output is shown`, false);
}

runs.addEventListener("click", start);
stops.addEventListener("click", () => end("Stopped"));
script.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !runs.disabled) start();
});

show("Loading …", true);
try {
  const began = performance.now();
  module = await WebAssembly.compileStreaming(fetch("slimepython.wasm"));
  show(`Loaded in ${Math.round(performance.now() - began)} ms`, false);
} catch (error) {
  show(`slimepython.wasm cannot be loaded: ${error.message}`, true);
}
