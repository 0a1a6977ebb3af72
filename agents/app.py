"""The application: the one module with effects at import, found by `faust -A agents.app` and `--app agents.app`."""

from __future__ import annotations

import faust

from agents import clinical_notes, traffic_events, transactions
from stream_slm.config.settings import load
from stream_slm.plugin import StreamSLM
from stream_slm.streaming.faust_settings import app_options

settings = load()
app = faust.App(**app_options(settings))
slm = StreamSLM(app, settings)

transactions_pipeline = transactions.declare(slm)
clinical_notes_pipeline = clinical_notes.declare(slm)
traffic_events_pipeline = traffic_events.declare(slm)
