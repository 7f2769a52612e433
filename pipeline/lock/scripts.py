"""What a package's maintainer scripts would do that a pure unpack leaves undone; no I/O, imports nothing.

Not a shell parser. Lines are struck out that are known to do nothing a read-only root file system needs;
what is left has to be covered by a link in the toolchain's yaml or by a reason given there. Scripts: Debian
Policy, chapter 6; triggers: deb-triggers(5).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_SCRIPTS = ("preinst", "postinst")
_HELPER_BLOCK = re.compile(
    r"^# Automatically added by (?:"
    r"dh_installdeb|dh_installmenu|dh_installsystemd|dh_installsystemduser|dh_installtmpfiles|dh_installinit|"
    r"dh_installman|dh_installinfo|dh_installmime|dh_makeshlibs|dh_python3|dh_usrlocal"
    r")/\S+\n.*?^# End automatically added section\n?",
    re.MULTILINE | re.DOTALL,
)
_UPGRADE_ONLY = re.compile(
    r"""^(?P<indent>[ \t]*)if\ (?:\[|test)\ "?\$1"?\ ==?\ "?upgrade"?\ (?P<rest>(?!.*\|\|).*)\n"""
    r"""(?:.*\n)*?(?P=indent)fi[ \t]*(?:\n|\Z)""",
    re.MULTILINE | re.VERBOSE,
)
_NOTHING = re.compile(
    r"""^(?:
      \#.* | set\ -[eu]+ | exit\ \d+;? | : ;? ;* | ;; | \{ | \} |
      do | done | else | fi | esac | then | return |
      \w+=[\w./:-]* |                                              # a plain assignment
      case\ .*\ in | [\w*|"'$-]+(?:\|[\w-]+)*\) (?:\s*;;)? | \([\w*|-]+\) |
      echo\ [^>`]* (?:\ *1?>&2)? |
      dpkg-maintscript-helper\ .* |
      update-alternatives\ --(?:auto|remove)\ [^$;]*
    )$""",
    re.VERBOSE,
)
_CONDITION = re.compile(r"^(?:el)?if (?P<terms>[^;]*?)(?:; *then)?$")
_TERM = re.compile(
    r"^(?:! )?(?:\[ [^]]* \]|test .*|dpkg --compare-versions .*|(?:which|command -v) [\w-]+ *>/dev/null.*)$"
)
_TRIGGER = re.compile(r"^(?:#.*|interest\S*\s+\S+|activate(?:-\w+)?\s+ldconfig|)$")


@dataclass(frozen=True)
class Uncovered:
    """Lines of one script that nothing covers."""

    script: str
    lines: tuple[str, ...]


def uncovered(
    control: Mapping[str, bytes], links: Mapping[str, str], excluded: Callable[[str], bool]
) -> tuple[Uncovered, ...]:
    """What the scripts among the control files do that neither a known pattern nor a link covers.

    `links` are the toolchain's (path → text); `excluded` says whether a path is not unpacked anyway.
    """
    found = []
    for name in _SCRIPTS:
        lines = tuple(_remaining(control.get(name, b"").decode("utf-8", "replace"), links, excluded))
        found.append(Uncovered(name, lines))
    triggers = control.get("triggers", b"").decode("utf-8", "replace").splitlines()
    found.append(Uncovered("triggers", tuple(t for t in triggers if not _TRIGGER.match(t.strip()))))
    return tuple(f for f in found if f.lines)


def _remaining(text: str, links: Mapping[str, str], excluded: Callable[[str], bool]) -> Iterator[str]:
    text = _HELPER_BLOCK.sub("", text)
    text = re.sub(r"[ \t]*\\\n[ \t]*", " ", text)
    text = _UPGRADE_ONLY.sub("", text)
    for raw in text.splitlines():
        line = raw.strip()
        if not line or _does_nothing(line):
            continue
        if line.startswith("update-alternatives") and _alternative_is_covered(line, links, excluded):
            continue
        yield line


def _does_nothing(line: str) -> bool:
    if line.startswith("#"):
        return True
    if "`" in line or "$(" in line:
        return False  # a command in disguise
    condition = _CONDITION.match(line)
    if condition:
        return all(_TERM.match(term.strip()) for term in re.split(r"&&|\|\|", condition["terms"]))
    return _NOTHING.match(line) is not None


def _alternative_is_covered(line: str, links: Mapping[str, str], excluded: Callable[[str], bool]) -> bool:
    # update-alternatives(1): --install LINK NAME PATH PRIORITY, each --slave LINK NAME PATH.
    words = shlex.split(line.removesuffix("|| true"), comments=True)
    wanted = [words[at + 1] for at, word in enumerate(words[:-1]) if word in ("--install", "--slave")]
    return bool(wanted) and all(
        not any(sign in link for sign in "$`*") and (_relative(link) in links or excluded(_relative(link)))
        for link in wanted
    )


def _relative(link: str) -> str:
    path = link.lstrip("/")
    # Merged /usr: a link in /bin is one in /usr/bin.
    return f"usr/{path}" if path.split("/")[0] in ("bin", "sbin", "lib", "lib64") else path
