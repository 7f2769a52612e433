"""Learns from measured runs which tier is faster for a script that may run on both."""
