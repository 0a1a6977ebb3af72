"""Real-time text inference inside the stream: labels, summaries, evidence and alerts from Kafka topics."""

from stream_slm.pipeline.spec import AlertRule, PipelineSpec
from stream_slm.pipeline.text import at
from stream_slm.plugin import PipelineHandle, StreamSLM
from stream_slm.tasks.classify import Classify
from stream_slm.tasks.custom import CustomTask
from stream_slm.tasks.extract import Extract
from stream_slm.tasks.summarize import Summarize
from stream_slm.types import Classification, Extraction, Outcome, Record, Summary, TextPart

__all__ = [
    "AlertRule",
    "Classification",
    "Classify",
    "CustomTask",
    "Extract",
    "Extraction",
    "Outcome",
    "PipelineHandle",
    "PipelineSpec",
    "Record",
    "StreamSLM",
    "Summarize",
    "Summary",
    "TextPart",
    "at",
]
