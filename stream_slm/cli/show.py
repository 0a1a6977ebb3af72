"""How records look to a person: enriched records, alerts and dead letters as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

_SEVERITY_STYLE = {"Extreme": "bold white on red", "Severe": "bold red", "Moderate": "yellow", "Minor": "cyan"}
_DOMAIN_STYLE = {"transactions": "green", "clinical-notes": "magenta", "traffic-events": "blue"}


def outcome_line(record: Mapping[str, Any]) -> Text:
    """An enriched record: who, its labels with scores, its summary."""
    line = Text()
    domain = str(record.get("domain", ""))
    line.append(f"{domain:<15}", style=_DOMAIN_STYLE.get(domain, ""))
    line.append(f"{subject(record):<13.13} ", style="dim")
    line.append(labels(record))
    line.append(f"  {summary(record)}")
    return line


def subject(record: Mapping[str, Any]) -> str:
    """Whom a record is about, as short as it goes."""
    return str((record.get("subject") or {}).get("id") or "-")


def labels(record: Mapping[str, Any]) -> Text:
    """Labels with their scores; dim and with a question mark where the score is below its threshold."""
    found = Text()
    for result in (record.get("results") or {}).values():
        if result.get("task") != "classification":
            continue
        if found:
            found.append("  ")
        mark = "" if result["accepted"] else "?"
        found.append(f"{result['label']}{mark} {result['score']:.2f}", style="bold" if result["accepted"] else "dim")
    if not found:
        found.append(f"{record.get('status')}: {record.get('reason')}", style="dim")
    return found


def summary(record: Mapping[str, Any]) -> str:
    """The summary on one line."""
    for result in (record.get("results") or {}).values():
        if result.get("task") == "summarization":
            return one_line(result["text"])
    return ""


def alert_line(alert: Mapping[str, Any]) -> Text:
    """An alert: severity, event, score, whom it is about, headline."""
    severity = str(alert.get("severity"))
    line = Text()
    line.append(f"{severity.upper():<9}", style=_SEVERITY_STYLE.get(severity, ""))
    line.append(f"{alert.get('event')} ", style="bold")
    line.append(f"{alert.get('score', 0):.2f}  ", style="dim")
    line.append(f"{alert.get('dedup_key')}", style="dim")
    headline = str(alert.get("headline") or "")
    if headline and headline != alert.get("event"):
        line.append(f"  {one_line(headline)}")
    return line


def dead_letter_line(headers: Mapping[str, str]) -> Text:
    """A dead letter: where it came from, its code, what was said; never its text."""
    line = Text()
    line.append(f"{headers.get('x-stream-slm-error-code', 'unknown'):<15}", style="yellow")
    where = "/".join(headers.get(f"__connect.errors.{part}", "?") for part in ("topic", "partition", "offset"))
    line.append(f"{where}  ", style="dim")
    line.append(one_line(headers.get("__connect.errors.exception.message", "")))
    return line


def one_line(text: str) -> str:
    """Without line breaks and control characters, which could forge lines or colours on a terminal."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
