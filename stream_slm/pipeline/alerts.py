"""Alerts: when a rule is met, and the CAP 1.2 record that says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from stream_slm.pipeline import clock
from stream_slm.pipeline.context import Context, output_headers
from stream_slm.pipeline.identity import output_id
from stream_slm.pipeline.spec import AlertRule
from stream_slm.types import Classification, Output, Summary, TaskResult

SCHEMA_ID = "https://stream-slm.dev/schemas/alert.v1.json"
#: CAP asks for a headline that fits a short message.
_HEADLINE_CHARS = 160
#: CloudEvents severity extension: OpenTelemetry's numbers.
_SEVERITY = {
    "Extreme": ("FATAL", 21),
    "Severe": ("ERROR", 17),
    "Moderate": ("WARN", 13),
    "Minor": ("INFO", 9),
    "Unknown": ("INFO", 9),
}


def alert_outputs(context: Context, results: Mapping[str, TaskResult], supported: bool) -> list[Output]:
    """One alert for each rule that the results meet; a foreign language or an unfamiliar text raises none."""
    if not supported:
        return []
    outputs = []
    for rule in context.spec.alerts:
        result = results[rule.task]
        if isinstance(result, Classification) and result.familiar:
            score = result.probability(frozenset(rule.labels))
            if score >= rule.threshold:
                outputs.append(_output(context, rule, _alert(context, rule, result, score, _summary_of(results))))
    return outputs


def _summary_of(results: Mapping[str, TaskResult]) -> str | None:
    return next((result.text for result in results.values() if isinstance(result, Summary)), None)


def _alert(
    context: Context, rule: AlertRule, result: Classification, score: float, summary: str | None
) -> dict[str, Any]:
    sent = clock.now()
    leading = next(label for label, _ in result.labels if label in rule.labels)
    urgency = rule.urgency if isinstance(rule.urgency, str) else rule.urgency.get(leading, "Unknown")
    text = summary if rule.include_text else None
    return {
        "identifier": f"urn:uuid:{output_id(context.origin, context.spec.name, f'alert:{rule.name}')}",
        "sender": f"stream-slm/{context.worker.app_id}",
        "senderName": context.spec.name,
        "sent": clock.cap_time(sent),
        "status": "Actual",
        "msgType": "Alert",
        "scope": rule.scope,
        "references": None,
        "category": [rule.category],
        "event": rule.event,
        "responseType": [rule.response_type],
        "urgency": urgency,
        "severity": rule.severity,
        # CAP: Likely is more than an even chance. Never Observed: it is a model's guess.
        "certainty": "Likely" if score > 0.5 else "Possible",
        "effective": clock.cap_time(sent),
        "onset": None,
        "expires": clock.cap_time(sent + timedelta(seconds=rule.expires_s)),
        "headline": _headline(text or rule.event),
        "description": text,
        "instruction": None,
        "parameter": [
            {"valueName": "rule", "value": rule.name},
            {"valueName": "label", "value": leading},
            {"valueName": "score", "value": f"{score:.3f}"},
            {"valueName": "model", "value": result.model},
            {"valueName": "sourceTopic", "value": context.record.topic},
            {"valueName": "sourceOffset", "value": str(context.record.offset)},
        ],
        "area": [],
        "dedup_key": dedup_key(context, rule),
        "rule": rule.name,
        "score": round(min(score, 1.0), 6),
        "labels": [{"label": label, "score": round(each, 6)} for label, each in result.labels if label in rule.labels],
        "record_id": context.record_id,
        "source": context.source,
    }


def dedup_key(context: Context, rule: AlertRule) -> str:
    """What one alert is about: the same rule for the same subject of the same topic."""
    return f"{context.record.topic}/{context.subject_id or context.origin}/{rule.name}"


def _headline(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _HEADLINE_CHARS else one_line[: _HEADLINE_CHARS - 1].rstrip() + "…"


def _output(context: Context, rule: AlertRule, alert: Mapping[str, Any]) -> Output:
    severity_text, severity_number = _SEVERITY[rule.severity]
    return Output(
        topic=context.spec.alerts_topic,
        key=alert["dedup_key"].encode(),
        value=orjson.dumps(alert),
        headers=output_headers(
            context,
            ce_id=alert["identifier"].removeprefix("urn:uuid:"),
            ce_type="io.streamslm.alert.v1",
            dataschema=SCHEMA_ID,
            extra={
                "ce_recordedtime": alert["sent"],
                "ce_expirytime": alert["expires"],
                "ce_severitytext": severity_text,
                "ce_severitynumber": str(severity_number),
            },
        ),
        kind="alert",
    )
