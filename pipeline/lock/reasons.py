"""Why a toolchain cannot be locked; may import `pipeline.errors` only."""

from __future__ import annotations

from pipeline.errors import Reason


class LockReason(Reason):
    """Why `lock` fails; what a mirror answers gravest first: of several mirrors' answers the gravest is reported."""

    BAD_SIGNATURE = "bad-signature"
    WRONG_SIGNERS = "wrong-signers"
    WRONG_SUITE = "wrong-suite"
    FROM_THE_FUTURE = "from-the-future"
    OLDER_THAN_LOCK = "older-than-lock"
    NO_VALID_UNTIL = "no-valid-until"
    EXPIRED = "expired"
    BAD_INDEX = "bad-index"
    NO_INDEX = "no-index"
    UNKNOWN_SUITE = "unknown-suite"
    UNUSABLE_KEY = "unusable-key"
    NOT_IN_RELEASE = "not-in-release"
    UNKNOWN_PACKAGE = "unknown-package"
    UNSATISFIED = "unsatisfied"
    AVOID_UNUSED = "avoid-unused"
    MAINTAINER_SCRIPT = "maintainer-script"
    REASON_UNUSED = "reason-unused"
    BAD_PACKAGE = "bad-package"
