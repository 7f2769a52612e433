"""`release.yaml`: what `build-full` builds, in which order; may import the base model only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.model.base import Model


class Release(Model):
    """A release is a version and the artifacts that belong to it."""

    release: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,2}(\.[0-9]+)?$")]
    created: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] = Field(
        description="The release's date: an input, so that the manifest's bytes do not depend on the day."
    )
    build: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="Selectors (`NAME[==VERSION][@TARGET]`), most wanted first."
    )
