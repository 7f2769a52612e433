"""Tests of slimepython.install."""
