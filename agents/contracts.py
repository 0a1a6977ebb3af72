"""The domains' JSON Schemas, from `schemas/` beside this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from stream_slm.errors import ConfigurationError

FOLDER = Path(__file__).resolve().parent.parent / "schemas"


def schema(domain: str, name: str) -> dict[str, Any]:
    """A domain's input schema.

    Raises:
        ConfigurationError: the file is not there; the image or the checkout is not whole.
    """
    file = FOLDER / domain / f"{name}.schema.json"
    try:
        document: dict[str, Any] = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        raise ConfigurationError(f"no schema at {file}: schemas/ must lie beside agents/") from None
    return document
