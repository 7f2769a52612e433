"""pipeline.load.suites: who signs a suite, with the place of whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DefinitionError
from pipeline.load.problems import LoadReason
from pipeline.load.suites import load_suites

GOOD = "codename: trixie\nsigned_by: [archive]\n"


def write(root: Path, text: str, name: str = "trixie") -> None:
    for folder in ("suites", "keys"):
        (root / "toolchains" / folder).mkdir(parents=True, exist_ok=True)
    (root / "toolchains" / "keys" / "archive.asc").write_text("a key")
    (root / "toolchains" / "suites" / f"{name}.yaml").write_text(text)


def refused(root: Path) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        load_suites(root)
    return caught.value


def test_suites_by_codename(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert load_suites(tmp_path)["trixie"].signed_by == ("archive",)


def test_a_name_that_is_not_the_files_and_a_key_that_is_not_there_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, GOOD, name="forky")
    write(tmp_path, "codename: trixie\nsigned_by:\n  - archive\n  - absent\n")
    error = refused(tmp_path)
    assert error.reason is LoadReason.NAME_MISMATCH
    assert "toolchains/suites/forky.yaml:1:1: says 'trixie' but the file is 'forky'" in error.message
    assert "toolchains/suites/trixie.yaml:4:5: there is no toolchains/keys/absent.asc" in error.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("codename: trixie\n", LoadReason.MISSING_KEY),
        (f"{GOOD}without_valid_until: {{max_age_days: 9}}\n", LoadReason.MISSING_KEY),
        (f"{GOOD}without_valid_until: {{reason: it lasts, max_age_days: 9}}\n", LoadReason.BAD_VALUE),
        (f"{GOOD}without_valid_until: {{reason: it lasts for years, max_age_days: 0}}\n", LoadReason.BAD_VALUE),
        (f"{GOOD}allow_expired: {{}}\n", LoadReason.MISSING_KEY),
        ("codename: trixie\nsigned_by: []\n", LoadReason.BAD_VALUE),
        ("codename: trixie\nsigned_by: [../archive]\n", LoadReason.BAD_VALUE),
    ],
)
def test_what_is_not_said_or_without_a_reason(tmp_path: Path, text: str, reason: LoadReason) -> None:
    write(tmp_path, text)
    assert refused(tmp_path).reason is reason
