"""How records look to a person: enriched records, alerts and dead letters, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from stream_slm.cli.subscriber import Seen

SEVERITY_STYLE = {"Extreme": "bold white on red", "Severe": "bold red", "Moderate": "bold yellow", "Minor": "bold cyan"}
_DOMAIN_STYLE = {"transactions": "green", "clinical-notes": "magenta", "traffic-events": "blue"}
_KIND_STYLE = {"Update": "bold yellow", "Cancel": "bold green"}
#: Tasks whose result is a text, the first that is shown first.
_TEXTS = ("summarization", "translation", "answer")
#: Why an alert is cancelled, in a person's words.
_ENDS = {"clear": "a later record does not bear it out", "withdrawn": "its source has withdrawn it"}
#: The widest pair of labels that is common; rarer ones push the summary to the right.
_LABELS_WIDTH = 38


def line_of(seen: Seen) -> Text:
    """Whatever was read, on one line."""
    if seen.kind == "alert":
        return alert_line(seen.value)
    if seen.kind == "dead_letter":
        return dead_letter_line({name: seen.header(name) for name, _ in seen.headers})
    if seen.kind == "enriched":
        return outcome_line(seen.value)
    if seen.kind == "review":
        return review_line(seen.value)
    topic, partition, offset = seen.place
    value = seen.value if isinstance(seen.value, str) else "" if seen.value is None else str(seen.value)
    return Text(f"{topic}/{partition}/{offset}  ", style="dim").append(one_line(value), style="default")


def outcome_line(record: Mapping[str, Any]) -> Text:
    """An enriched record: who, its labels with scores, its summary."""
    found = labels(record)
    line = domain(record)
    line.append(" " * (16 - len(line)))
    line.append(f"{subject(record):<12.12}  ", style="dim")
    line.append(found).append(" " * max(2, _LABELS_WIDTH - len(found)))
    return line.append(summary(record))


def review_line(record: Mapping[str, Any]) -> Text:
    """A record for review: what the models could not judge, and why."""
    why = "; ".join(f"{each.get('task')}: {each.get('reason')}" for each in record.get("review") or ())
    line = Text("REVIEW  ", style="bold yellow").append(outcome_line(record))
    return line.append(f"  ({one_line(why)})", style="dim")


def domain(record: Mapping[str, Any]) -> Text:
    """The domain in its colour."""
    name = one_line(str(record.get("domain", "")))
    return Text(name, style=_DOMAIN_STYLE.get(name, "cyan"))


def subject(record: Mapping[str, Any]) -> str:
    """Whom a record is about."""
    return one_line(str((record.get("subject") or {}).get("id") or "-"))


def labels(record: Mapping[str, Any]) -> Text:
    """Labels with their scores; dim and with a question mark where the score is below its threshold."""
    found = Text()
    for result in (record.get("results") or {}).values():
        if result.get("task") == "classification":
            for each in _told(result):
                accepted = each["accepted"]
                found.append("  " if found else "")
                found.append(f"{one_line(each['label'])}{'' if accepted else '?'}", style="bold" if accepted else "dim")
                found.append(f" {each['score']:.2f}", style="" if accepted else "dim")
    if not found:
        reason = f": {record['reason']}" if record.get("reason") else ""
        found.append(one_line(f"{record.get('status')}{reason}"), style="dim")
    return found


def _told(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The best label; of a multi-label task all that are accepted, where any is."""
    return [each for each in result.get("labels", ()) if each.get("accepted")] or [result]


def summary(record: Mapping[str, Any]) -> str:
    """The summary on one line; where there is none, the translation or the answer."""
    results = (record.get("results") or {}).values()
    texts = (result["text"] for task in _TEXTS for result in results if result["task"] == task)
    return one_line(next(filter(None, texts), ""))


def alert_line(alert: Mapping[str, Any]) -> Text:
    """An alert: severity, event, score, whom it is about, headline."""
    line = severity(alert)
    line.append(" " * max(1, 10 - len(line)))
    kind = one_line(str(alert.get("msgType") or ""))
    if kind not in {"", "Alert"}:
        line.append(f"{kind.upper()} ", style=_KIND_STYLE.get(kind, "bold"))
    line.append(f"{one_line(str(alert.get('event')))} ", style="bold")
    line.append(f"{alert.get('score', 0):.2f}  ")
    line.append(about(alert), style="dim")
    headline = one_line(str(alert.get("headline") or ""))
    if kind == "Cancel":
        line.append(f"  {_ENDS.get(_parameter(alert, 'reason'), 'over')}")
    elif headline and headline != alert.get("event"):
        line.append(f"  {headline}")
    return line


def _parameter(alert: Mapping[str, Any], name: str) -> str:
    found = (each["value"] for each in alert.get("parameter") or () if each.get("valueName") == name)
    return str(next(found, ""))


def severity(alert: Mapping[str, Any]) -> Text:
    """CAP's severity, in its colour."""
    name = one_line(str(alert.get("severity")))
    return Text(name.upper(), style=SEVERITY_STYLE.get(name, "bold"))


def about(alert: Mapping[str, Any]) -> str:
    """Whom an alert is about: the middle of its `dedup_key` (topic/subject/rule)."""
    parts = one_line(str(alert.get("dedup_key") or "")).split("/")
    return "/".join(parts[1:-1]) or "/".join(parts)


def dead_letter_line(headers: Mapping[str, str]) -> Text:
    """A dead letter: its code, where it came from, what was said; never its text."""
    line = Text(f"{one_line(headers.get('x-stream-slm-error-code', 'unknown')):<15}", style="yellow")
    line.append(f"{origin(headers)}  ", style="dim")
    return line.append(complaint(headers), style="default")


def origin(headers: Mapping[str, str]) -> str:
    """Where a dead letter came from."""
    return one_line("/".join(headers.get(f"__connect.errors.{part}", "?") for part in ("topic", "partition", "offset")))


def complaint(headers: Mapping[str, str]) -> str:
    """What was wrong with it."""
    return one_line(headers.get("__connect.errors.exception.message", ""))


def one_line(text: str) -> str:
    """Without line breaks and control characters, which could forge lines or colours on a terminal."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
