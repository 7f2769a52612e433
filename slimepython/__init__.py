"""The runtime: resolves, verifies, installs, routes and launches published interpreters."""
