"""The short way through `slimepython run`, for runs that need no thought; imports nothing of weight.

The long way is `slimepython.dispatch`, and does the same.
"""

from __future__ import annotations

import os

from slimepython.install import place, ready
from slimepython.launch import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OVERRIDES = {"full": "FULL_BIN", "light": "LIGHT_BIN"}
"""Variables that name the program of a tier, whatever is installed."""


def start_at_once(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> None:
    """Become the interpreter if there is nothing to decide, and it is known which one; else return.

    There is nothing to decide about `SCRIPT …`, since the router's policy prefers Full where nobody says otherwise,
    nor about `--router full|light SCRIPT …`.
    """
    tier, rest = "full", words
    if len(words) > 2 and words[0] == "--router" and words[1] in OVERRIDES:
        tier, rest = words[1], words[2:]
    if not rest or rest[0].startswith("-"):
        return
    entry = environ.get(OVERRIDES[tier])
    if not entry:
        found = ready.lookup(place.home_path(environ), f"{tier}-native")
        if found is None or found == ready.NONE:
            return  # there is something to say
        entry = found[0]
    native.execute(native.command_line(entry, rest), native.environment(environ))
