"""Fixtures of the integration tests."""

from tests.integration.toolchains import app, toolchain

__all__ = ["app", "toolchain"]
