"""Faust's settings: those of our own app, and those that must hold in a user's."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from faust.exceptions import AlreadyConfiguredWarning

from stream_slm.config.settings import Settings
from stream_slm.errors import ConfigurationError
from stream_slm.log import logging_config
from stream_slm.streaming.connections import credentials

#: Name, Faust's default, ours, and why. A value that is not Faust's default was chosen by the user and stays.
_BETTER_DEFAULTS: tuple[tuple[str, Any, Any], ...] = (
    # With the default of one standby Faust's own assignor plans changelogs nobody has; round robin spreads evenly.
    ("table_standby_replicas", 1, 0),
    # Faust makes a topic of its own with replication factor 1 to elect a leader that we do not need.
    ("topic_disable_leader", False, True),
    # 2.8 s of finished work would be read again after a crash.
    ("broker_commit_interval", 2.8, 0.5),
    # Large enough to keep batches full between two fetches, small enough that a rebalance drops little.
    ("broker_max_poll_records", None, 500),
    # For five minutes nobody would read partitions that were added to a topic.
    ("consumer_metadata_max_age_ms", 300_000, 30_000),
    # 1,200 s would hide a dead broker for twenty minutes from whoever sends with Faust's producer.
    ("producer_request_timeout", 1200.0, 60.0),
)


def app_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of `faust.App` for an app of our own.

    Raises:
        ConfigurationError: the files that the connection needs are not as they should be.
    """
    options: dict[str, Any] = {
        "id": settings.app.id,
        "broker": [f"kafka://{server}" for server in settings.broker.bootstrap_servers],
        "broker_credentials": credentials(settings.broker),
        "broker_session_timeout": settings.broker.session_timeout_s,
        "broker_heartbeat_interval": settings.broker.heartbeat_interval_s,
        "broker_rebalance_timeout": settings.broker.rebalance_timeout_s,
        # Faust refuses a session longer than a request may take.
        "broker_request_timeout": max(90.0, settings.broker.session_timeout_s + 10),
        "broker_commit_interval": settings.delivery.commit_interval_s,
        "value_serializer": "raw",
        "key_serializer": "raw",
        "consumer_auto_offset_reset": "earliest",
        # A fetch must be able to hold the largest record we read; Kafka's own default would do for 1 MB.
        "consumer_max_fetch_size": max(1_048_576, settings.limits.max_record_bytes),
        "web_enabled": settings.app.web_enabled,
        "web_port": settings.app.web_port,
        "web_bind": settings.app.web_bind,
        "logging_config": logging_config(settings.log.format, settings.log.level),
        "worker_redirect_stdouts": False,
    }
    if settings.broker.group_instance_id is not None:
        options["consumer_group_instance_id"] = settings.broker.group_instance_id
    if settings.app.datadir is not None:
        options["datadir"] = str(settings.app.datadir)
    return options


def adapt(conf: Any) -> None:
    """Put our defaults where Faust's stand.

    Raises:
        ConfigurationError: a setting under which records would be lost.
    """
    problems = list(_unsafe(conf))
    if problems:
        raise ConfigurationError("\n".join(problems))
    with warnings.catch_warnings():
        # Faust warns of a value changed after it was read; only the line above has read it, and nobody acted on it.
        warnings.simplefilter("ignore", AlreadyConfiguredWarning)
        for name, theirs, ours in _BETTER_DEFAULTS:
            if getattr(conf, name) == theirs:
                setattr(conf, name, ours)


def _unsafe(conf: Any) -> Iterator[str]:
    if str(getattr(conf.processing_guarantee, "value", conf.processing_guarantee)) == "exactly_once":
        yield (
            "processing_guarantee='exactly_once': Faust's own transactions lose records with two workers; "
            "leave it at 'at_least_once', whose duplicates have equal ids"
        )
    if conf.producer_acks not in (-1, "all"):
        yield f"producer_acks={conf.producer_acks}: an output could be lost with its broker; set it to -1"
    if not conf.stream_wait_empty:
        yield "stream_wait_empty=False: Faust would commit records in flight on stop; set it to True"
