"""Rules of a pulled language model: its probabilities and its text are those of transformers, weight for weight."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from stream_slm.engine import language_loaders
from stream_slm.engine.bundle import Bundle
from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.language_checkpoint import LanguageCheckpoint
from stream_slm.engine.language_export import complete
from stream_slm.engine.language_families import LANGUAGE_FAMILIES
from stream_slm.engine.language_model import Decoding, Instruction, Question
from stream_slm.engine.pull import Wish, pull
from stream_slm.engine.sources import parse_source
from stream_slm.engine.spelling import Spelling
from stream_slm.errors import BundleError, InferenceError
from tests.models.compared import pulled
from tests.models.language import CHECKPOINTS, WINDOW, greedy, log_probabilities, save
from tests.models.published import TEXTS
from tests.unit.engine.hub import running

# transformers' own, of what it imports for GPT-BigCode.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")

LABELS = ("no pain", "payment", "paid late", "crash")
ASKED = Instruction(system="Be brief.", before="Text: ", after="\nWhat is it?", cue="It is")


def asked(bundle: Any) -> Instruction:
    """With languages, where the model has a place for them."""
    codes = list(bundle.manifest.language_model.language_codes)
    if not codes:
        return ASKED
    return Instruction(source_language=codes[0], target_language=codes[-1])


def questions(bundle: Any, model: Any) -> list[Question]:
    form = model.form(asked(bundle), reserve=16)
    labels = tuple(map(model.continuation, LABELS))
    return [Question(prompt=form.around(text), continuations=labels) for text in model.tokenize(TEXTS)]


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_same_as_transformers(name: str, tmp_path: Path) -> None:
    """Token for token: the log-probabilities of continuations, and what is written greedily; and eight bits run."""
    theirs = save(name, tmp_path / "source")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours = bundle.language_model(inter_threads=1)
    batch = questions(bundle, ours)
    scores = ours.score(batch)
    for question, rows in zip(batch, scores, strict=True):
        for continuation, row in zip(question.continuations, rows, strict=True):
            np.testing.assert_allclose(row, log_probabilities(theirs, question.prompt, continuation), atol=1e-3)
    prompts = [question.prompt for question in batch]
    ends = bundle.manifest.language_model.end
    for prompt, written in zip(prompts, ours.generate(prompts, Decoding(max_length=12)), strict=True):
        expected = greedy(theirs, prompt, 12, ends)
        assert written.tokens == len(expected)
        assert written.text == ours._spelling.written(expected)
        mean = np.mean(log_probabilities(theirs, prompt, expected))
        assert written.log_probability == pytest.approx(mean, abs=1e-3)
        assert written.finish_reason == ("stop" if expected[-1] in ends else "length")
    small = pulled(tmp_path / "source", tmp_path / "models", "int8").language_model(inter_threads=1)
    assert np.corrcoef(flat(small.score(batch)), flat(scores))[0, 1] > 0.9
    assert len(small.generate(prompts, Decoding(max_length=12))) == len(prompts)


def flat(scores: list[list[tuple[float, ...]]]) -> Any:
    return np.concatenate([row for rows in scores for row in rows])


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_every_weight_counts(name: str, tmp_path: Path) -> None:
    """With any one weight of transformers' model perturbed, the comparison above fails: it sees each of them."""
    theirs = save(name, tmp_path / "source")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours = bundle.language_model(inter_threads=1)
    batch = questions(bundle, ours)[::2]
    scores = ours.score(batch)

    def differs() -> bool:
        return any(
            np.abs(np.subtract(row, log_probabilities(theirs, question.prompt, continuation))).max() > 1e-3
            for question, rows in zip(batch, scores, strict=True)
            for continuation, row in zip(question.continuations, rows, strict=True)
        )

    assert not differs()
    unseen = []
    for weight_name, weight in theirs.named_parameters():
        kept = weight.detach().clone()
        noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            weight.add_(noise * max(float(weight.std()), 0.3))
        if not differs():
            unseen.append(weight_name)
        with torch.no_grad():
            weight.copy_(kept)
    # The keys' bias adds the same to all scores of a row, which softmax takes out again.
    assert [name for name in unseen if not name.endswith(("k_proj.bias", "key.bias"))] == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", ["t5gemma", "gpt-neo", "llama"])
