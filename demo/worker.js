// Runs one script apart from the page, which stays responsive and can end it.

import { run } from "./slimepython.js";

addEventListener("message", ({ data: { module, script } }) => {
  const began = performance.now();
  const status = run(module, script, (fd, bytes) => postMessage({ fd, bytes }, [bytes.buffer]));
  postMessage({ status, milliseconds: performance.now() - began });
});
