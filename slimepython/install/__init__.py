"""Interpreters on this machine: strict unpacking, atomic installation, verification."""
