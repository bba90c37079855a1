"""Filling an answer's fields from a row."""

from typing import Any

from pydantic import BaseModel


def same_names(shape: type[BaseModel], row: object) -> dict[str, Any]:
    """What the row has by the names of the answer's fields; the rest is for the caller to say."""
    return {name: getattr(row, name) for name in shape.model_fields if hasattr(row, name)}
