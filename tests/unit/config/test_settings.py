"""Rules of the settings: where they come from, who wins, and that a mistake is told with its fix and no secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from stream_slm.config import settings
from stream_slm.config.settings import Settings, load
from stream_slm.errors import ConfigurationError

SECRET = "hunter2-secret"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("STREAM_SLM_"):
            monkeypatch.delenv(name)


def yaml_file(folder: Path, tree: Any) -> Path:
    file = folder / "settings.yaml"
    file.write_text(tree if isinstance(tree, str) else yaml.safe_dump(tree), encoding="utf-8")
    return file


def refusal(file: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    assert caught.value.__cause__ is None  # pydantic's own message holds the input
    return str(caught.value)


def test_without_anything_the_defaults_hold() -> None:
    """A demo needs no file."""
    found = load()
    assert found == Settings()
    assert found.broker.bootstrap_servers == ("localhost:9092",)
    assert found.delivery.processing_guarantee == "at_least_once"


def test_the_environment_is_above_the_file_and_the_file_above_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting by setting, not section by section."""
    file = yaml_file(tmp_path, {"app": {"id": "from-file", "web_port": 7000}, "topics": {"partitions": 9}})
    monkeypatch.setenv("STREAM_SLM_APP__ID", "from-env")
    monkeypatch.setenv("stream_slm_delivery__max_in_flight", "7")
    found = load(file)
    assert (found.app.id, found.app.web_port, found.app.web_bind) == ("from-env", 7000, "127.0.0.1")
    assert (found.topics.partitions, found.delivery.max_in_flight) == (9, 7)


def test_the_file_is_the_argument_else_what_the_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command's `--config` is above STREAM_SLM_CONFIG."""
    named = yaml_file(tmp_path, {"app": {"id": "named"}})
    other = tmp_path / "other.yaml"
    other.write_text("app: {id: other}")
    monkeypatch.setenv("STREAM_SLM_CONFIG", str(named))
    assert load().app.id == "named"
    assert load(other).app.id == "other"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("kafka:9092", ("kafka:9092",)),
        ("a:1, b:2 ,c:3", ("a:1", "b:2", "c:3")),
        ("[::1]:9092", ("[::1]:9092",)),
        (["a:1", " b:2"], ("a:1", "b:2")),
    ],
)
def test_brokers_are_a_list_or_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, expected: tuple[str, ...]
) -> None:
    """As Kafka's own tools take them."""
    assert load(yaml_file(tmp_path, {"broker": {"bootstrap_servers": value}})).broker.bootstrap_servers == expected
    if isinstance(value, str):
        monkeypatch.setenv("STREAM_SLM_BROKER__BOOTSTRAP_SERVERS", value)
        assert load().broker.bootstrap_servers == expected


@pytest.mark.parametrize(
    "value", ["kafka", "kafka:", ":9092", "", "a:1,", "kafka:port", ["a"], [], 9092, None, {"a": 1}]
)
def test_a_broker_that_is_none_is_refused(tmp_path: Path, value: Any) -> None:
    """Of whatever type: the setting is named, and how it should look."""
    told = refusal(yaml_file(tmp_path, {"broker": {"bootstrap_servers": value}}))
    assert "broker.bootstrap_servers" in told
    assert "STREAM_SLM_BROKER__BOOTSTRAP_SERVERS" in told
    assert "host:port" in told


