"""Tests of the sandboxes for real."""
