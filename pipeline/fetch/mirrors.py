"""Where Debian packages may be had from this machine, by apt's configuration; may import python-debian and the model.

Formats: sources.list(5), both the one-line and the deb822 style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from debian.deb822 import Deb822

from pipeline.model.toolchain import TIMESTAMP

ENVIRONMENT = "SLIMEPYTHON_DEBIAN_MIRROR"
_CODENAMES = {"bullseye", "bookworm", "trixie", "forky", "duke", "sid"}
_SUITES = _CODENAMES | {"oldoldstable", "oldstable", "stable", "testing", "unstable"}
_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<rest>.*)$")


@dataclass(frozen=True)
class _Entry:
    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def debian_mirrors(environ: Mapping[str, str], apt: Path = Path("/etc/apt")) -> tuple[str, ...]:
    """Base addresses of Debian mirrors (no trailing slash), best first; empty when there is none.

    `SLIMEPYTHON_DEBIAN_MIRROR` (blank-separated addresses) is taken alone if it is set: who names a mirror
    wants no other asked. Otherwise what apt is configured with, if it looks like Debian's main archive.
    """
    named = environ.get(ENVIRONMENT, "").split()
    if named:
        return tuple(uri.rstrip("/") for uri in named)
    return tuple(dict.fromkeys(e.uri.rstrip("/") for e in _apt_entries(apt) if _is_debian(e)))


def pool_places(path: str, timestamp: str, mirrors: Iterable[str]) -> tuple[str, ...]:
    """Addresses of a pool-relative path: the mirrors, then the snapshot of the lock's time.

    The snapshot service keeps what mirrors drop when a package is superseded; `timestamp` is
    `YYYYMMDDTHHMMSSZ` as its addresses spell it (https://snapshot.debian.org/, "Usage").
    """
    bases = [*mirrors, snapshot(timestamp)]
    return tuple(f"{base}/{path}" for base in dict.fromkeys(bases))


def snapshot(timestamp: str) -> str:
    """The archive as its Release file of `timestamp` (`YYYYMMDDTHHMMSSZ`) describes it.

    The service answers with the last import at or before the time asked for, and an archive state is imported
    within the hour after its Release file is signed; the next state follows six hours later.
    """
    imported = datetime.strptime(timestamp, TIMESTAMP) + timedelta(hours=3)
    return f"https://snapshot.debian.org/archive/debian/{imported.strftime(TIMESTAMP)}"


def _is_debian(entry: _Entry) -> bool:
    try:
        address = urlsplit(entry.uri)
    except ValueError:  # no address: apt will say so
        return False
    return (
        address.scheme in ("http", "https")
        and "main" in entry.components
        and any(suite in _SUITES for suite in entry.suites)
        and "security" not in address.path
        and address.path.rstrip("/").rpartition("/")[2].startswith("debian")
    )


def _apt_entries(apt: Path) -> Iterator[_Entry]:
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    for file in files:
        try:
            text = file.read_text("utf-8", "replace")
        except OSError:
            continue
        if file.suffix == ".list":
            yield from _one_line(text)
        elif file.suffix == ".sources":
            yield from _deb822(text)


def _one_line(text: str) -> Iterator[_Entry]:
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match:
            yield _Entry(match["uri"], (match["suite"],), tuple(match["rest"].split()))


def _deb822(text: str) -> Iterator[_Entry]:
    for stanza in Deb822.iter_paragraphs(text, use_apt_pkg=False):
        if stanza.get("Enabled", "yes").strip().lower() in ("no", "false", "0"):
            continue
        if "deb" in stanza.get("Types", "").split():
            for uri in stanza.get("URIs", "").split():
                suites, components = stanza.get("Suites", ""), stanza.get("Components", "")
                yield _Entry(uri, tuple(suites.split()), tuple(components.split()))
