"""The reference application with the faults of `tests.workers.faults`."""

from __future__ import annotations

from agents.app import app
from tests.workers import faults

__all__ = ["app"]

faults.install()
