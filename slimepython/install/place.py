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
    if os.uname().sysname == "Linux":
        # As the XDG Base Directory Specification says; it takes 20 ms to have platformdirs say the same.
        data = environ.get("XDG_DATA_HOME", "")
        return f"{data if data.startswith('/') else os.path.expanduser('~/.local/share')}/slimepython"  # noqa: PTH111
    import platformdirs

    return platformdirs.user_data_dir("slimepython", appauthor=False)
