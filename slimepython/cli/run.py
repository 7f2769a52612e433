"""`slimepython run`: from a script to the process, or module, that runs it; imports what a start needs, when it does.

Most runs need no thought: `start_at_once` handles those without importing anything of weight.
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
    """Become the interpreter if the words are `--router full|light SCRIPT …` and it is known which one; else return."""
    if len(words) < 3 or words[0] != "--router" or words[1] not in OVERRIDES or words[2].startswith("-"):
        return
    tier = words[1]
    entry = environ.get(OVERRIDES[tier])
    if not entry:
        found = ready.lookup(place.home_path(environ), f"{tier}-native")
        if found is None or found == ready.NONE:
            return  # there is something to say
        entry = found[0]
    native.execute(native.command_line(entry, words[2:]), native.environment(environ))
