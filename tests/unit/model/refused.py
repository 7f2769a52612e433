"""Definitions that are read or refused."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, ValidationError


def load(model: type[BaseModel], data: object) -> BaseModel:
    return model.model_validate_json(json.dumps(data))


def refuse(model: type[BaseModel], data: object) -> set[str]:
    """The dotted places of all problems."""
    with pytest.raises(ValidationError) as caught:
        load(model, data)
    return {".".join(str(part) for part in detail["loc"]) for detail in caught.value.errors()}
