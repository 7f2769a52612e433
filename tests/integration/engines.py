"""Sandbox engines for the tests: one that a machine must have is never skipped in silence."""

from __future__ import annotations

import os

import pytest

from pipeline.sandbox.docker import Docker

DEMAND = "SLIMEPYTHON_DEMAND_DOCKER"


@pytest.fixture(scope="session")
def docker() -> Docker:
    """Docker as an engine, tried for real; mark what uses this `docker`.

    Without a daemon it is skipped, but fails where one is promised: by DOCKER_HOST or by SLIMEPYTHON_DEMAND_DOCKER.
    """
    engine = Docker()
    report = engine.check()
    if not report.ok:
        message = f'no Docker daemon (eval "$(.ci/docker-up)" starts one): {report.answer}'
        promised = [name for name in ("DOCKER_HOST", DEMAND) if os.environ.get(name)]
        if promised:
            pytest.fail(f"{' and '.join(promised)} set, and {message}")
        pytest.skip(message)
    return engine