@pytest.mark.parametrize(
    ("variable", "suggestion"),
    [
        ("STREAM_SLM_BROKR__BOOTSTRAP_SERVERS", "STREAM_SLM_BROKER"),
        ("STREAM_SLM_BROKER__BOOTSTRAP_SERVER", "bootstrap_servers"),
        ("STREAM_SLM_APP__IDD", "id"),
        ("STREAM_SLM_APP", "STREAM_SLM_APP__ID"),
        ("STREAM_SLM_KAFKA__HOST", "known: STREAM_SLM_APP, "),
        ("stream_slm_lgo__level", "STREAM_SLM_LOG"),
    ],
)
def test_a_variable_that_is_no_setting_is_told_with_the_nearest_that_is(
    monkeypatch: pytest.MonkeyPatch, variable: str, suggestion: str
) -> None:
    """A typing mistake must not run with the default, in silence."""
    monkeypatch.setenv(variable, SECRET)
    told = refusal()
    assert variable.upper() in told.upper()
    assert suggestion in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "variable",
    ["STREAM_SLM_CONFIG", "STREAM_SLM_TEST_BOOTSTRAP", "STREAM_SLM_SERVICE_HOST", "STREAM_SLM_PORT_9092_TCP", "OTHER"],
)
def test_variables_that_are_not_of_the_tree_are_let_be(tmp_path: Path, variable: str) -> None:
    """Ours for tests and files, and what Kubernetes sets beside a service called stream-slm."""
    file = yaml_file(tmp_path, {})
    load(file, environ={variable: str(file)})


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"brokr": {}}, ["brokr", "did you mean broker?"]),
        (
            {"delivery": {"max_inflight": 3}},
            ["delivery.max_inflight", "STREAM_SLM_DELIVERY__MAX_INFLIGHT", "did you mean max_in_flight?"],
        ),
        ({"delivery": {"max_in_flight": 0}}, ["delivery.max_in_flight", "greater than or equal to 1"]),
        ({"delivery": {"max_in_flight": SECRET}}, ["delivery.max_in_flight", "STREAM_SLM_DELIVERY__MAX_IN_FLIGHT"]),
        ({"delivery": {"processing_guarantee": SECRET}}, ["'at_least_once' or 'exactly_once'"]),
        ({"log": {"level": SECRET}}, ["log.level", "'WARNING'"]),
        ({"app": SECRET}, ["app (STREAM_SLM_APP)"]),
        ({"app": None}, ["app (STREAM_SLM_APP)"]),
        ({"app": {"id": ""}, "log": {"format": SECRET}}, ["app.id", "log.format"]),
        (f"- {SECRET}", ["must be a mapping"]),
        (f"{SECRET}", ["must be a mapping"]),
        ("1: {}", ["must be a mapping"]),
        (f"app:\n  id: [{SECRET}", ["line 2", "not valid YAML"]),
        ("app: \0", ["not valid YAML"]),
        (f"app: !!python/object:{SECRET} {{}}", ["not valid YAML"]),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_fix_and_without_its_value(
    tmp_path: Path, tree: Any, names: list[str]
) -> None:
    """Setting, variable, what would be right; every mistake at once; never the value, for it may be a secret."""
    told = refusal(yaml_file(tmp_path, tree))
    assert all(name in told for name in names), told
    assert SECRET not in told


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing, a folder, not UTF-8."""
    assert "No such file" in refusal(tmp_path / "none.yaml")
    assert str(tmp_path) in refusal(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"app: {id: \xe9}")
    assert "not valid YAML" in refusal(tmp_path / "latin.yaml")


def test_a_bad_value_in_the_environment_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is where passwords are."""
    monkeypatch.setenv("STREAM_SLM_TOPICS__PARTITIONS", SECRET)
    told = refusal()
    assert "topics.partitions (STREAM_SLM_TOPICS__PARTITIONS)" in told
    assert "correct it in the environment" in told
    assert SECRET not in told


def test_an_empty_file_is_no_mistake(tmp_path: Path) -> None:
    """All of it commented out, for example."""
    assert load(yaml_file(tmp_path, "# nothing\n")) == Settings()


def test_a_level_may_be_spelled_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everybody does."""
    monkeypatch.setenv("STREAM_SLM_LOG__LEVEL", "debug")
    assert load().log.level == "DEBUG"


def test_settings_are_frozen() -> None:
    """What was read at start holds until the end."""
    with pytest.raises(ValidationError):
        load().app.id = "other"  # type: ignore[misc]


def test_every_section_refuses_unknown_names_and_is_frozen() -> None:
    """A section added later keeps the rule."""
    for field in Settings.model_fields.values():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        assert section.model_config.get("extra") == "forbid"
        assert section.model_config.get("frozen")
    assert Settings.model_config.get("env_prefix") == settings.PREFIX


def test_a_drain_longer_than_a_rebalance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two settings that contradict each other are both named."""
    monkeypatch.setenv("STREAM_SLM_DELIVERY__DRAIN_TIMEOUT_S", "70")
    with pytest.raises(ConfigurationError, match=r"^delivery\.drain_timeout_s must be below broker\."):
        load()
