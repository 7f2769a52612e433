"""The strict base model and the field types that all definitions share; may import pydantic only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+_-]{0,63}$")]
"""A recipe's, toolchain's or artifact's name: safe as a file name and inside a digest reference."""

Triple = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(-[a-z0-9_]+){1,3}$")]
"""A target triple as rustc spells it, for example `x86_64-unknown-linux-gnu`."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _stays_inside(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/") or "\\" in path or "\0" in path:
        raise ValueError(f"{path!r} must be a relative POSIX path that stays inside its folder")
    return path


RelativePath = Annotated[str, StringConstraints(min_length=1, max_length=512), AfterValidator(_stays_inside)]
"""A POSIX path that stays inside its folder: not absolute, no `..`, no backslash, no NUL."""

EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Env = dict[EnvName, str]

Tier = Literal["full", "light"]
ArtifactKind = Literal["interpreter", "isolate", "libpython", "module"]

Size = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Bytes; bounded so that every JSON reader keeps it exact."""


class Model(BaseModel):
    """A frozen record that refuses unknown keys and silent conversions (`"1"` is not 1)."""

    # Rust's regular expressions: their `$` is the end, never a newline before the end.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, regex_engine="rust-regex"
    )
