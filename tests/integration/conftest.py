"""Fixtures of the integration tests."""

from tests.integration.engines import docker
from tests.integration.toolchains import app, toolchain

__all__ = ["app", "docker", "toolchain"]
