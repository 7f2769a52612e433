"""Every policy says something of every build that it judges; may import `pipeline.model` and the definitions.

A policy or a rule that is limited to some targets or versions names the others with a reason (`not_for`).
What nobody thought of (a target just added to a recipe) is an error: else it would be judged by what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.load.builds import combinations
from pipeline.load.definitions import Definitions
from pipeline.load.document import Path_
from pipeline.load.problems import LoadReason, Problem
from pipeline.model.policy import Limited


@dataclass(frozen=True)
class _Gap:
    """A policy's or rule's filter (`where` in the policy `policy`) that says nothing of a target or a version."""

    policy: str
    where: Path_
    what: str


def check_coverage(definitions: Definitions) -> Iterator[Problem]:
    """One problem per filter and target (or version), which names every artifact that would be judged too little."""
    users: dict[_Gap, list[str]] = {}
    for folder, recipe in definitions.recipes.sound.items():
        for index, artifact in enumerate(recipe.artifacts):
            place = definitions.at(definitions.recipes.files[folder], ("artifacts", index), LoadReason.UNCOVERED, "")
            user = f"{artifact.name} ({place.file}:{place.line}:{place.column})"
            for target, version in combinations(recipe, artifact):
                for gap in _gaps(definitions, artifact.policy, target, version):
                    if user not in (found := users.setdefault(gap, [])):
                        found.append(user)
    for gap, found in users.items():
        message = (
            f"says nothing of {gap.what}, for which there is {', '.join(found)}: "
            f"name it here, or in `not_for` with the reason"
        )
        yield definitions.at(definitions.policies.files[gap.policy], gap.where, LoadReason.UNCOVERED, message)


def _gaps(definitions: Definitions, name: str, target: str, version: str) -> Iterator[_Gap]:
    """What says nothing of one build, in a policy and in those that it includes."""
    policies = definitions.policies.sound
    if name not in policies or target not in definitions.targets.files:
        return  # told as an unknown name
    for part in dict.fromkeys((name, *policies[name].include)):
        policy = policies.get(part)
        if policy is None or policy.excludes(target, version):
            continue
        if (found := _gap(policy, part, (), target, version)) is not None:
            yield found
            continue
        for index, rule in enumerate(policy.own_rules()):
            if not rule.excludes(target, version):
                found = _gap(rule, part, ("rules", index), target, version)
                if found is not None:
                    yield found


def _gap(entry: Limited, policy: str, where: Path_, target: str, version: str) -> _Gap | None:
    key = entry.silent_key(target, version)
    if key is None:
        return None
    return _Gap(policy, (*where, key), f"version {version}" if key == "versions" else target)
