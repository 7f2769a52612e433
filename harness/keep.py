"""`python -m harness keep`: takes what was measured here as the release's own results, and writes the page from them.

Only what was measured from a clean tree, with the released artifacts and tables and with today's sources. May import
results, needs and the page.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from harness import matrix, results
from harness.needs import NEEDS, older, released
from harness.results import ResultError, ResultReason
from slimepython.release.model import Manifest


def main(names: Sequence[str], say: Callable[[str], None]) -> int:
    """Keep all of them, or none. Raises `ResultError`, which says of each what is against it."""
    manifest = released()
    against = [f"{name}: {each}" for name in names for each in _against(name, manifest)]
    if against:
        commands = ", ".join(dict.fromkeys(NEEDS[name].command for name in names))
        raise ResultError(
            ResultReason.NOT_KEPT,
            "\n  ".join([f"not kept as results of release {manifest.release}:", *against]),
            hint=f"commit, have that release in ./artifacts (nox -s build-full), measure it anew: {commands}",
        )
    results.KEPT.mkdir(parents=True, exist_ok=True)
    for name in names:
        for path in results.MEASURED.glob(f"{name}.*"):
            shutil.copyfile(path, results.KEPT / path.name)
    status = matrix.main(say)
    say(f"kept {', '.join(names)} as results of release {manifest.release}: commit them")
    return status


def _against(name: str, manifest: Manifest) -> list[str]:
    """Why a result may not be kept, a reason each."""
    result = results.read(name, results.MEASURED)
    if result is None:
        return [f"it was not measured here: {NEEDS[name].command}"]
    found = older(name, result.envelope, manifest)
    if result.envelope.revision is None:
        found.append("its commit is not known")
    elif result.envelope.revision.dirty:
        found.append("it was measured with changes that were not committed")
    if NEEDS[name].plot and not (results.MEASURED / f"{name}.svg").is_file():
        found.append("it has no plot")
    return found
