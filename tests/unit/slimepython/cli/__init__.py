"""Tests of slimepython.cli."""
