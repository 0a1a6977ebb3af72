"""The sections of the settings tree, but for the broker's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from stream_slm.config.section import Section


class AppConfig(Section):
    """Names of the Faust application."""

    id: str = Field(
        default="stream-slm",
        pattern=r"^[A-Za-z0-9._-]+$",
        description="application id: the consumer group, the client id, and the sender of alerts",
    )
    datadir: Path | None = Field(default=None, description="where Faust keeps its files; default: its own choice")
    web_enabled: bool = Field(default=False, description="serve Faust's web pages")
    web_port: int = Field(default=6066, ge=1, le=65535, description="port the web server listens on")
    web_bind: str = Field(default="127.0.0.1", description="address the web server listens on")


class ModelsConfig(Section):
    """Where bundles lie and which one is used."""

    dir: Path | None = Field(default=None, description="folder of model bundles; default: the user's cache folder")
    bundle: str = Field(default="minilm-l6-v2-int8", min_length=1, description="name of the bundle in that folder")
    reload_interval_s: float = Field(
        default=0.0, ge=0, description="seconds between two looks whether a bundle in use was replaced; 0: none"
    )


class ShadowConfig(Section):
    """A candidate that reads a share of the records beside the bundle in use, and touches no output of theirs."""

    bundle: str = Field(default="", description="name of the candidate in the folder of bundles; default: none")
    share: float = Field(default=0.1, ge=0, le=1, description="share of the records that it reads")
    topic: str = Field(default="", description="where it says that it differs; default: <domain>.shadow.v1 of each")


class BatchingConfig(Section):
    """How sentences become batches."""

    inter_threads: int = Field(default=0, ge=0, description="CTranslate2 replicas; 0: one per CPU of the limit")
    intra_threads: int = Field(default=1, ge=1, description="threads inside a replica")
    # A batch takes milliseconds; on a tenth of a core, seconds.
    call_timeout_s: float = Field(
        default=60.0, ge=0, description="seconds after which a call into the engine counts as hung; 0: never"
    )
    # Measured on two cores with MiniLM int8: 128 to 256 tokens give most tokens per CPU second.
    max_batch_tokens: int = Field(default=256, ge=1, description="tokens per batch; a longer entry goes alone")
    max_batch_size: int = Field(default=64, ge=1, description="entries per batch")
    max_queue_delay_s: float = Field(
        default=0.02, ge=0, description="seconds after which the oldest entry closes its batch although it is not full"
    )


class GenerationConfig(Section):
    """How language models write and score: threads and batches of their own, beside the encoder's."""

    inter_threads: int = Field(default=1, ge=1, description="batches that a language model runs at once")
    intra_threads: int = Field(
        default=0, ge=0, description="threads inside a batch; 0: half the CPUs of the limit, so that labels find one"
    )
    max_batch_tokens: int = Field(
        default=2048, ge=1, description="tokens of a batch's texts, without what all of its prompts begin with"
    )
    max_batch_size: int = Field(default=16, ge=1, description="prompts per batch")
    # A model that is idle takes what is there; this only says when the batch behind a running one is made up.
    max_queue_delay_s: float = Field(
        default=0.5, ge=0, description="seconds after which the oldest prompt closes its batch although it is not full"
    )
    # Enough for full batches; more would take the room of pipelines that need milliseconds a record.
    max_in_flight_per_partition: int = Field(
        default=64, ge=1, description="records of one partition that a worker holds where a language model is asked"
    )
    # A call may wait behind another, and each may write for a minute on a slow core.
    call_timeout_s: float = Field(
        default=300.0, ge=0, description="seconds after which a call into a language model counts as hung; 0: never"
    )


class DeliveryConfig(Section):
    """How records come in and outcomes go out."""

    processing_guarantee: Literal["at_least_once", "exactly_once"] = Field(
        default="at_least_once",
        description="exactly_once: outputs and offsets in one transaction, for read_committed subscribers",
    )
    max_in_flight: int = Field(default=4096, ge=1, description="records a worker holds at once")
    # Tokens, sentences and vectors take some 15 times a text's bytes while it is read.
    max_in_flight_bytes: int = Field(default=8_388_608, ge=1, description="bytes of their values, together")
    # An eighth, so that partitions whose outputs cannot be sent leave room for the others.
    max_in_flight_per_partition: int = Field(default=512, ge=1, description="of these, records of one partition")
    commit_interval_s: float = Field(default=0.5, gt=0, description="between two commits of what is finished")
    drain_timeout_s: float = Field(
        default=20.0, gt=0, description="longest wait for work in flight, on stop or rebalance"
    )
    retry_backoff_s: float = Field(default=0.2, gt=0, description="first wait before a failed send is repeated")
    retry_backoff_max_s: float = Field(default=10.0, gt=0, description="longest of these waits; each doubles the last")
    retry_deadline_s: float = Field(default=120.0, gt=0, description="after so long without success the worker stops")
    fetch_max_wait_s: float = Field(default=0.05, gt=0, description="longest wait of a fetch for new records")
    crash_attempts: int = Field(
        default=2, ge=1, description="deaths of a worker on a record that runs alone, before it is dead-lettered"
    )


class DeadLettersConfig(Section):
    """When so much fails that the fault is not in the records: the worker stops."""

    max_consecutive: int = Field(default=200, ge=0, description="dead letters of a pipeline in a row; 0: no limit")
    max_share: float = Field(
        default=0.5, gt=0, le=1, description="share of dead letters among a pipeline's last records; 1: no limit"
    )
    share_window: int = Field(default=1000, ge=10, description="how many last records the share is taken of")


class ProducerConfig(Section):
    """Our producer; `acks=all` is not a setting."""

    linger_s: float = Field(default=0.002, ge=0, description="how long a batch waits for further records")
    max_batch_bytes: int = Field(default=131_072, ge=1, description="largest batch for a partition")
    max_request_bytes: int = Field(default=8_388_608, ge=1_000, description="largest output record")
    request_timeout_s: float = Field(default=30.0, gt=0, description="longest wait for an acknowledgement")
    compression: Literal["none", "gzip"] = Field(default="none", description="of what we send")


class TopicsConfig(Section):
    """What `topics create` and the start-up check use."""

    partitions: int = Field(default=4, ge=1, description="of a topic we create, where its source gives no number")
    replication_factor: int = Field(default=1, ge=1, description="of a topic we create; 3 in production")
    create: bool = Field(default=False, description="let the worker create its missing topics at start")


class LimitsConfig(Section):
    """What is too large to read."""

    max_record_bytes: int = Field(default=4_194_304, ge=1, description="larger records are dead-lettered unread")
    max_text_chars: int = Field(default=1_000_000, ge=1, description="so are records with longer texts")


class LogConfig(Section):
    """What is logged, and how it looks."""

    format: Literal["json", "console"] = Field(default="console", description="for machines, or for people")
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="the least that is logged")

    @field_validator("level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value
