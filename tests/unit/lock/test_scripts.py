"""Maintainer scripts: what is harmless, what a link covers, what is left to be explained."""

from __future__ import annotations

import pytest

from pipeline.lock.globs import matcher
from pipeline.lock.scripts import uncovered

EXCLUDED = matcher(["usr/share/man/**"])


def left(script: str, links: dict[str, str] | None = None, name: str = "postinst") -> list[str]:
    found = uncovered({name: script.encode()}, links or {}, EXCLUDED)
    return [line for part in found for line in part.lines]


def test_no_script_at_all() -> None:
    assert uncovered({"control": b"Package: a\n", "md5sums": b""}, {}, EXCLUDED) == ()


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\nset -e\n\nexit 0\n",
        '#!/bin/sh\nset -e\ncase "$1" in\n  configure|abort-upgrade)\n  ;;\n  *)\n    exit 1\n  ;;\nesac\n',
        "# Automatically added by dh_installsystemd/13.24.2\nsystemctl daemon-reload\n"
        "# End automatically added section\n",
        'dpkg-maintscript-helper rm_conffile /etc/x 1.0 -- "$@"\n',
        'if [ "$1" = "upgrade" ]; then\n    if dpkg --compare-versions "$2" lt 2; then\n        rm -rf /x\n'
        "    fi\nfi\n",
    ],
)
def test_what_is_known_to_do_nothing(script: str) -> None:
    assert left(script) == []


def test_a_command_is_left() -> None:
    assert left("#!/bin/sh\nset -e\nupdate-ca-certificates\n") == ["update-ca-certificates"]


def test_a_helper_that_is_not_known_to_be_harmless_is_left() -> None:
    script = "# Automatically added by dh_frobnicate/13\nfrobnicate /etc\n# End automatically added section\n"
    assert left(script) == ["frobnicate /etc"]


@pytest.mark.parametrize("condition", ['[ "$1" = upgrade ] || [ "$1" = install ]', '[ "$1" = configure ]'])
def test_what_runs_on_installing_is_left(condition: str) -> None:
    assert "make-keys" in left(f"if {condition}; then\n  make-keys\nfi\n")


@pytest.mark.parametrize("hidden", ["if [ $(touch /x) ]; then", "echo hi > /etc/x", "x=$(cmd)", "cmd || true"])
def test_commands_do_not_hide_in_conditions_and_words(hidden: str) -> None:
    assert left(f"{hidden}\n") == [hidden]


ALTERNATIVE = (
    "update-alternatives --quiet --install /usr/bin/awk awk /usr/bin/gawk 10 \\\n"
    "  --slave /usr/share/man/man1/awk.1.gz awk.1.gz /usr/share/man/man1/gawk.1.gz \\\n"
    "  --slave /usr/bin/nawk nawk /usr/bin/gawk\n"
)


def test_an_alternative_is_covered_by_links_and_excludes() -> None:
    assert left(ALTERNATIVE, {"usr/bin/awk": "gawk", "usr/bin/nawk": "gawk"}) == []


def test_an_alternative_with_a_missing_slave_is_left() -> None:
    assert len(left(ALTERNATIVE, {"usr/bin/awk": "gawk"})) == 1


def test_an_alternative_on_merged_usr() -> None:
    line = "update-alternatives --install /lib/cpp cpp /usr/bin/cpp 10\n"
    assert left(line, {"usr/lib/cpp": "../bin/cpp"}) == []


def test_an_alternative_whose_name_is_computed_is_left() -> None:
    assert len(left("update-alternatives --install $link awk /usr/bin/gawk 10\n", {"$link": "x"})) == 1


def test_triggers() -> None:
    harmless = "# made by dh\ninterest-noawait /usr/lib32\nactivate-noawait ldconfig\n"
    assert left(harmless, name="triggers") == []
    assert left("activate update-ca-certificates\n", name="triggers") == ["activate update-ca-certificates"]
