"""Tests of the router, against the committed tables."""
