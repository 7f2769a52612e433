"""Small parts of the upkeep commands."""

from __future__ import annotations

import pytest

from pipeline.cli.upkeep import parse_size
from pipeline.errors import UsageError


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("20G", 20 * 10**9), ("1.5 mb", 1_500_000), ("7k", 7000)])
def test_sizes(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["", "G", "-1G", "ten", "1P"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert "20G" in caught.value.hint
