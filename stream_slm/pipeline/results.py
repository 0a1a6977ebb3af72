"""Results of tasks as the enriched record spells them."""

from __future__ import annotations

from typing import Any

from stream_slm.types import AnsweredQuestion, Classification, Extraction, Guard, Summary, TaskResult, Translation

#: Digits of a score that mean something; more would only make the record longer.
_DIGITS = 6
#: Labels reported, best first; what remains of sixteen would double the record and say nothing.
_LABELS = 5


def result_json(result: TaskResult, run_ms: float) -> dict[str, Any]:
    """A result as JSON; `run_ms` is what the reading of the text took, which a result may know better of itself."""
    seconds = getattr(result, "seconds", None)
    run_ms = run_ms if seconds is None else milliseconds(seconds)
    if isinstance(result, Classification):
        return _classification(result, run_ms)
    if isinstance(result, Summary):
        return _summary(result, run_ms)
    if isinstance(result, Translation):
        return _translation(result, run_ms)
    if isinstance(result, AnsweredQuestion):
        return _answer(result, run_ms)
    if isinstance(result, Extraction):
        return _extraction(result)
    return {"task": "custom", "value": result.as_json(), "duration_ms": run_ms}


def _classification(result: Classification, run_ms: float) -> dict[str, Any]:
    record: dict[str, Any] = {
        "task": "classification",
        "label": result.label,
        "score": round(result.score, _DIGITS),
        "threshold": result.threshold,
        "accepted": result.accepted,
        "labels": _labels(result),
        "evidence": [{**each.span.as_json(), "share": round(each.share, _DIGITS)} for each in result.evidence],
        "model": result.model,
        "duration_ms": run_ms,
    }
    # Said only where it is not so for every record of the past: a reader who does not know the field reads on.
    if result.multi_label:
        record["multi_label"] = True
    if not result.calibrated:
        record["calibrated"] = False
    if result.evidence and result.evidence_method != "shares":
        for each in record["evidence"]:
            each["method"] = result.evidence_method
    return record


def _labels(result: Classification) -> list[dict[str, Any]]:
    """The best ones; of a multi-label set every accepted one, and which they are."""
    if not result.multi_label:
        return [{"label": label, "score": round(score, _DIGITS)} for label, score in result.labels[:_LABELS]]
    return [
        {"label": label, "score": round(score, _DIGITS), "accepted": label in result.accepted_labels}
        for rank, (label, score) in enumerate(result.labels)
        if rank < _LABELS or label in result.accepted_labels
    ]


def _summary(result: Summary, run_ms: float) -> dict[str, Any]:
    return {
        "task": "summarization",
        "text": result.text,
        "method": result.method,
        "language": result.language,
        "finish_reason": "stop" if result.finished else "length",
        "input_tokens": result.input_tokens,
        "output_tokens": result.output_tokens,
        "truncated": result.truncated,
        "spans": [span.as_json() for span in result.spans],
        "guard": _guard(result.guard) if result.guard else None,
        "model": result.model,
        "duration_ms": run_ms,
    }


def _translation(result: Translation, run_ms: float) -> dict[str, Any]:
    return {
        "task": "translation",
        "text": result.text,
        "source_language": result.source_language,
        "target_language": result.target_language,
        "finish_reason": "stop" if result.finished else "length",
        "input_tokens": result.input_tokens,
        "output_tokens": result.output_tokens,
        "truncated": result.truncated,
        "spans": [
            {
                **piece.span.as_json(),
                "text_start": piece.start,
                "text_end": piece.end,
                **({} if piece.translated else {"translated": False}),
            }
            for piece in result.pieces
        ],
        "model": result.model,
        "duration_ms": run_ms,
    }


def _answer(result: AnsweredQuestion, run_ms: float) -> dict[str, Any]:
    return {
        "task": "answer",
        "question": result.question,
        "text": result.text,
        "method": result.method,
        "score": round(result.score, _DIGITS),
        "threshold": result.threshold,
        "accepted": result.text is not None,
        "truncated": result.truncated,
        "spans": [span.as_json() for span in result.spans],
        "guard": _guard(result.guard) if result.guard else None,
        "model": result.model,
        "duration_ms": run_ms,
    }


def _extraction(result: Extraction) -> dict[str, Any]:
    spans = [each.as_json() for each in result.spans]
    record: dict[str, Any] = {"task": "extraction", "spans": spans, "duration_ms": milliseconds(result.run_s)}
    if result.truncated:
        record["truncated"] = True
    return record


def _guard(guard: Guard) -> dict[str, Any]:
    record: dict[str, Any] = {
        "verdict": guard.verdict,
        "reason": guard.reason,
        "unsupported": dict(guard.unsupported),
        "checked": guard.checked,
    }
    if guard.suspected:
        record["suspected"] = dict(guard.suspected)
    return record


def milliseconds(seconds: float) -> float:
    """Milliseconds, to the microsecond."""
    return round(seconds * 1000, 3)
