"""Decides from a script's text which tier may run it: never one that would answer differently."""
