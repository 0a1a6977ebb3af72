"""Traffic events: type, severity, a summary, and an alert on major ones."""

from __future__ import annotations

from agents.contracts import schema
from stream_slm.pipeline.spec import AlertRule
from stream_slm.pipeline.text import at
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Payload


def declare(slm: StreamSLM) -> PipelineHandle:
    """Add the pipeline to an app."""
    return slm.pipeline(
        name="traffic-events",
        source="traffic-events.v1",
        tasks=[Classify("event_type"), Classify("severity"), Summarize()],
        alerts=[
            AlertRule(
                name="major-event",
                task="severity",
                labels=["MAJOR"],
                # Precision 0.92, recall 0.89 on the hand-written rows (docs/quality.md).
                threshold=0.8,
                event="Major traffic event",
                severity="Severe",
                category="Transport",
                scope="Public",
                urgency="Immediate",
                response_type="Avoid",
            )
        ],
        text=at("/headline", "/description", "/text"),
        schema=schema("traffic-events", "traffic-event.v1"),
        time_pointer="/updated",
        version_pointer="/updated",
        withdrawn=archived,
    )


def archived(payload: Payload) -> str | None:
    """An event that is over is still read, but raises no alert, and cancels the one about it."""
    return "event status ARCHIVED" if payload.get("status") == "ARCHIVED" else None
