"""Tests of slimepython.launch."""
