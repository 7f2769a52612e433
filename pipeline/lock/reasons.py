"""Why a toolchain cannot be locked; may import `pipeline.errors` only."""

from __future__ import annotations

from pipeline.errors import Reason


class LockReason(Reason):
    """Why `lock` fails."""

    NO_INDEX = "no-index"
    BAD_SIGNATURE = "bad-signature"
    EXPIRED = "expired"
    WRONG_SUITE = "wrong-suite"
    NOT_IN_RELEASE = "not-in-release"
    BAD_INDEX = "bad-index"
    UNKNOWN_PACKAGE = "unknown-package"
    UNSATISFIED = "unsatisfied"
    AVOID_UNUSED = "avoid-unused"
    MAINTAINER_SCRIPT = "maintainer-script"
    REASON_UNUSED = "reason-unused"
    BAD_PACKAGE = "bad-package"
