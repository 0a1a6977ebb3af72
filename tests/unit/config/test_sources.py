"""Rules of where settings come from: the order of the sources, files of secrets, and what is shown of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from stream_slm.cli.config import as_markdown
from stream_slm.cli.main import main
from stream_slm.config.effective import MASK, effective, json_schema, sections
from stream_slm.config.settings import load, load_with_origins
from stream_slm.errors import ConfigurationError

SECRET = "hunter2-secret"
SASL = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_username": "worker"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("STREAM_SLM_"):
            monkeypatch.delenv(name)
    # Set, so that what a command sets is taken back.
    monkeypatch.setenv("STREAM_SLM_CONFIG", "")
    monkeypatch.setenv("STREAM_SLM_SET", "")


def written(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    return str(file)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_each_source_is_above_those_before_it(tmp_path: Path) -> None:
    """YAML, environment, file of a secret, command line: each is heard where no later one speaks."""
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump({"app": {"id": "yaml"}, "topics": {"partitions": 2}}), encoding="utf-8")
    env: dict[str, str] = {}
    assert (load(file, env).app.id, load(file, env).topics.partitions) == ("yaml", 2)
    env["STREAM_SLM_APP__ID"] = "environment"
    assert load(file, env).app.id == "environment"
    env["STREAM_SLM_APP__ID_FILE"] = written(tmp_path / "id", "file\n")
    assert load(file, env).app.id == "file"
    env["STREAM_SLM_SET"] = json.dumps({"app.id": "set"})
    found = load_with_origins(file, env)
    assert (found.settings.app.id, found.settings.topics.partitions) == ("set", 2)
    assert found.origins == {"app.id": "--set", "topics.partitions": str(file)}


def test_any_setting_may_come_from_a_file_but_for_its_last_line_break(tmp_path: Path) -> None:
    """A number is read as one; spaces are part of a password."""
    env = {
        "STREAM_SLM_TOPICS__PARTITIONS_FILE": written(tmp_path / "partitions", "12\r\n"),
        "STREAM_SLM_BROKER__SASL_PASSWORD_FILE": written(tmp_path / "password", f" {SECRET} \n"),
        **{f"STREAM_SLM_BROKER__{name.upper()}": value for name, value in SASL.items()},
    }
    found = load_with_origins(None, env)
    assert found.settings.topics.partitions == 12
    assert found.settings.broker.sasl_password is not None
    assert found.settings.broker.sasl_password.get_secret_value() == f" {SECRET} "
    assert found.origins["broker.sasl_password"] == f"the file {tmp_path / 'password'}"


def test_a_setting_that_is_itself_a_path_is_no_file_of_a_secret(tmp_path: Path) -> None:
    """`broker.oauth_token_file` names the token's file; it is not read at start."""
    env = {
        "STREAM_SLM_BROKER__SECURITY_PROTOCOL": "sasl_ssl",
        "STREAM_SLM_BROKER__SASL_MECHANISM": "oauthbearer",
        "STREAM_SLM_BROKER__OAUTH_TOKEN_FILE": str(tmp_path / "none"),
    }
    assert load(None, env).broker.oauth_token_file == tmp_path / "none"


@pytest.mark.parametrize(
    ("env", "said"),
    [
        (
            {"STREAM_SLM_APP__ID_FILE": "/no/such/file"},
            "STREAM_SLM_APP__ID_FILE: the file /no/such/file cannot be read",
        ),
        ({"STREAM_SLM_APP__IDD_FILE": SECRET}, "app.idd_file (STREAM_SLM_APP__IDD_FILE): no such setting"),
        ({"STREAM_SLM_SET": '{"brokr.x": "1"}'}, "--set brokr.x: no such setting; did you mean broker?"),
        ({"STREAM_SLM_SET": '{"broker.session_timeout": "1"}'}, "did you mean session_timeout_s?"),
        ({"STREAM_SLM_SET": f'{{"topics.partitions": "{SECRET}"}}'}, "valid integer"),
        ({"STREAM_SLM_SET": f'{{"topics.partitions": "{SECRET}"}}'}, "correct it in --set"),
        ({"STREAM_SLM_SET": "x=1"}, "STREAM_SLM_SET: written by --set alone"),
        ({"STREAM_SLM_SETTINGS__X": SECRET}, "STREAM_SLM_SETTINGS__X: no such setting"),
    ],
)
def test_a_mistake_in_a_source_is_told_with_the_source_and_without_the_value(env: dict[str, str], said: str) -> None:
    """Whoever reads it knows which line to change."""
    with pytest.raises(ConfigurationError) as caught:
        load(None, env)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value).replace(f"file {SECRET}", "")


