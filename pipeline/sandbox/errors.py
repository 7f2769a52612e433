"""Why there is no sandbox; may import pipeline.errors only."""

from __future__ import annotations

from pipeline.errors import Reason


class SandboxReason(Reason):
    """What is wrong with an engine or with what it was asked to run. A failing build is not among it."""

    NO_ENGINE = "no-engine"
    ENGINE_MISSING = "engine-missing"
    ENGINE_TOO_OLD = "engine-too-old"
    ENGINE_LOST = "engine-lost"
    SETUP_FAILED = "setup-failed"
    BAD_MOUNT = "bad-mount"
