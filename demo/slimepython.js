// Runs a Python script in slimepython.wasm, which reaches nothing but the three functions that it is lent here.
// One run is one instance: scripts share nothing, and what one leaves behind goes with it.

/** The exit status of a run that ended otherwise than by itself, as a shell sees an abort. */
export const ABORTED = 134;

const RANDOM_AT_ONCE = 65536; // crypto.getRandomValues gives no more

/**
 * Run a script to its end, and give its exit status; blocks meanwhile, so a page has a worker call it.
 *
 * @param {WebAssembly.Module} module slimepython.wasm, compiled
 * @param {string | Uint8Array} script Python, in UTF-8 if these are bytes
 * @param {(fd: number, bytes: Uint8Array) => void} write takes what the script prints: 1 is stdout, 2 is stderr
 * @returns {number}
 */
export function run(module, script, write) {
  const view = (data, length) => new Uint8Array(instance.exports.memory.buffer, data, length);
  const instance = new WebAssembly.Instance(module, {
    slimepython: {
      write: (fd, data, length) => write(fd, view(data, length).slice()),
      random: (data, length) => {
        for (let done = 0; done < length; done += RANDOM_AT_ONCE) {
          crypto.getRandomValues(view(data + done, Math.min(RANDOM_AT_ONCE, length - done)));
        }
      },
      // Unlike Date.now() it never goes back.
      now: () => performance.timeOrigin + performance.now(),
    },
  });
  const source = typeof script === "string" ? new TextEncoder().encode(script) : script;
  try {
    const data = instance.exports.alloc(source.length);
    view(data, source.length).set(source);
    return instance.exports.run(data, source.length);
  } catch (error) {
    // A trap, or a recursion that overran the engine's own stack: the instance is lost, the page is not.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    write(2, new TextEncoder().encode(`aborted: ${error.message}\n`));
    return ABORTED;
  }
}
