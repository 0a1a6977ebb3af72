"""Rules of what a worker's log leaves out."""

from __future__ import annotations

import logging
from typing import Any

from stream_slm.cli.worker_log import Repeats, ServiceNoise
from stream_slm.errors import ConfigurationError


def line(name: str, level: int, message: str, *arguments: Any) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, message, arguments, None)


def test_services_tell_nothing_of_their_own_starting() -> None:
    """Their warnings and errors are told."""
    noise = ServiceNoise()
    assert not noise.filter(line("abc", logging.INFO, "[^-App]: Starting..."))
    assert noise.filter(line("abc", logging.ERROR, "[^-App]: no room"))
    assert noise.filter(line("stream_slm", logging.INFO, "worker_starting"))


def test_a_crash_that_we_have_told_is_not_told_again_by_services() -> None:
    """One line says why the worker stops; what the services say of it afterwards is noise."""
    noise = ServiceNoise()
    crash = line("faust", logging.ERROR, "[^-App]: Crashed reason=%r", ConfigurationError("missing topics"))
    assert not noise.filter(crash)
    assert not noise.filter(line("faust", logging.CRITICAL, "[^Worker]: We experienced a crash!"))
    assert noise.filter(line("stream_slm.plugin", logging.ERROR, "cannot_start"))


def test_a_crash_of_any_other_kind_is_told_in_full() -> None:
    """Nothing that we have not told ourselves is hidden."""
    noise = ServiceNoise()
    assert noise.filter(line("faust", logging.ERROR, "[^-App]: Crashed reason=%r", RuntimeError("boom")))
    assert noise.filter(line("faust", logging.CRITICAL, "[^Worker]: We experienced a crash!"))


def test_the_client_repeats_a_line_only_now_and_then() -> None:
    """A broker that is away would else fill the disk; each kind of line is still told."""
    now = 0.0
    repeats = Repeats(10.0, clock=lambda: now)
    away = line("aiokafka", logging.ERROR, "Unable connect to node with id %s: %s", 1, "refused")
    assert repeats.filter(away)
    assert not repeats.filter(away)
    assert repeats.filter(line("aiokafka.consumer.fetcher", logging.ERROR, "Failed fetch messages"))
    assert repeats.filter(line("stream_slm", logging.ERROR, "delivery_stopped"))
    now = 10.0
    assert repeats.filter(away)
