"""Runs a plan: one action after another or side by side; may import everything up to `pipeline.sandbox`."""
