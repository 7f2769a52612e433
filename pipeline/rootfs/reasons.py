"""Why a root file system cannot be made from its packages; may import `pipeline.errors` only."""

from __future__ import annotations

from pipeline.errors import Reason


class RootfsReason(Reason):
    """Why unpacking fails."""

    ESCAPE = "escape"
    SPECIAL_FILE = "special-file"
    CONFLICT = "conflict"
    MISSING_PACKAGE = "missing-package"
    DANGLING_FIXUP = "dangling-fixup"
