"""The recipe: how one library, tool or interpreter is built; may import the base model only.

A recipe is data. Everything that can change a build's output is in here (or in a file it names), so that an
action's key can be computed from the model alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import Field, GetJsonSchemaHandler, HttpUrl, Strict, TypeAdapter, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pipeline.model.base import ArtifactKind, Env, Model, Name, RelativePath, Sha256, Size, Tier, Triple

_URL = TypeAdapter(HttpUrl)


class Source(Model):
    """One pinned source archive and where its bytes may be had, best first."""

    urls: tuple[str, ...] = Field(default=(), description="Upstream addresses (https), best first.")
    debian: RelativePath | None = Field(default=None, description="Path in Debian's pool with the same bytes.")
    sha256: Sha256
    size: Size
    into: RelativePath = Field(default=".", description="Folder under /build/src that it is unpacked to.")
    strip: Annotated[int, Field(ge=0, le=3)] = Field(default=1, description="Leading path parts to drop.")
    patches: tuple[RelativePath, ...] = Field(default=(), description="Patches in the recipe's folder (-p1).")

    @property
    def shown_name(self) -> str:
        """The archive's file name, for messages."""
        return (self.debian or self.urls[0]).rpartition("/")[2]

    @field_validator("urls")
    @classmethod
    def _https_only(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if _URL.validate_python(url).scheme != "https":
                raise ValueError(f"{url}: only https addresses are fetched")
        return urls

    @model_validator(mode="after")
    def _has_a_place(self) -> Source:
        if not self.urls and self.debian is None:
            raise ValueError("a source needs `urls` or `debian`")
        return self


class RecipeVersion(Model):
    """One version that the recipe can build: all that differs from its other versions."""

    version: Annotated[str, Field(min_length=1)]
    sources: tuple[Source, ...] = ()
    env: Env = {}
    files: tuple[RelativePath, ...] = Field(default=(), description="More recipe files, for this version only.")

    @field_validator("version")
    @classmethod
    def _is_a_version(cls, version: str) -> str:
        try:
            Version(version)
        except InvalidVersion as error:
            raise ValueError(f"{version!r} is not a PEP 440 version") from error
        return version


class Filtered(Model):
    """Something that holds for some targets or versions only; without a filter, for all."""

    # Not strict about the array's own type: a dependency may come from a bare name, which leaves JSON mode.
    targets: Annotated[tuple[Triple, ...], Strict(strict=False)] | None = None
    versions: str | None = Field(default=None, description="A PEP 440 specifier, for example `>=3.14`.")

    @field_validator("versions")
    @classmethod
    def _is_a_specifier(cls, versions: str | None) -> str | None:
        try:
            SpecifierSet(versions or "")
        except InvalidSpecifier as error:
            raise ValueError(f"{versions!r} is not a PEP 440 specifier") from error
        return versions

    def holds(self, target: str, version: str) -> bool:
        """Whether this entry applies to `version` built for `target`."""
        return (self.targets is None or target in self.targets) and self.has_version(version)

    def has_version(self, version: str) -> bool:
        """Whether this entry applies to `version` (for some target)."""
        return SpecifierSet(self.versions or "", prereleases=True).contains(version)


class Dependency(Filtered):
    """Another recipe whose output this one needs; written as a bare name when there is no filter."""

    name: Name
    version: str | None = Field(default=None, description="Which of its versions; its default when absent.")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [TypeAdapter(Name).json_schema(), handler(schema)]}

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class Step(Filtered):
    """One shell script, run by `sh -eu` in /build/src."""

    name: Name
    run: Annotated[str, Field(min_length=1)]


class Crates(Model):
    """Rust crates, vendored from a `Cargo.lock` in the recipe's folder and mounted at /vendor."""

    lock: RelativePath = "Cargo.lock"


class Limits(Model):
    """What a build may use before it is stopped."""

    minutes: Annotated[int, Field(ge=1, le=600)] = 180
    memory_gib: Annotated[int, Field(ge=1, le=1024)] = 16
    log_mib: Annotated[int, Field(ge=1, le=1024)] = 64
    disk_gib: Annotated[int, Field(ge=1, le=1024)] = 20
    processes: Annotated[int, Field(ge=16, le=1 << 20)] = 4096


class Train(Model):
    """The instrumented build whose merged profile is committed beside the recipe."""

    target: Triple
    files: tuple[RelativePath, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class ArtifactSpec(Filtered):
    """What is published out of a build's output folder."""

    name: Name
    tier: Tier | None = None
    kind: ArtifactKind
    path: RelativePath = Field(description="Folder under $OUT; becomes the archive's one top folder.")
    entry: RelativePath | None = Field(default=None, description="The program that probes run, under `path`.")
    policy: Name = Field(description="policies/<name>.yaml judges this artifact's facts.")
    twin: bool = Field(
        default=False, description="For other machines: probe it beside the native build, for what differs."
    )


class Recipe(Model):
    """`recipes/<name>/recipe.yaml`."""

    name: Name
    kind: Literal["library", "interpreter", "tool"]
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    license: Annotated[str, Field(min_length=1, description="SPDX expression.")]
    homepage: str
    toolchain: Name
    targets: Annotated[tuple[Triple, ...], Field(min_length=1)]
    versions: Annotated[tuple[RecipeVersion, ...], Field(min_length=1)]
    dependencies: tuple[Dependency, ...] = ()
    native: tuple[Dependency, ...] = Field(default=(), description="Run at build time, from /native/<name>.")
    files: tuple[RelativePath, ...] = Field(default=(), description="Globs of files visible at /recipe.")
    crates: Crates | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    limits: Limits = Limits()
    train: Train | None = None
    artifacts: tuple[ArtifactSpec, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Recipe:
        for what, names in (
            ("targets", list(self.targets)),
            ("versions", [version.version for version in self.versions]),
            ("steps", [step.name for step in self.steps]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"`{what}` lists {', '.join(repeated)} more than once")
        return self
