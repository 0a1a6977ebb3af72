"""What every section of the settings tree is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen, and strict about names: an unknown key is a mistake to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")
