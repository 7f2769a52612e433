"""Fixtures of the integration tests."""

from tests.integration.daemon import own_daemon
from tests.integration.engines import docker
from tests.integration.toolchains import app, toolchain

__all__ = ["app", "docker", "own_daemon", "toolchain"]
