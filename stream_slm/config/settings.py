"""The settings tree, read from defaults, a YAML file and the environment (`STREAM_SLM_`, nested by `__`)."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from stream_slm.errors import ConfigurationError

PREFIX = "STREAM_SLM_"
#: Not of the tree: where the YAML file is, what only the tests use, and what Kubernetes sets for a service
#: called stream-slm.
_OUTSIDE_THE_TREE = ("STREAM_SLM_CONFIG", "STREAM_SLM_TEST_", "STREAM_SLM_SERVICE_", "STREAM_SLM_PORT")


class _Section(BaseModel):
    """Frozen, and strict about names: an unknown key is a mistake to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerConfig(_Section):
    """Where Kafka is."""

    bootstrap_servers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("localhost:9092",), description="host:port of one or more brokers, separated by commas"
    )

    session_timeout_s: float = Field(
        default=60.0, ge=1, description="after so long without a heartbeat the group gives a worker's partitions away"
    )
    heartbeat_interval_s: float = Field(default=3.0, gt=0)
    rebalance_timeout_s: float = Field(
        default=60.0, ge=1, description="how long the group waits for a worker to finish and join again"
    )
    group_instance_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="static membership: a name that is this worker's alone and that it keeps over a restart, "
        "such as a StatefulSet's pod name; a restart within the session then moves no partition",
    )

    @field_validator("bootstrap_servers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        servers = value.split(",") if isinstance(value, str) else value
        if not isinstance(servers, (list, tuple)) or not servers:
            raise ValueError("must be host:port of one or more brokers, separated by commas")
        return tuple(str(server).strip() for server in servers)

    @field_validator("bootstrap_servers")
    @classmethod
    def _host_and_port(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for server in value:
            host, _, port = server.rpartition(":")
            if not host or not port.isdigit():
                raise ValueError("each server must be host:port, for example kafka-1:9092")
        return value


class AppConfig(_Section):
    """Names of the Faust application."""

    id: str = Field(
        default="stream-slm",
        pattern=r"^[A-Za-z0-9._-]+$",
        description="application id: the consumer group, the client id, and the sender of alerts",
    )
    datadir: Path | None = Field(default=None, description="where Faust keeps its files; default: its own choice")
    web_enabled: bool = Field(default=False, description="serve Faust's web pages")
    web_port: int = Field(default=6066, ge=1, le=65535)
    web_bind: str = Field(default="127.0.0.1", description="address the web server listens on")


class ModelsConfig(_Section):
    """Where bundles lie and which one is used."""

    dir: Path | None = Field(default=None, description="folder of model bundles; default: the user's cache folder")
    bundle: str = Field(default="minilm-l6-v2-int8", min_length=1, description="name of the bundle in that folder")


class BatchingConfig(_Section):
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


class GenerationConfig(_Section):
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


class DeliveryConfig(_Section):
    """How records come in and outcomes go out."""

    processing_guarantee: Literal["at_least_once", "exactly_once"] = "at_least_once"
    max_in_flight: int = Field(default=4096, ge=1, description="records a worker holds at once")
    # Tokens, sentences and vectors take some 15 times a text's bytes while it is read.
    max_in_flight_bytes: int = Field(default=8_388_608, ge=1, description="bytes of their values, together")
    # An eighth, so that partitions whose outputs cannot be sent leave room for the others.
    max_in_flight_per_partition: int = Field(default=512, ge=1, description="of these, records of one partition")
    commit_interval_s: float = Field(default=0.5, gt=0)
    drain_timeout_s: float = Field(
        default=20.0, gt=0, description="longest wait for work in flight, on stop or rebalance"
    )
    retry_backoff_s: float = Field(default=0.2, gt=0, description="first wait before a failed send is repeated")
    retry_backoff_max_s: float = Field(default=10.0, gt=0)
    retry_deadline_s: float = Field(default=120.0, gt=0, description="after so long without success the worker stops")
    fetch_max_wait_s: float = Field(default=0.05, gt=0, description="longest wait of a fetch for new records")
    crash_attempts: int = Field(
        default=2, ge=1, description="deaths of a worker on a record that runs alone, before it is dead-lettered"
    )


class DeadLettersConfig(_Section):
    """When so much fails that the fault is not in the records: the worker stops."""

    max_consecutive: int = Field(default=200, ge=0, description="dead letters of a pipeline in a row; 0: no limit")
    max_share: float = Field(
        default=0.5, gt=0, le=1, description="share of dead letters among a pipeline's last records; 1: no limit"
    )
    share_window: int = Field(default=1000, ge=10, description="how many last records the share is taken of")


class ProducerConfig(_Section):
    """Our producer; `acks=all` is not a setting."""

    linger_s: float = Field(default=0.002, ge=0)
    max_batch_bytes: int = Field(default=131_072, ge=1)
    max_request_bytes: int = Field(default=8_388_608, ge=1_000, description="largest output record")
    request_timeout_s: float = Field(default=30.0, gt=0)
    compression: Literal["none", "gzip"] = "none"


class TopicsConfig(_Section):
    """What `topics create` and the start-up check use."""

    partitions: int = Field(default=4, ge=1)
    replication_factor: int = Field(default=1, ge=1)
    create: bool = Field(default=False, description="let the worker create its missing topics at start")


class LimitsConfig(_Section):
    """What is too large to read."""

    max_record_bytes: int = Field(default=4_194_304, ge=1)
    max_text_chars: int = Field(default=1_000_000, ge=1)


class LogConfig(_Section):
    """What is logged, and how it looks."""

    format: Literal["json", "console"] = "console"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


class Settings(BaseSettings):
    """The whole tree. Precedence: environment, YAML file, defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    app: AppConfig = AppConfig()
    broker: BrokerConfig = BrokerConfig()
    models: ModelsConfig = ModelsConfig()
    batching: BatchingConfig = BatchingConfig()
    generation: GenerationConfig = GenerationConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    dead_letters: DeadLettersConfig = DeadLettersConfig()
    producer: ProducerConfig = ProducerConfig()
    topics: TopicsConfig = TopicsConfig()
    limits: LimitsConfig = LimitsConfig()
    log: LogConfig = LogConfig()

    @model_validator(mode="after")
    def _drain_fits_the_rebalance(self) -> Settings:
        if self.delivery.drain_timeout_s >= self.broker.rebalance_timeout_s:
            raise ValueError(
                "delivery.drain_timeout_s must be below broker.rebalance_timeout_s, or the group gives the partitions "
                "away while their records are still being finished"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment above what `load` read from the file."""
        return env_settings, init_settings


def load(config_file: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        config_file: a YAML file; default: what `STREAM_SLM_CONFIG` names, if set.
        environ: read instead of the process environment for the checks of names.

    Raises:
        ConfigurationError: names each unknown key or bad value and the fix, one a line.
    """
    env = os.environ if environ is None else environ
    named = env.get("STREAM_SLM_CONFIG")
    file = config_file or (Path(named) if named else None)
    problems = list(_unknown_variables(env))
    if problems:
        raise ConfigurationError("\n".join(problems))
    from_file = _read_yaml(file) if file else {}
    try:
        return Settings(**from_file)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(error, file))) from None


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"settings file {file}: {error.strerror}; check STREAM_SLM_CONFIG or --config"
        raise ConfigurationError(problem) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ConfigurationError(f"settings file {file}{line}: not valid YAML") from None
    if tree is None:
        return {}
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        raise ConfigurationError(f"settings file {file}: the top level must be a mapping, such as `broker: {{...}}`")
    return tree


def _unknown_variables(env: Mapping[str, str]) -> Iterator[str]:
    """Pydantic ignores an unknown variable of the first level; a typing mistake there must not pass in silence."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for variable in env:
        if not variable.upper().startswith(PREFIX) or variable.upper().startswith(_OUTSIDE_THE_TREE):
            continue
        section = variable.upper().partition("__")[0]
        if section not in known:
            yield f"{variable}: no such setting{_suggest(section, known)}"
        elif "__" not in variable:
            fields = ", ".join(f"{section}__{name.upper()}" for name in _fields(section))
            yield f"{variable}: names a section, not a setting; its settings are {fields}"


def _fields(section: str) -> list[str]:
    model = Settings.model_fields[section.removeprefix(PREFIX).lower()].annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _explain(error: ValidationError, file: Path | None) -> Iterator[str]:
    # Without the rejected input: it may be a secret.
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        path = [str(part) for part in problem["loc"]]
        name = ".".join(path)
        variable = PREFIX + "__".join(path).upper()
        if not path:  # a rule over several settings, which names them itself
            yield problem["msg"].removeprefix("Value error, ")
        elif problem["type"] == "extra_forbidden":
            in_section = len(path) > 1 and path[0] in Settings.model_fields
            siblings = _fields(PREFIX + path[0].upper()) if in_section else list(Settings.model_fields)
            yield f"{name} ({variable}): no such setting{_suggest(path[-1], siblings)}"
        else:
            origin = f"environment or {file}" if file else "environment"
            yield f"{name} ({variable}): {problem['msg'].removeprefix('Value error, ')}; set it in {origin}"


def _suggest(name: str, known: list[str]) -> str:
    # Without what all of them begin with: that alone would make any two alike.
    by_rest = {each.removeprefix(PREFIX): each for each in known}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1)
    return f"; did you mean {by_rest[near[0]]}?" if near else f"; known: {', '.join(known)}"
