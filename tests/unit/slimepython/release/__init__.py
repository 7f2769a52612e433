"""Tests of slimepython.release."""
