"""Alerts: the CAP 1.2 records that say a rule is met, still met, or met no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from stream_slm.pipeline import clock
from stream_slm.pipeline.alert_book import Firing, Said
from stream_slm.pipeline.context import Context, output_headers
from stream_slm.pipeline.flood import Flood
from stream_slm.pipeline.identity import output_id
from stream_slm.pipeline.judgement import Judgement
from stream_slm.pipeline.spec import FLOOD, AlertRule
from stream_slm.types import Output

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


def firing(context: Context, judgement: Judgement, judged_at: datetime) -> Firing:
    """A rule that is met, as the book of alerts takes it."""
    return Firing(
        origin=context.origin,
        identifier=identifier(context, f"alert:{judgement.rule.name}"),
        sent=judged_at,
        label=judgement.label,
        urgency=judgement.urgency,
        score=judgement.score,
    )


def identifier(context: Context, kind: str) -> str:
    """The id of an alert message: an Alert and an Update of one record have the same, so that a replay repeats it."""
    return f"urn:uuid:{output_id(context.origin, context.spec.name, kind)}"


def dedup_key(context: Context, rule: AlertRule) -> str:
    """What one alert is about: the same rule for the same subject of the same topic."""
    return f"{context.record.topic}/{context.subject_id or context.origin}/{rule.name}"


def alert(context: Context, judgement: Judgement, message: Said, references: Sequence[Said] = ()) -> dict[str, Any]:
    """An Alert or an Update: a rule is met."""
    rule = judgement.rule
    return _cap(
        context,
        rule,
        message,
        references,
        key=dedup_key(context, rule),
        urgency=judgement.urgency,
        labels=judgement.labels,
        score=judgement.score,
        headline=judgement.text or rule.event,
        description=judgement.text,
        parameters={"model": judgement.model or ""},
    )


def cancel(
    context: Context, judgement: Judgement, message: Said, references: Sequence[Said], last: Firing
) -> dict[str, Any]:
    """A Cancel: a later record of the subject does not meet the rule, or takes back what was said."""
    rule = judgement.rule
    return _cap(
        context,
        rule,
        message,
        references,
        key=dedup_key(context, rule),
        urgency="Past",
        labels=judgement.labels or ((last.label, last.score),),
        score=judgement.score,
        headline=f"Cancelled: {rule.event}",
        parameters={"reason": judgement.verdict},
    )


def flood_message(context: Context, flood: Flood, message: Said) -> dict[str, Any]:
    """What is said of a flood: its first alert, one for each time that it got worse, and its end."""
    rule, over = flood.worst.rule, message.msg_type == "Cancel"
    limit, window_s = context.spec.flood_limit, context.spec.flood_window_s
    return {
        **_cap(
            context,
            rule,
            message,
            flood.said,
            key=f"{context.record.topic}/{FLOOD}",
            urgency="Past" if over else flood.worst.urgency,
            labels=flood.worst.labels,
            score=flood.worst.score,
            headline=f"{'Cancelled: alert' if over else 'Alert'} flood in {context.spec.name}",
            description=(
                f"More than {limit} alerts were due in {window_s:g} s; {flood.count} "
                f"{'was' if flood.count == 1 else 'were'} suppressed {'in all' if over else 'so far'}."
            ),
            parameters={"rule": FLOOD, "worstRule": rule.name, "suppressed": str(flood.count)},
        ),
        "rule": FLOOD,
        "event": "Alert flood",
    }


def alert_output(context: Context, cap: Mapping[str, Any]) -> Output:
    """An alert on its way to the sink, under its `dedup_key`."""
    severity_text, severity_number = _SEVERITY[cap["severity"]]
    return Output(
        topic=context.spec.alerts_topic,
        key=cap["dedup_key"].encode(),
        value=orjson.dumps(cap),
        headers=output_headers(
            context,
            ce_id=cap["identifier"].removeprefix("urn:uuid:"),
            ce_type="io.streamslm.alert.v1",
            dataschema=SCHEMA_ID,
            extra={
                "ce_recordedtime": cap["sent"],
                "ce_expirytime": cap["expires"],
                "ce_severitytext": severity_text,
                "ce_severitynumber": str(severity_number),
            },
        ),
        kind="alert",
    )


def _cap(
    context: Context,
    rule: AlertRule,
    message: Said,
    references: Sequence[Said],
    *,
    key: str,
    urgency: str,
    labels: Sequence[tuple[str, float]],
    score: float,
    headline: str,
    description: str | None = None,
    parameters: Mapping[str, str],
) -> dict[str, Any]:
    over = message.msg_type == "Cancel"
    named = {
        "rule": rule.name,
        "label": labels[0][0],
        "score": f"{score:.3f}",
        **parameters,
        "sourceTopic": context.record.topic,
        "sourceOffset": str(context.record.offset),
    }
    return {
        "identifier": message.identifier,
        "sender": _sender(context),
        "senderName": context.spec.name,
        "sent": clock.cap_time(message.sent),
        "status": "Actual",
        "msgType": message.msg_type,
        "scope": rule.scope,
        "references": _references(context, references),
        "category": [rule.category],
        "event": rule.event,
        "responseType": ["AllClear" if over else rule.response_type],
        "urgency": urgency,
        "severity": rule.severity,
        # CAP: Likely is more than an even chance. Never Observed: it is a model's guess.
        "certainty": "Likely" if score > 0.5 else "Possible",
        "effective": clock.cap_time(message.sent),
        "onset": None,
        "expires": clock.cap_time(message.sent + timedelta(seconds=rule.expires_s)),
        "headline": _headline(headline),
        "description": description,
        "instruction": None,
        "parameter": [{"valueName": name, "value": value} for name, value in named.items()],
        "area": [],
        "dedup_key": key,
        "rule": rule.name,
        "score": round(score, 6),
        "labels": [{"label": label, "score": round(each, 6)} for label, each in labels],
        "record_id": context.record_id,
        "source": context.source,
    }


def _sender(context: Context) -> str:
    return f"stream-slm/{context.worker.app_id}"


def _references(context: Context, said: Sequence[Said]) -> str | None:
    """CAP: `sender,identifier,sent` of earlier messages, with spaces between."""
    sender = _sender(context)
    return " ".join(f"{sender},{each.identifier},{clock.cap_time(each.sent)}" for each in said) or None


def _headline(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _HEADLINE_CHARS else one_line[: _HEADLINE_CHARS - 1].rstrip() + "…"
