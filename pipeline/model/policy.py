"""The policy: rules as data that judge the facts a probe wrote down; may import the base model only.

A rule names a fact by its dotted path (`elf.relro`; one `*` stands for every key at its level, as in
`elf.files.*.textrel`) and says what is expected of it. How rules are applied is `pipeline.probe.judge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, field_validator, model_validator

from pipeline.model.base import ArtifactKind, Model, Name, Tier, Triple
from pipeline.model.recipe import Filtered

Scalar = str | int | float | bool | None
Number = int | float

FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.(\*|[A-Za-z0-9_-]+))*$")]
"""Keys joined by dots; `*` matches every key at its level."""

_TRIPLE: TypeAdapter[str] = TypeAdapter(Triple)

_Several = Annotated[tuple[str, ...], Field(min_length=1)]
Patterns = _Several | dict[str, str | _Several]
"""Shell patterns: a list, or a mapping from a pattern to the reason why it is there, or from a reason to patterns.

As in a shell, `no {fork, kill} in os` stands for two patterns; blanks around a comma do not count.
"""


def patterns_in(patterns: Patterns) -> tuple[str, ...]:
    """The patterns themselves, with what stands in braces written out."""
    texts: Iterable[str] = patterns
    if not isinstance(patterns, tuple):
        groups = [(key,) if isinstance(value, str) else value for key, value in patterns.items()]
        texts = [text for group in groups for text in group]
    return tuple(pattern for text in texts for pattern in _written_out(text))


def _written_out(text: str) -> Iterator[str]:
    head, brace, rest = text.partition("{")
    choices, _, tail = rest.partition("}")
    for choice in choices.split(",") if brace else [""]:
        for end in _written_out(tail) if brace else [""]:
            yield f"{head}{choice.strip()}{end}"


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
        default=None, description="A list, in which each of these patterns matches an item."
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


Reason = Annotated[str, StringConstraints(min_length=10)]


class Limited(Filtered):
    """A policy or a rule. Limited to some targets or versions, it says of each other one why it is not for it."""

    not_for: dict[str, Reason] = Field(
        default={}, description="Target or version specifier that this does not judge → why there is no need."
    )

    def excludes(self, target: str, version: str | None) -> bool:
        """Whether a reason is given not to apply this; without a version, only to the target."""
        if target in self.not_for:
            return True
        specifiers = [key for key in self.not_for if _is_specifier(key)] if version is not None else []
        return any(SpecifierSet(key, prereleases=True).contains(version or "") for key in specifiers)

    def silent_key(self, target: str, version: str | None) -> str | None:
        """The filter that leaves a build out, None when this applies; to be asked after `excludes`."""
        if self.targets is not None and target not in self.targets:
            return "targets"
        return None if version is None or self.has_version(version) else "versions"

    @field_validator("not_for")
    @classmethod
    def _keys(cls, not_for: dict[str, str]) -> dict[str, str]:
        for key in not_for:
            try:
                if _is_specifier(key):
                    SpecifierSet(key)
                else:
                    _TRIPLE.validate_python(key)
            except (InvalidSpecifier, ValidationError) as error:
                raise ValueError(f"{key!r} is neither a target nor a version specifier") from error
        return not_for

    @model_validator(mode="after")
    def _either(self) -> Self:
        both = [target for target in self.targets or () if target in self.not_for]
        if both:
            raise ValueError(f"`targets` and `not_for` both name {', '.join(both)}")
        return self


class Rule(Limited):
    """One fact, what is expected of it (everywhere, or target by target), and why."""

    fact: FactName
    expect: Expect | None = None
    expect_for: Annotated[dict[Triple, Expect], Field(min_length=1)] | None = Field(
        default=None, description="Target → what is expected there; instead of `expect` and `targets`."
    )
    why: Annotated[str, Field(min_length=10, description="What breaks for whom when this does not hold.")]

    def expected(self, target: str) -> Expect:
        """What is expected for a target of which the rule is not silent."""
        found = self.expect if self.expect_for is None else self.expect_for[target]
        assert found is not None
        return found

    def silent_key(self, target: str, version: str | None) -> str | None:
        if self.expect_for is not None and target not in self.expect_for:
            return "expect_for"
        return super().silent_key(target, version)

    @model_validator(mode="after")
    def _one_expectation(self) -> Rule:
        if (self.expect is None) == (self.expect_for is None):
            raise ValueError("a rule needs `expect` or `expect_for`, and not both")
        if self.expect_for is not None and self.targets is not None:
            raise ValueError("`expect_for` says for which targets; leave `targets` out")
        return self


class Policy(Limited):
    """`policies/<name>.yaml`: what an artifact must be, per target and version.

    Its own `targets`, `versions` and `not_for` hold for each of its rules that has none of its own.
    """

    name: Name
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    judges: tuple[ArtifactKind, ...] = Field(
        default=(), description="Kinds of artifacts that may name it; without, it is for inclusion alone."
    )
    tier: Tier | None = Field(default=None, description="The tier of what it judges; without, any.")
    include: tuple[Name, ...] = Field(default=(), description="Policies whose rules hold here too.")
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Policy:
        if not self.rules and not self.include:
            raise ValueError("a policy needs `rules` or `include`")
        return self

    def is_for(self, kind: str, tier: str | None) -> bool:
        """Whether an artifact of a kind and tier may be judged by it."""
        return kind in self.judges and self.tier in (None, tier)

    def named_targets(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every target that it names, and where."""
        places: list[tuple[tuple[str | int, ...], Limited]] = [((), self)]
        places += [(("rules", index), rule) for index, rule in enumerate(self.rules)]
        for where, entry in places:
            for index, triple in enumerate(entry.targets or ()):
                yield (*where, "targets", index), triple
            for triple in entry.not_for:
                if not _is_specifier(triple):
                    yield (*where, "not_for", triple), triple
            for triple in (entry.expect_for or {}) if isinstance(entry, Rule) else ():
                yield (*where, "expect_for", triple), triple

    def own_rules(self) -> tuple[Rule, ...]:
        """Its own rules with its own filters written out."""
        return tuple(
            rule.model_copy(
                update={
                    "targets": self.targets if rule.targets is None else rule.targets,
                    "versions": self.versions if rule.versions is None else rule.versions,
                    "not_for": {**self.not_for, **rule.not_for},
                }
            )
            for rule in self.rules
        )

    def resolved(self, policies: Mapping[str, Policy]) -> Policy:
        """This policy with its filters and the included policies' rules written out (one level; unknown: none)."""
        included = [rule for name in self.include if name in policies for rule in policies[name].own_rules()]
        rules = (*self.own_rules(), *included)
        return self.model_copy(update={"targets": None, "versions": None, "not_for": {}, "include": (), "rules": rules})


def _is_specifier(key: str) -> bool:
    return key[:1] in ("<", ">", "=", "!", "~")
