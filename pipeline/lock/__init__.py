"""From a toolchain's wishes to its lock file: signed indexes, resolved packages; may import up to `fetch`."""
