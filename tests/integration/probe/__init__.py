"""Probes on really compiled programs."""
