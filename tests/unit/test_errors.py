"""The tree of errors: each class has an exit status of its own, which the command line's help names."""

from __future__ import annotations

import re

import pytest

from pipeline.cli.main import cli
from pipeline.errors import Reason, SlimeError, UsageError, UsageReason


def classes(top: type[SlimeError] = SlimeError) -> list[type[SlimeError]]:
    """The classes that the tree itself defines."""
    below = [found for each in top.__subclasses__() if each.__module__ == top.__module__ for found in classes(each)]
    return [top, *below]


def test_no_two_classes_share_an_exit_status() -> None:
    statuses = [each.exit_code for each in classes()]
    assert len(statuses) > 8
    assert len(set(statuses)) == len(statuses)
    assert 0 not in statuses


def test_the_help_explains_every_exit_status() -> None:
    explained = {int(number) for number in re.findall(r"(?:status:|,)\s+(\d+) ", cli.epilog or "")}
    assert explained - {0, 130} == {each.exit_code for each in classes()} - {SlimeError.exit_code}


def test_an_error_says_its_message_and_keeps_reason_and_hint() -> None:
    error = UsageError(UsageReason.UNKNOWN_NAME, "there is no recipe 'a'", hint="python -m pipeline list")
    assert str(error) == error.message == "there is no recipe 'a'"
    assert (error.reason, error.hint) == (UsageReason.UNKNOWN_NAME, "python -m pipeline list")
    with pytest.raises(SlimeError) as caught:
        raise error
    assert caught.value.exit_code == 2


def test_reasons_are_what_they_are_called_in_json() -> None:
    def below(reason: type[Reason]) -> list[type[Reason]]:
        return [found for each in reason.__subclasses__() for found in (each, *below(each))]

    for reason in below(Reason):
        if reason.__module__.startswith("pipeline."):
            assert [each.value for each in reason] == [each.name.lower().replace("_", "-") for each in reason], reason
