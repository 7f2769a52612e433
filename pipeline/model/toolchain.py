"""Toolchains (root file systems and sysroots), their locks, and targets; may import the base model only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.model.base import Env, Model, Name, RelativePath, Sha256, Size, Triple

NATIVE_TARGET = "x86_64-unknown-linux-gnu"
"""What `native` dependencies are built for: they run inside the build's sandbox."""


class AllowExpired(Model):
    """Why a suite's index may be used after its Valid-Until."""

    reason: Annotated[str, Field(min_length=10)]


class Toolchain(Model):
    """`toolchains/<name>.yaml`: a root file system as a pure function of its lock and these fix-ups."""

    name: Name
    kind: Literal["rootfs", "sysroot"]
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    suite: Name
    architecture: Name
    foreign_architectures: tuple[Name, ...] = Field(default=(), description="For packages named `name:arch`.")
    packages: Annotated[tuple[str, ...], Field(min_length=1)]
    avoid: dict[str, str] = Field(default={}, description="Package never installed → why.")
    allow_expired: AllowExpired | None = None
    exclude: tuple[str, ...] = Field(default=(), description="Globs that are not unpacked.")
    links: dict[RelativePath, str] = Field(default={}, description="Symlink path → link text.")
    files: dict[RelativePath, str] = Field(default={}, description="Small text files: path → content.")
    maintainer_scripts: dict[str, str] = Field(default={}, description="Package → why its scripts need not run.")
    env: Env = {}


class LockedPackage(Model):
    """One .deb, by its place in the pool and its digest."""

    name: str
    version: str
    architecture: Name
    path: RelativePath
    size: Size
    sha256: Sha256


class ToolchainLock(Model):
    """`toolchains/<name>.lock.json`."""

    schema_version: Literal[1]
    name: Name
    suite: Name
    timestamp: str = Field(description="Date of the suite's Release file, `YYYYMMDDTHHMMSSZ`, as snapshots use.")
    packages: tuple[LockedPackage, ...]


class ToolchainUse(Model):
    """What a target adds when a recipe is built with one given toolchain."""

    env: Env = {}


class Target(Model):
    """`toolchains/targets/<triple>.yaml`."""

    triple: Triple
    alias: Name
    sysroot: Name | None = Field(default=None, description="Toolchain of kind sysroot, mounted at /sysroot.")
    runner: Literal["native", "qemu-aarch64", "wasmtime"]
    env: Env = {}
    toolchains: dict[Name, ToolchainUse] = {}

    @model_validator(mode="after")
    def _alias_differs(self) -> Target:
        if self.alias == self.triple:
            raise ValueError("`alias` must be shorter than the triple")
        return self
