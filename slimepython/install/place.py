"""Where the folder of installations is; imports next to nothing."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_VARIABLE = "SLIMEPYTHON_HOME"


def home_path(environ: Mapping[str, str]) -> str:
    """$SLIMEPYTHON_HOME, or where the system keeps a user's data (`~/.local/share/slimepython` on Linux)."""
    if named := environ.get(HOME_VARIABLE):
        return os.path.abspath(named)  # noqa: PTH100 (pathlib is slow to import)
    import platformdirs  # slow to import too, and needed here only

    return platformdirs.user_data_dir("slimepython", appauthor=False)
