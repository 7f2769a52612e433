"""The policy: rules as data that judge the facts a probe wrote down; may import the base model only.

A rule names a fact by its dotted path (`elf.relro`; one `*` stands for every key at its level, as in
`elf.files.*.textrel`) and says what is expected of it. How rules are applied is `pipeline.probe.judge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import Field, StringConstraints, field_validator, model_validator

from pipeline.model.base import Model, Name
from pipeline.model.recipe import Filtered

Scalar = str | int | float | bool | None
Number = int | float

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.(\*|[A-Za-z0-9_-]+))*$")]
"""Keys joined by dots; `*` matches every key at its level."""

_Several = Annotated[tuple[str, ...], Field(min_length=1)]
Patterns = _Several | dict[str, str | _Several]
"""Shell patterns: a list, or a mapping from a pattern to the reason why it is there, or from a reason to patterns."""


def patterns_in(patterns: Patterns) -> tuple[str, ...]:
    """The patterns themselves."""
    if not isinstance(patterns, Mapping):
        return patterns
    groups = ((key,) if isinstance(value, str) else value for key, value in patterns.items())
    return tuple(pattern for group in groups for pattern in group)


class Expect(Model):
    """What a fact must be: exactly one of these. Objects count as the list of their keys."""

    equals: Scalar = Field(default=None, description="The very value (null is one, too).")
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = Field(
        default=None, description="One of these values."
    )
    at_most: Number | None = Field(default=None, description="A number no greater.")
    at_least: Number | None = Field(default=None, description="A number no smaller.")
    subset_of: Patterns | None = Field(
        default=None, description="A list, each item of which matches one of these patterns."
    )
    exactly: Patterns | None = Field(
        default=None, description="A list, as `subset_of`, and each of these patterns matches an item of it."
    )
    contains_all: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="A list that holds each of these strings."
    )
    contains_none: Patterns | None = Field(
        default=None, description="A list or a text, in which none of these patterns matches an item."
    )
    empty: bool | None = Field(default=None, description="`true`: an empty list, object or text, or null.")
    matches: str | None = Field(default=None, description="A text that this expression matches whole.")
    version_at_most: str | None = Field(
        default=None, description="A version no newer, or null (then nothing is needed at all)."
    )

    @property
    def kind(self) -> str:
        """The name of the one expectation that is given."""
        return next(iter(self.model_fields_set))

    @property
    def limit(self) -> object:
        """The value of the one expectation that is given."""
        return getattr(self, self.kind)

    @model_validator(mode="after")
    def _exactly_one(self) -> Expect:
        if len(self.model_fields_set) != 1:
            given = ", ".join(sorted(self.model_fields_set)) or "nothing"
            raise ValueError(f"`expect` takes exactly one expectation, not {given}")
        if self.kind != "equals" and self.limit in (None, False):
            raise ValueError(f"`{self.kind}` takes no {self.limit!r}")
        return self

    @field_validator("matches")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return pattern

    @field_validator("version_at_most")
    @classmethod
    def _is_a_version(cls, version: str | None) -> str | None:
        try:
            Version(version or "0")
        except InvalidVersion as error:
            raise ValueError(f"{version!r} is not a version") from error
        return version


class Rule(Filtered):
    """One fact, what is expected of it, and why."""

    fact: FactName
    expect: Expect
    why: Annotated[str, Field(min_length=10, description="What breaks for whom when this does not hold.")]


class Policy(Filtered):
    """`policies/<name>.yaml`: what an artifact of one kind must be, per target and version.

    Its own `targets` and `versions` hold for each of its rules that has none.
    """

    name: Name
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    include: tuple[Name, ...] = Field(default=(), description="Policies whose rules hold here too.")
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Policy:
        if not self.rules and not self.include:
            raise ValueError("a policy needs `rules` or `include`")
        return self

    def resolved(self, policies: Mapping[str, Policy]) -> Policy:
        """This policy with its filters and the included policies' rules written out (one level; unknown: none)."""
        included = [policies[name].resolved({}) for name in self.include if name in policies]
        own = [
            rule.model_copy(
                update={
                    "targets": self.targets if rule.targets is None else rule.targets,
                    "versions": self.versions if rule.versions is None else rule.versions,
                }
            )
            for rule in self.rules
        ]
        rules = (*own, *(rule for policy in included for rule in policy.rules))
        return self.model_copy(update={"targets": None, "versions": None, "include": (), "rules": rules})
