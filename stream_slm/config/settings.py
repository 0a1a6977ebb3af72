"""The settings tree, and how it is read: command line over secret files over environment over YAML over defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from stream_slm.config import sources
from stream_slm.config.broker import BrokerConfig
from stream_slm.config.observability import HttpConfig, MetricsConfig, TracingConfig
from stream_slm.config.problems import explained
from stream_slm.config.sections import (
    AppConfig,
    BatchingConfig,
    DeadLettersConfig,
    DeliveryConfig,
    GenerationConfig,
    LimitsConfig,
    LogConfig,
    ModelsConfig,
    ProducerConfig,
    ShadowConfig,
    TopicsConfig,
)
from stream_slm.config.sources import PREFIX, Layer
from stream_slm.errors import ConfigurationError

__all__ = [
    "PREFIX",
    "AppConfig",
    "BatchingConfig",
    "BrokerConfig",
    "DeadLettersConfig",
    "DeliveryConfig",
    "GenerationConfig",
    "LimitsConfig",
    "LogConfig",
    "ModelsConfig",
    "Origins",
    "ProducerConfig",
    "Settings",
    "ShadowConfig",
    "TopicsConfig",
    "load",
    "load_with_origins",
]

#: Where each setting comes from that has not its default: `broker.sasl_username` to "the environment".
Origins = Mapping[str, str]


class Settings(BaseSettings):
    """The whole tree; `load` reads it."""

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
    shadow: ShadowConfig = ShadowConfig()
    batching: BatchingConfig = BatchingConfig()
    generation: GenerationConfig = GenerationConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    dead_letters: DeadLettersConfig = DeadLettersConfig()
    producer: ProducerConfig = ProducerConfig()
    topics: TopicsConfig = TopicsConfig()
    limits: LimitsConfig = LimitsConfig()
    log: LogConfig = LogConfig()
    http: HttpConfig = HttpConfig()
    metrics: MetricsConfig = MetricsConfig()
    tracing: TracingConfig = TracingConfig()

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
        """What it is made of alone: `load` merges the sources, to know where each setting comes from."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and where those come from that have not their defaults."""

    settings: Settings
    origins: Origins


def load(config_file: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        config_file: a YAML file; default: what `STREAM_SLM_CONFIG` names, if set.
        environ: read instead of the process environment.

    Raises:
        ConfigurationError: names each unknown key or bad value and the fix, one a line.
    """
    return load_with_origins(config_file, environ).settings


def load_with_origins(config_file: Path | None = None, environ: Mapping[str, str] | None = None) -> Loaded:
    """Read the settings as `load` does, and say where each comes from.

    Raises:
        ConfigurationError: as `load`.
    """
    env = os.environ if environ is None else environ
    named = env.get(sources.CONFIG_VARIABLE)
    file = config_file or (Path(named) if named else None)
    layers = _layers(file, env)
    origins = {setting: layer.origin(setting) for layer in layers for setting in _leaves(layer.tree)}
    try:
        return Loaded(Settings(**_merged(layers)), origins)
    except ValidationError as error:
        raise ConfigurationError("\n".join(explained(error, Settings, origins))) from None


def _layers(file: Path | None, env: Mapping[str, str]) -> list[Layer]:
    """What was given, the least first."""
    overrides = sources.command_line(env)
    unknown = [*sources.unknown_variables(Settings, env), *sources.unknown_overrides(Settings, overrides)]
    if unknown:
        raise ConfigurationError("\n".join(unknown))
    return [
        *([sources.yaml_layer(file)] if file else []),
        sources.environment(Settings, env),
        sources.secret_files(Settings, env),
        sources.overridden(Settings, overrides),
    ]


def _merged(layers: list[Layer]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for layer in layers:
        for section, given in layer.tree.items():
            before = tree.get(section)
            tree[section] = {**before, **given} if isinstance(before, dict) and isinstance(given, dict) else given
    return tree


def _leaves(tree: Mapping[str, Any]) -> list[str]:
    return [
        f"{section}.{name}" if name else section
        for section, given in tree.items()
        for name in (given if isinstance(given, dict) else [""])
    ]