def test_half_precision(name: str, dtype: Any, tmp_path: Path) -> None:
    """A checkpoint in half precision gives what its digits say; a bundle stored so, nearly that."""
    theirs = save(name, tmp_path / "source", dtype=dtype)
    # CTranslate2 stores norms and biases so, too, and Gemma's norms are of one more than their weights.
    tolerances = {"float32": 1e-3, "float16": 5e-3, "bfloat16": 5e-2, "int8": 2.0}
    for quantization in ("float32", "int8", "bfloat16" if dtype is torch.bfloat16 else "float16"):
        bundle = pulled(tmp_path / "source", tmp_path / "models", quantization)
        ours = bundle.language_model(inter_threads=1, compute_type="float32" if "int8" not in quantization else None)
        batch = questions(bundle, ours)[:2]
        for question, rows in zip(batch, ours.score(batch), strict=True):
            for continuation, row in zip(question.continuations, rows, strict=True):
                expected = log_probabilities(theirs, question.prompt, continuation)
                np.testing.assert_allclose(row, expected, atol=tolerances[quantization])


@pytest.mark.parametrize("name", ["mistral", "gemma-2", "gemma-3", "phi-3", "gpt-neo", "t5gemma"])
def test_a_prompt_ends_where_a_window_does(name: str, tmp_path: Path) -> None:
    """Beyond it CTranslate2's numbers are others: up to there, they are the same."""
    theirs = save(name, tmp_path / "source")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    entry, ours = bundle.manifest.language_model, bundle.language_model(inter_threads=1)
    assert entry.max_tokens == WINDOW
    form = ours.form(Instruction(), reserve=1)
    text = (ours.tokenize([" ".join(TEXTS)])[0] * 9)[: form.room]
    question = Question(prompt=form.around(text), continuations=((5,),))
    assert len(question.prompt) == WINDOW - (entry.shape == "decoder")
    expected = log_probabilities(theirs, question.prompt, (5,))
    np.testing.assert_allclose(ours.score([question])[0][0], expected, atol=1e-3)
    with pytest.raises(InferenceError, match="longer than"):
        ours.score([replace(question, prompt=form.around((*text, 5)))])


