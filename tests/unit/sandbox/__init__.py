"""Tests of `pipeline.sandbox` without a sandbox."""
