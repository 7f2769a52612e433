"""What `release.yaml` may and may not say."""

from __future__ import annotations

import pytest

from pipeline.model.release import Release
from tests.unit.model.refused import load, refuse

RELEASE = {"release": "2026.11", "created": "2026-11-23T00:00:00Z", "build": ["zlib"]}


def test_the_sample_is_good() -> None:
    """Else the tests below would refuse for another reason."""
    assert load(Release, RELEASE) == Release(release="2026.11", created="2026-11-23T00:00:00Z", build=("zlib",))
    load(Release, RELEASE | {"release": "2026.11.2"})


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"release": "november"}, "release"),
        ({"release": "2026.11\n"}, "release"),
        ({"created": "2026-11-23"}, "created"),
        ({"build": []}, "build"),
    ],
)
def test_22_release(changes: dict[str, object], place: str) -> None:
    assert refuse(Release, RELEASE | changes) == {place}
