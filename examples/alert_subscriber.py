"""Hands alerts on to PagerDuty (Events v2) or to a webhook: at least once, in order, each id once.

    python -m examples.alert_subscriber --bootstrap localhost:9092 --topic traffic-events.alerts.v1 \\
        --form webhook --url http://localhost:8080/alerts

An offset is committed after the receiver has accepted the alert. What was accepted is remembered in a file, so that
neither a restart nor a duplicate in the topic hands it on again; only a crash between the two can, and for that each
form carries what the receiver needs to recognise it (`dedup_key`; `ce-id`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from aiokafka import AIOKafkaConsumer

Alert = Mapping[str, Any]
PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue"
_PAGERDUTY_SEVERITY = {"Extreme": "critical", "Severe": "error", "Moderate": "warning", "Minor": "info"}
_TIMEOUT_S, _LONGEST_WAIT_S = 10.0, 60.0
#: Request Timeout, Too Many Requests.
_LATER = frozenset({408, 429})
#: CloudEvents' HTTP binding: printable ASCII stands for itself, but for space, quotation mark and percent sign.
_HEADER_SAFE = "".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in '"%')
#: Longer than any outage of a receiver that is to be waited for.
_MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000
#: A duplicate comes minutes after the first; a week is ample.
_REMEMBERED_S = 7 * 24 * 3600


class Refused(Exception):
    """The receiver does not take an alert, and will not."""


class Accepted:
    """The ids that the receiver has accepted, in a file."""

    def __init__(self, file: str) -> None:
        self._db = sqlite3.connect(file)
        self._db.execute("CREATE TABLE IF NOT EXISTS accepted (id TEXT PRIMARY KEY, at REAL)")

    def has(self, known: str) -> bool:
        """Whether an id was accepted."""
        return self._db.execute("SELECT 1 FROM accepted WHERE id = ?", (known,)).fetchone() is not None

    def add(self, known: str) -> None:
        """Note an id, and forget those of last week; on disk when this returns."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO accepted VALUES (?, ?)", (known, time.time()))
            self._db.execute("DELETE FROM accepted WHERE at < ?", (time.time() - _REMEMBERED_S,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def pagerduty(alert: Alert, routing_key: str) -> dict[str, Any]:
    """An alert as PagerDuty's Events v2 takes it: an Update triggers the same incident again, a Cancel resolves it."""
    return {
        "routing_key": routing_key,
        "event_action": "resolve" if alert["msgType"] == "Cancel" else "trigger",
        "dedup_key": alert["dedup_key"][:255],
        "payload": {
            "summary": alert.get("headline") or alert["event"],
            "source": alert["sender"],
            "severity": _PAGERDUTY_SEVERITY.get(alert["severity"], "info"),
            "timestamp": alert["sent"],
            "component": alert["source"]["topic"],
            "group": alert["dedup_key"],
            "class": alert["event"],
            "custom_details": {each["valueName"]: each["value"] for each in alert.get("parameter", ())},
        },
    }


def request_of(alert: bytes, headers: Mapping[str, str], form: str, url: str, routing_key: str) -> Request:
    """What is posted. A webhook gets the alert as it is, with CloudEvents' HTTP headers (binary mode)."""
    if form == "pagerduty":
        body = json.dumps(pagerduty(json.loads(alert), routing_key)).encode()
        return Request(url, body, {"Content-Type": "application/json"})
    event = {
        f"ce-{name.removeprefix('ce_')}": quote(value, safe=_HEADER_SAFE)
        for name, value in headers.items()
        if name.startswith("ce_")
    }
    return Request(url, alert, {"Content-Type": "application/json", **event})


async def deliver(request: Request, first_wait_s: float = 0.5) -> None:
    """Post until it is accepted.

    Raises:
        Refused: the answer will not change; nothing is committed, and a person must look.
    """
    wait_s = first_wait_s
    while (problem := await asyncio.to_thread(_post, request)) is not None:
        print(f"not accepted ({problem}), again in {wait_s:g} s", flush=True)
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


def _post(request: Request) -> str | None:
    """Post once; says why it was not accepted."""
    try:
        with urlopen(request, timeout=_TIMEOUT_S):
            return None
    except HTTPError as error:
        error.close()
        if 400 <= error.code < 500 and error.code not in _LATER:
            raise Refused(f"the receiver refuses an alert: HTTP {error.code}") from None
        return f"HTTP {error.code}"
    except OSError as error:  # URLError is one
        return type(error).__name__


async def subscribe(consumer: Any, accepted: Accepted, request: Callable[[bytes, Mapping[str, str]], Request]) -> None:
    """Hand alerts on until the program is stopped."""
    async for record in consumer:
        headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
        known = headers.get("ce_id", f"{record.topic}/{record.partition}/{record.offset}")
        if record.value is not None and not accepted.has(known):
            await deliver(request(record.value, headers))
            accepted.add(known)
        await consumer.commit()


async def run(options: argparse.Namespace) -> None:
    """Connect, and subscribe."""
    consumer = AIOKafkaConsumer(
        *options.topic,
        bootstrap_servers=options.bootstrap,
        group_id=options.group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_interval_ms=_MAX_POLL_INTERVAL_MS,
    )
    accepted = Accepted(options.state)
    key = os.environ.get("PAGERDUTY_ROUTING_KEY", "")
    await consumer.start()
    try:
        await subscribe(consumer, accepted, lambda v, h: request_of(v, h, options.form, options.url, key))
    finally:
        await consumer.stop()
        accepted.close()


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", default="localhost:9092", help="host:port of a Kafka broker")
    parser.add_argument("--topic", action="append", required=True, help="an alert topic; may be given several times")
    parser.add_argument("--group", default="alert-subscriber", help="consumer group")
    parser.add_argument("--state", default="accepted-alerts.db", help="file of the ids that were accepted")
    parser.add_argument("--form", choices=["pagerduty", "webhook"], default="webhook")
    parser.add_argument("--url", default=PAGERDUTY_URL, help="where to post (default: PagerDuty's)")
    try:
        asyncio.run(run(parser.parse_args()))
    except Refused as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