@pytest.mark.parametrize(
    ("name", "config", "complaint"),
    [
        (
            "llama",
            {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0}},
            "'yarn' rotary positions",
        ),
        ("qwen2", {"use_sliding_window": True}, "use_sliding_window True"),
        ("llama", {"hidden_act": "gelu"}, "hidden_act 'gelu'"),
        ("phi", {"qk_layernorm": True}, "qk_layernorm True"),
    ],
)
def test_what_would_give_other_numbers_is_refused(
    name: str, config: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    """Before anything is converted."""
    save(name, tmp_path / "source", **config)
    with pytest.raises(BundleError, match=complaint):
        pulled(tmp_path / "source", tmp_path / "models")


@pytest.mark.parametrize("name", ["bart", "llama", "gpt-neo"])
def test_weights_that_do_not_fit_are_refused(name: str, tmp_path: Path) -> None:
    """One missing, one too many, one of a wrong shape: each by its name; and nothing is left behind."""
    source = tmp_path / "source"
    save(name, source)
    tensors = load_file(source / "model.safetensors")
    weight = next(each for each in sorted(tensors) if ".0." in each)
    for altered, complaint in (
        ({key: value for key, value in tensors.items() if key != weight}, f"lacks the weight '{weight}'"),
        ({**tensors, weight.replace(".0.", ".7."): tensors[weight]}, "has the unexpected weight"),
        ({**tensors, weight: np.zeros((3, 3), np.float32)}, f"{weight}|ignore_mismatched_sizes"),
    ):
        save_file(altered, source / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(BundleError, match=complaint):
            pulled(source, tmp_path / "models")
    assert not list((tmp_path / "models").glob("source*"))


def test_a_pull_is_repeatable(tmp_path: Path) -> None:
    """The same checkpoint gives the same digest, and a bundle that is current stays."""
    save("qwen3", tmp_path / "source")
    first, again = (pulled(tmp_path / "source", tmp_path / models, "int8") for models in ("one", "two"))
    assert first.digest == again.digest
    stamp = (first.folder / "bundle.json").stat().st_mtime_ns
    assert (pulled(tmp_path / "source", tmp_path / "one", "int8").folder / "bundle.json").stat().st_mtime_ns == stamp


def test_no_control_token_comes_out_of_a_text(tmp_path: Path) -> None:
    """Of any kind of tokenizer: of each family, by each of its control tokens, alone and among words."""
    for name in ("t5", "bart", "nllb", "mbart-50", "llama", "qwen3", "gemma", "gpt2"):
        save(name, tmp_path / name)
        tokenizer = Tokenizer.from_file(str(tmp_path / name / "tokenizer.json"))
        spelling = Spelling.load(tmp_path / name / "tokenizer.json")
        controls = {
            number for number, token in tokenizer.get_added_tokens_decoder().items() if token.content.strip("▁ ")
        }
        unknown = tokenizer.token_to_id("<unk>")
        for number in controls:
            token = tokenizer.id_to_token(number)
            for text in (token, f"paid {token} late", f"a{token}{token}b", token.upper()):
                assert controls.difference({unknown}).isdisjoint(spelling.plain([text])[0]), (name, text)


def test_from_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it takes is fetched, its template and what ends a text among it, and nothing else; the card is heard."""
    save("qwen3", tmp_path / "source")
    (tmp_path / "source" / "README.md").write_text("---\nlicense: apache-2.0\nlanguage: [en, de]\n---\n# Q\n")
    (tmp_path / "source" / "chat_template.jinja").write_text("{{ messages[-1].content }}<|im_end|>")
    (tmp_path / "source" / "modeling_own.py").write_text("raise SystemExit")
    (tmp_path / "source" / "generation_config.json").write_text('{"eos_token_id": [2, 0]}')
    with running() as hub:
        hub.offer("org/Writer", "c" * 40, tmp_path / "source")
        hub.commits["main"] = "c" * 40
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        bundle = Bundle.load(pull(tmp_path / "models", parse_source("hf:org/Writer"), Wish(quantization="int8")))
    entry = bundle.manifest.language_model
    assert (bundle.manifest.licence, entry.languages, entry.end) == ("apache-2.0", ["en", "de"], [2, 0])
    assert (entry.instructions, entry.source.repo, entry.source.revision) == ("chat", "org/Writer", "c" * 40)
    assert bundle.path(str(entry.chat_template)).read_text() == "{{ messages[-1].content }}<|im_end|>"
    assert not [each for each in hub.asked if "modeling_own" in each]
    assert {"chat_template.jinja", "generation_config.json", "tokenizer.json"} < set(entry.source.files)


def test_an_encoder_decoder_has_a_chat_template_too(tmp_path: Path) -> None:
    """Whose turns are its source."""
    save("t5gemma-it", tmp_path / "source")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    ours = bundle.language_model(inter_threads=1)
    prompt = ours.form(ASKED, reserve=8).around(ours.tokenize(["paid"])[0])
    said = Tokenizer.from_file(str(bundle.path("tokenizer.json"))).decode([*prompt.static, *prompt.own], False)
    asked_for = "Be brief.\n\nText: paid\nWhat is it?"
    assert said == f"<bos><start_of_turn>user\n{asked_for}<end_of_turn>\n<start_of_turn>model\n"
    assert ours._spelling.written(prompt.start) == "It is"


def test_scores_that_are_not_capped_are_told(tmp_path: Path) -> None:
    """By the card, where the checkpoint caps them; the numbers are near."""
    theirs = save("gemma-2", tmp_path / "source", attn_logit_softcapping=50.0)
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    assert "Attention scores are not capped" in bundle.path("README.md").read_text()
    ours = bundle.language_model(inter_threads=1)
    question = questions(bundle, ours)[0]
    expected = log_probabilities(theirs, question.prompt, question.continuations[0])
    np.testing.assert_allclose(ours.score([question])[0][0], expected, atol=0.1)


@pytest.mark.parametrize(
    ("name", "key", "default"), [("gemma-3", "sliding_window", 4096), ("gpt-neo", "window_size", 256)]
)
def test_a_window_that_goes_without_saying(name: str, key: str, default: int, tmp_path: Path) -> None:
    """Is transformers' own."""
    save(name, tmp_path / "source")
    config = json.loads((tmp_path / "source" / "config.json").read_text())
    del config[key]
    for positions in (192, 5000):
        (tmp_path / "source" / "config.json").write_text(json.dumps({**config, "max_position_embeddings": positions}))
        checkpoint = Checkpoint.read(tmp_path / "source")
        whole = complete(checkpoint, LANGUAGE_FAMILIES[config["model_type"]])
        tokenizer = Tokenizer.from_file(str(tmp_path / "source" / "tokenizer.json"))
        limit = LanguageCheckpoint(checkpoint=whole, tokenizer=tokenizer).max_tokens
        assert limit == min(positions, default)


@pytest.mark.parametrize("quantization", ["float32", "int8"])
def test_a_conversion_that_goes_wrong_is_not_put_in_place(
    quantization: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that overlooks what another release of transformers means by a setting."""
    save("bart", tmp_path / "source")
    monkeypatch.setitem(language_loaders._NORMS, "bart", (True, True))
    with pytest.raises(BundleError, match=r"does not give what it gives in torch|attributes are not set"):
        pulled(tmp_path / "source", tmp_path / "models", quantization)
    monkeypatch.undo()
    save("gpt-neo", tmp_path / "other")
    monkeypatch.setattr(language_loaders, "_epsilon", lambda _config: 1.0)
    with pytest.raises(BundleError, match="does not give what it gives in torch"):
        pulled(tmp_path / "other", tmp_path / "models", "float32")
    assert not [each for each in (tmp_path / "models").iterdir() if not each.name.startswith(".")]
