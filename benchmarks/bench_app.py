"""The app that is measured: labels and an extractive summary, topics by environment."""

from __future__ import annotations

import os

import faust

from stream_slm import Classify, StreamSLM, Summarize
from stream_slm.config.settings import load
from stream_slm.streaming.faust_settings import app_options

settings = load()
app = faust.App(**app_options(settings))
slm = StreamSLM(app, settings)
slm.pipeline(name="bench", source=os.environ["BENCH_SOURCE"], tasks=[Classify("risk"), Summarize()])
