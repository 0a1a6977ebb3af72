"""Ours: labels, and whatever else `BENCH_TASKS` names, in the settings that it ships with."""

from __future__ import annotations

import os

import faust

from benchmarks import instant
from benchmarks.contenders.asked import GROUP, SERVERS, SINK, SOURCE
from stream_slm import Classify, StreamSLM, Summarize
from stream_slm.config.settings import load
from stream_slm.streaming.faust_settings import app_options

os.environ["STREAM_SLM_BROKER__BOOTSTRAP_SERVERS"] = SERVERS
os.environ["STREAM_SLM_APP__ID"] = GROUP

_TASKS = {"labels": lambda: Classify("risk"), "summary": Summarize}

if os.environ.get("BENCH_ENGINE") == "instant":
    instant.install()
app = faust.App(**app_options(load()))
slm = StreamSLM(app)
tasks = [_TASKS[name]() for name in os.environ["BENCH_TASKS"].split(",")]
slm.pipeline(name="bench", source=SOURCE, sink=SINK, tasks=tasks)
for number in range(1, int(os.environ.get("BENCH_PIPELINES", "1"))):
    # Silent ones beside it; their topics are made at start.
    slm.pipeline(name=f"silent-{number}", source=f"silent-{number}.v1", tasks=tasks)

if __name__ == "__main__":
    faust.Worker(app, loglevel="WARN", quiet=True).execute_from_commandline()