@pytest.mark.parametrize(
    ("broker", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, ["broker.sasl_mechanism: broker.security_protocol SASL_SSL needs one"]),
        (SASL, ["broker.sasl_password: broker.sasl_mechanism PLAIN needs it"]),
        ({"sasl_username": "x"}, ["broker.sasl_username: broker.security_protocol PLAINTEXT has no SASL"]),
        ({"ssl_cafile": "ca.pem"}, ["broker.ssl_cafile: broker.security_protocol PLAINTEXT has no TLS"]),
        ({**SASL, "sasl_password": SECRET, "ssl_cafile": "x"}, ["broker.ssl_cafile: ", "has no TLS"]),
        ({"security_protocol": "SSL", "ssl_keyfile": "key.pem"}, ["broker.ssl_keyfile: goes with a certificate"]),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER"}, ["needs either it or"]),
        (
            {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER", "oauth_token_endpoint_url": "https://a"},
            ["broker.oauth_client_id: ", "broker.oauth_client_secret: "],
        ),
        ({**SASL, "sasl_password": SECRET, "oauth_token_file": "t"}, ["broker.oauth_token_file: ", "does not use it"]),
        ({"oauth_token_endpoint_url": f"https://id:{SECRET}@issuer/token"}, ["broker.oauth_token_endpoint_url ("]),
        ({**SASL, "sasl_password": ""}, ["broker.sasl_password (STREAM_SLM_BROKER__SASL_PASSWORD)", "at least 1"]),
    ],
)
def test_a_connection_that_is_not_whole_is_told_at_start(
    tmp_path: Path, broker: dict[str, str], said: list[str]
) -> None:
    """What is missing, and what would be passed over in silence: each by its name."""
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump({"broker": broker}), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    assert all(each in str(caught.value) for each in said), str(caught.value)
    assert SECRET not in str(caught.value)


def test_show_gives_every_setting_with_its_origin_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a table and as JSON; `--set` may stand before and behind the command."""
    for name, value in SASL.items():
        monkeypatch.setenv(f"STREAM_SLM_BROKER__{name.upper()}", value)
    monkeypatch.setenv("STREAM_SLM_BROKER__SASL_PASSWORD_FILE", written(tmp_path / "p", SECRET))
    done = command("--set", "app.id=first", "config", "show", "--json", "--set", "topics.partitions=7")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert set(rows) == {row.name for _, _, each in sections() for row in each}
    assert rows["broker.sasl_password"] == {"value": MASK, "from": f"the file {tmp_path / 'p'}"}
    assert rows["app.id"] == {"value": "first", "from": "--set"}
    assert rows["topics.partitions"] == {"value": 7, "from": "--set"}
    assert rows["broker.bootstrap_servers"] == {"value": ["localhost:9092"], "from": "default"}
    table = command("config", "show", "--changed").stdout
    assert "broker.sasl_username" in table
    assert "log.level" not in table
    assert SECRET not in table + done.stdout


def test_check_exits_with_2_and_a_line_for_each_problem(tmp_path: Path) -> None:
    """And with 0 where there is none; a certificate that is not there is one."""
    file = written(tmp_path / "settings.yaml", "log: {format: nonsense}\ntopics: {partitions: 0}\n")
    wrong = command("--config", file, "config", "check")
    assert wrong.exit_code == 2
    assert [line.partition(" ")[0] for line in wrong.stderr.splitlines()] == ["topics.partitions", "log.format"]
    file = written(tmp_path / "settings.yaml", "broker: {security_protocol: SSL, ssl_cafile: /no/such/ca.pem}\n")
    absent = command("--config", file, "config", "check")
    assert (absent.exit_code, absent.stderr) == (2, "broker.ssl_cafile: /no/such/ca.pem: No such file or directory\n")
    file = written(tmp_path / "settings.yaml", "broker: {security_protocol: SSL}\n")
    assert command("--config", file, "config", "check").exit_code == 0


@pytest.mark.parametrize("given", ["app.id", "app=x", "=x"])
def test_a_malformed_override_is_wrong_use(given: str) -> None:
    """Told before anything is read."""
    done = command("models", "list", "--set", given)
    assert done.exit_code == 2
    assert "must look like section.name=value" in done.stderr


def test_the_schema_knows_every_setting_and_what_it_means() -> None:
    """An editor completes and explains; a setting without a meaning is not finished."""
    definitions = json_schema()["$defs"]
    for section, _, rows in sections():
        (name,) = [each for each in (json_schema()["properties"][section].get("$ref"),) if each]
        assert set(definitions[name.rpartition("/")[2]]["properties"]) == {row.name.split(".")[1] for row in rows}
    assert not [row.name for _, _, rows in sections() for row in rows if not row.meaning]


def test_every_setting_is_effective() -> None:
    """Nothing of the tree is left out of what is shown."""
    assert {row.name for row in effective(load_with_origins())} == {
        row.name for _, _, each in sections() for row in each
    }


def test_the_page_of_settings_is_what_the_code_says() -> None:
    """`make docs` writes it anew."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page.partition("--markdown -->\n\n")[2] == as_markdown() + "\n"
