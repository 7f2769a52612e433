"""Compares the tiers of a release, construct by construct, and writes what the router may rely on."""
