"""What a record costs, by how many are in flight; measured once, kept in a file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from stream_slm.errors import ConfigurationError

#: CPU of a record in Faust's and Kafka's clients, over what our own code costs in the event loop for a short one.
#: Measured by `benchmarks.own_cost` on Apache Kafka beside the same without Kafka (docs/operations.md).
KAFKA_OVER_LOOP = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """CPU seconds with so many records in flight: more fill larger batches, which cost less a token.

    Attributes:
        in_flight: records that were held at once.
        record_s: of a record, whatever its length, in all threads.
        token_s: of each of its tokens, in all threads.
        loop_record_s, loop_token_s: of these, in the event loop, which is one thread.
    """

    in_flight: int
    record_s: float
    token_s: float
    loop_record_s: float
    loop_token_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a machine does with a bundle.

    Attributes:
        bundle, digest: which.
        levels: by ascending `in_flight`.
        kafka_s: CPU seconds of a record in Faust's and Kafka's clients, in the event loop; an estimate.
        batch_tokens: tokens in a full batch.
        memory_mb: the largest resident memory seen, in megabytes.
        cpus: of the machine, as a worker there would count them.
        load: its load average just before; above `cpus`, others were at work and figures are pessimistic.
    """

    bundle: str
    digest: str
    levels: tuple[Level, ...]
    kafka_s: float
    batch_tokens: int
    memory_mb: float
    cpus: int
    load: float

    @property
    def tokens_per_core_s(self) -> float:
        """Tokens a second and core in full batches."""
        return 1 / min(level.token_s for level in self.levels)

    def cost_s(self, tokens: float) -> Callable[[float], float]:
        """CPU seconds of a record of so many tokens, Kafka's included, by the records in flight."""
        own = [level.record_s + level.token_s * tokens for level in self.levels]
        return self._by_in_flight([each + self.kafka_s for each in own])

    def loop_s(self, tokens: float) -> Callable[[float], float]:
        """Of these, seconds in the event loop."""
        own = [level.loop_record_s + level.loop_token_s * tokens for level in self.levels]
        return self._by_in_flight([each + self.kafka_s for each in own])

    def _by_in_flight(self, costs: Sequence[float]) -> Callable[[float], float]:
        """Between levels by the logarithm; a level that seems dearer than a smaller one is noise."""
        at = [math.log(level.in_flight) for level in self.levels]
        falling = list(accumulate(costs, min))
        return lambda in_flight: float(np.interp(math.log(max(1.0, in_flight)), at, falling))

    def save(self, file: Path) -> None:
        """Write it as JSON.

        Raises:
            ConfigurationError: the file cannot be written.
        """
        try:
            file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"cannot write the calibration to {file}: {error.strerror}") from None

    @classmethod
    def read(cls, file: Path) -> Calibration:
        """Read what `save` wrote.

        Raises:
            ConfigurationError: it is no calibration, or one with figures that cannot be.
        """
        try:
            given = json.loads(file.read_text(encoding="utf-8"))
            levels = tuple(Level(**level) for level in given.pop("levels"))
            calibration = cls(**given, levels=levels)
            _refuse_nonsense(calibration)
        except OSError as error:
            raise ConfigurationError(f"cannot read the calibration {file}: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ConfigurationError(
                f"{file} is no calibration of this version: name another file with --calibration, or remove it, and it "
                "is measured anew"
            ) from None
        return calibration


def _refuse_nonsense(calibration: Calibration) -> None:
    numbers: list[Any] = [
        calibration.batch_tokens,
        calibration.memory_mb,
        calibration.cpus,
        *(getattr(level, each.name) for level in calibration.levels for each in fields(Level)),
    ]
    if not calibration.levels or not all(math.isfinite(each) and each >= 0 for each in (*numbers, calibration.kafka_s)):
        raise ValueError("figures must be numbers, none below 0")
    in_flight = [level.in_flight for level in calibration.levels]
    if in_flight[0] < 1 or in_flight != sorted(set(in_flight)) or not all(each.token_s for each in calibration.levels):
        raise ValueError("levels must ascend, and tokens must cost something")
