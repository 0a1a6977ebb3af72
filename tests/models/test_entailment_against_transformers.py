"""Rules of labels by entailment: pairs are read as transformers reads them, and scored as its pipeline scores them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from stream_slm import Classify
from stream_slm.config.settings import LimitsConfig, Settings
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from stream_slm.types import TextPart
from tests.models.compared import pulled
from tests.models.published import EXPORTED, FAMILIES, TEXTS, Floats, save
from tests.unit.pipeline.fakes import WORKER, json_of, record, spec

# transformers' DeBERTa, as it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:FutureWarning")

NLI = ("contradiction", "neutral", "entailment")
LABELS = {"payment": "a card payment", "road": "a road that is closed", "home": ""}
STATEMENTS = [f"This text is about {about}." for about in ("a card payment", "a road that is closed", "home")]
TYPED = ("bert", "deberta-v2", "xlnet")


def saved(family: str, folder: Path, **config: Any) -> Any:
    """A checkpoint with room for every text beside every statement."""
    room = {} if family == "xlnet" else {"max_position_embeddings": 256}
    return save(family, folder, labels=NLI, **room, **config)


def entailment_of(model: Any, family: str, folder: Path) -> Floats:
    """(texts, labels): what transformers' model makes of each pair, one at a time."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def logit(text: str, statement: str) -> float:
        encoding = tokenizer.encode(text, statement)
        types = {"token_type_ids": torch.tensor([encoding.type_ids])} if family in TYPED else {}
        with torch.no_grad():
            return float(model(input_ids=torch.tensor([encoding.ids]), **types).logits[0, NLI.index("entailment")])

    return np.array([[logit(text, statement) for statement in STATEMENTS] for text in TEXTS], np.float32)


@asynccontextmanager
async def loaded(source: Path, folder: Path) -> AsyncIterator[Models]:
    """A checkpoint pulled and loaded, as a worker does."""
    pulled(source, folder, name="nli", languages=("en",))
    models = Models.load(Settings(models={"dir": folder, "bundle": "nli"}))
    models.start()
    try:
        yield models
    finally:
        await models.close()


async def our_entailment(source: Path, folder: Path) -> Floats:
    async with loaded(source, folder) as models:
        head = models.classifier(Classify("topic", labels=LABELS, by="entailment")).head
        stated = models.reader.statements(tuple(STATEMENTS))
        parts = [[TextPart(text=text, pointer="/text")] for text in TEXTS]
        return np.stack([head.logits((await models.reader.read(each, statements=stated)).text) for each in parts])


@pytest.mark.parametrize(
    ("family", "config"),
    [*((family, {}) for family in (*FAMILIES, *EXPORTED)), ("deberta-v2", {"type_vocab_size": 2})],
)
async def test_logits(family: str, config: dict[str, Any], tmp_path: Path) -> None:
    """Of pairs, with the separators and the types of each family's tokenizer."""
    model = saved(family, tmp_path / "source", **config)
    expected = entailment_of(model, family, tmp_path / "source")
    assert np.ptp(expected) > 0.1
    np.testing.assert_allclose(await our_entailment(tmp_path / "source", tmp_path / "models"), expected, atol=1e-3)


async def test_types_of_the_second_text_count(tmp_path: Path) -> None:
    """With BERT's altered the logits are others."""
    source = tmp_path / "source"
    expected = entailment_of(saved("bert", source), "bert", source)
    tensors = load_file(source / "model.safetensors")
    types = tensors["bert.embeddings.token_type_embeddings.weight"]
    types[1] += np.random.default_rng(0).normal(0, 0.5, types.shape[1]).astype(np.float32)
    save_file(tensors, source / "model.safetensors", metadata={"format": "pt"})
    assert np.abs(await our_entailment(source, tmp_path / "models") - expected).max() > 1e-2


async def test_the_only_type_of_a_model_stands_for_both_texts(tmp_path: Path) -> None:
    """Whatever type its tokenizer gives the second: there is no embedding beyond."""
    model = saved("bert", tmp_path / "source", type_vocab_size=1)
    expected = entailment_of(model, "without types", tmp_path / "source")
    np.testing.assert_allclose(await our_entailment(tmp_path / "source", tmp_path / "models"), expected, atol=1e-3)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize(
    ("family", "tokenizer"), [("bert", transformers.BertTokenizer), ("roberta", transformers.RobertaTokenizer)]
)
async def test_a_record_has_the_scores_of_the_zero_shot_pipeline(
    family: str, tokenizer: Callable[..., Any], multi_label: bool, tmp_path: Path
) -> None:
    """The whole way, beside transformers' own: one label by softmax, or each against contradiction."""
    model = saved(family, tmp_path / "source")
    theirs = transformers.pipeline(
        "zero-shot-classification",
        model=model,
        tokenizer=tokenizer.from_pretrained(tmp_path / "source"),  # type: ignore[attr-defined]
    )
    task = Classify("topic", labels=LABELS, by="entailment", hypothesis="It tells of {}.", multi_label=multi_label)
    async with loaded(tmp_path / "source", tmp_path / "models") as models:
        ours = Pipeline(spec(tasks=(task,), alerts=()), models, WORKER, LimitsConfig())
        told = [json_of((await ours.process(record({"text": text}))).outputs[0]) for text in TEXTS]
    for text, enriched in zip(TEXTS, told, strict=True):
        expected = theirs(
            text,
            candidate_labels=["a card payment", "a road that is closed", "home"],
            hypothesis_template="It tells of {}.",
            multi_label=multi_label,
        )
        wanted = dict(zip(expected["labels"], expected["scores"], strict=True))
        scores = {each["label"]: each["score"] for each in enriched["results"]["topic"]["labels"]}
        about = {label: about or label for label, about in LABELS.items()}
        np.testing.assert_allclose([scores[label] for label in LABELS], [wanted[about[i]] for i in LABELS], atol=1e-3)
        assert enriched["results"]["topic"]["calibrated"] is False
