"""What every contender is told by environment: where Kafka is, which topics, which weights."""

from __future__ import annotations

import os
from pathlib import Path

SERVERS = os.environ["BENCH_BOOTSTRAP"]
SOURCE, SINK, GROUP = os.environ["BENCH_SOURCE"], os.environ["BENCH_SINK"], os.environ["BENCH_GROUP"]
#: The checkpoint that transformers loads, and the bundle made of the same weights.
CHECKPOINT = os.environ.get("BENCH_CHECKPOINT", "")
BUNDLE = Path(os.environ.get("BENCH_BUNDLE", ""))
