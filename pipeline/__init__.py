"""SlimePython's build pipeline: recipes → plan → sandboxed run → probes → published manifest."""
