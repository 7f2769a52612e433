"""Runs the corpora on every tier and target, side by side, and keeps what it saw."""
