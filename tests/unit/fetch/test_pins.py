"""What is said of pins that cannot be had."""

from __future__ import annotations

import pytest

from pipeline.fetch.pins import Answer, FetchReason, Missing, MissingInputs, Pin


def pin(name: str, mend: str = "") -> Pin:
    return Pin(name, "ab" * 32, 7, ("https://one.example/a", "https://two.example/a"), mend)


def missing(name: str, *reasons: FetchReason, mend: str = "") -> Missing:
    return Missing(pin(name, mend), tuple(Answer(f"place {reason.value}", reason, "detail") for reason in reasons))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((FetchReason.NOT_FOUND, FetchReason.DIGEST_MISMATCH), FetchReason.DIGEST_MISMATCH),
        ((FetchReason.UNREACHABLE, FetchReason.STALLED, FetchReason.NOT_FOUND), FetchReason.STALLED),
        ((FetchReason.UNREACHABLE,), FetchReason.UNREACHABLE),
        ((), FetchReason.NO_PLACE),
    ],
)
def test_of_several_answers_the_gravest_is_the_reason(answers: tuple[FetchReason, ...], reason: FetchReason) -> None:
    assert missing("a", *answers).reason is reason
    assert missing("a", *reversed(answers)).reason is reason


def test_every_pin_and_every_place_is_named_and_each_mend_once() -> None:
    found = [
        missing("zlib", FetchReason.NOT_FOUND, mend="edit recipes/zlib/recipe.yaml"),
        missing("make", FetchReason.UNREACHABLE, FetchReason.DIGEST_MISMATCH, mend="nox -s lock"),
        missing("gcc", mend="nox -s lock"),
        missing("unmended", FetchReason.STALLED),
    ]
    error = MissingInputs(found)
    assert error.reason is FetchReason.DIGEST_MISMATCH
    lines = error.message.splitlines()
    assert lines == [
        f"cannot fetch gcc (sha256 {'ab' * 32}, 7 bytes): no-place",
        "  the pin names no place to fetch it from",
        f"cannot fetch make (sha256 {'ab' * 32}, 7 bytes): digest-mismatch",
        "  place unreachable: unreachable: detail",
        "  place digest-mismatch: digest-mismatch: detail",
        f"cannot fetch unmended (sha256 {'ab' * 32}, 7 bytes): stalled",
        "  place stalled: stalled: detail",
        f"cannot fetch zlib (sha256 {'ab' * 32}, 7 bytes): not-found",
        "  place not-found: not-found: detail",
    ]
    assert error.hint.splitlines() == ["nox -s lock", "edit recipes/zlib/recipe.yaml"]
