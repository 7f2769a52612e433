"""Toolchains (root file systems and sysroots), their suites and locks, and targets; may import the base model only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pipeline.model.base import Env, Model, Name, RelativePath, Sha256, Size, Triple

NATIVE_TARGET = "x86_64-unknown-linux-gnu"
"""What `native` dependencies are built for: they run inside the build's sandbox."""

PROBE_TOOLCHAIN = "llvm-22"
"""Where the tools are that probes call."""


TIMESTAMP = "%Y%m%dT%H%M%SZ"
"""How snapshots and lock files spell a date, in UTC."""


def _is_a_time(text: str) -> str:
    if datetime.strptime(text, TIMESTAMP).strftime(TIMESTAMP) != text:
        raise ValueError(f"{text!r} is not YYYYMMDDTHHMMSSZ")
    return text


Timestamp = Annotated[str, AfterValidator(_is_a_time)]
Reason = Annotated[str, StringConstraints(min_length=10, max_length=200)]


class Toolchain(Model):
    """`toolchains/<name>.yaml`: a root file system as a pure function of its lock and these fix-ups."""

    name: Name
    kind: Literal["rootfs", "sysroot"]
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    suite: Name = Field(description="Codename: what `stable` means changes, and so would every package.")
    architecture: Name
    foreign_architectures: tuple[Name, ...] = Field(default=(), description="For packages named `name:arch`.")
    packages: Annotated[tuple[str, ...], Field(min_length=1)]
    avoid: dict[str, str] = Field(default={}, description="Package never installed → why.")
    exclude: tuple[str, ...] = Field(default=(), description="Globs that are not unpacked.")
    links: dict[RelativePath, str] = Field(default={}, description="Symlink path → link text.")
    files: dict[RelativePath, str] = Field(default={}, description="Small text files: path → content.")
    maintainer_scripts: dict[str, str] = Field(default={}, description="Package → why its scripts need not run.")
    env: Env = {}


class AllowExpired(Model):
    """Why a suite's index may be used after its Valid-Until."""

    reason: Reason


class WithoutValidUntil(Model):
    """Why a suite's index may be used that does not say until when it is valid, and how old it may be."""

    reason: Reason
    max_age_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Suite(Model):
    """`toolchains/suites/<codename>.yaml`: by whom a suite of Debian's archive is signed, and how long that holds."""

    codename: Name
    signed_by: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="Files `toolchains/keys/<name>.asc`: each of these keys has signed the index, and no other has."
    )
    allow_expired: AllowExpired | None = None
    without_valid_until: WithoutValidUntil | None = None


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
    timestamp: Timestamp = Field(description="Date of the suite's Release file, `YYYYMMDDTHHMMSSZ`, as snapshots use.")
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
