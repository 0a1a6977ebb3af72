"""Rules of a checkpoint exported to ONNX: as for converted ones, and the same bits whatever shares the batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from stream_slm import Classify
from stream_slm.config.settings import LimitsConfig, Settings
from stream_slm.errors import BundleError, InferenceError
from stream_slm.pipeline.models import Models
from stream_slm.pipeline.pipeline import Pipeline
from tests.models.compared import encoded, head_logits, least_cosine, pulled, same_vectors
from tests.models.published import EXPORTED, TEXTS, logits_of, save, vectors_of
from tests.unit.pipeline.fakes import WORKER, json_of, record, spec

# transformers' DeBERTa, as it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:FutureWarning")

LABELS = ("negative", "neutral", "positive")


@pytest.mark.parametrize("family", EXPORTED)
def test_vectors(family: str, tmp_path: Path) -> None:
    """In full precision, and with weights stored in eight and sixteen bits."""
    model = save(family, tmp_path / "source")
    expected = vectors_of(model, tmp_path / "source", "mean")
    bundle = pulled(tmp_path / "source", tmp_path / "models")
    assert (bundle.manifest.encoder.runtime, bundle.manifest.encoder.family) == ("onnx", family)
    assert same_vectors(encoded(bundle), expected)
    sizes = {"float32": bundle.path("encoder/model.onnx").stat().st_size}
    for quantization in ("int8", "float16", "bfloat16"):
        bundle = pulled(tmp_path / "source", tmp_path / "models", quantization)
        assert least_cosine(encoded(bundle), expected) >= 0.99
        sizes[quantization] = bundle.path("encoder/model.onnx").stat().st_size
    assert sizes["float16"] == pytest.approx(sizes["bfloat16"], rel=0.01)
    assert sizes["int8"] < sizes["float16"] < 0.75 * sizes["float32"]


@pytest.mark.parametrize(
    ("family", "config"),
    [
        # As DeBERTa v2 is published: a convolution beside the first layer.
        ("deberta-v2", {"conv_kernel_size": 3, "conv_act": "gelu", "type_vocab_size": 2}),
        # Weights of their own for positions, and absolute ones besides.
        ("deberta-v2", {"share_att_key": False, "position_biased_input": True, "norm_rel_ebd": "none"}),
        ("xlnet", {"clamp_len": 4, "ff_activation": "relu"}),
    ],
)
def test_other_settings(family: str, config: dict[str, Any], tmp_path: Path) -> None:
    """What a family's config.json may say is followed."""
    model = save(family, tmp_path / "source", **config)
    expected = vectors_of(model, tmp_path / "source", "mean")
    assert same_vectors(encoded(pulled(tmp_path / "source", tmp_path / "models")), expected)


async def test_a_pipeline_gives_the_published_scores(tmp_path: Path) -> None:
    """The whole way: pulled, loaded by a worker's settings, batched, and scored."""
    model = save("deberta-v2", tmp_path / "source", labels=LABELS)
    logits = logits_of(model, tmp_path / "source")
    pulled(tmp_path / "source", tmp_path / "models", name="mine", task="sentiment", languages=("en",))
    models = Models.load(Settings(models={"dir": tmp_path / "models", "bundle": "mine"}))
    models.start()
    try:
        ours = Pipeline(spec(tasks=(Classify("sentiment"),), alerts=()), models, WORKER, LimitsConfig())
        told = [json_of((await ours.process(record({"text": text}))).outputs[0]) for text in TEXTS]
    finally:
        await models.close()
    assert told[0]["models"]["mine"]["runtime"] == "onnx"
    for each, row in zip(told, torch.tensor(logits).softmax(1).numpy(), strict=True):
        scores = {label["label"]: label["score"] for label in each["results"]["sentiment"]["labels"]}
        np.testing.assert_allclose([scores[label] for label in LABELS], row, atol=1e-3)


@pytest.mark.parametrize("family", EXPORTED)
def test_head(family: str, tmp_path: Path) -> None:
    """Logits of a published head, which reads the first token of DeBERTa and the last of XLNet."""
    model = save(family, tmp_path / "source", labels=LABELS)
    bundle = pulled(tmp_path / "source", tmp_path / "models", task="sentiment")
    assert bundle.manifest.heads["sentiment"]["labels"] == list(LABELS)
    assert bundle.manifest.encoder.reading == "whole"
    np.testing.assert_allclose(head_logits(bundle, "sentiment"), logits_of(model, tmp_path / "source"), atol=1e-3)


@pytest.mark.parametrize("quantization", ["float32", "int8"])
@pytest.mark.parametrize("family", EXPORTED)
def test_vector_does_not_depend_on_the_batch(family: str, quantization: str, tmp_path: Path) -> None:
    """To the last bit among texts of one length; padding beside a longer text changes nothing that matters."""
    save(family, tmp_path / "source")
    encoder = pulled(tmp_path / "source", tmp_path / "models", quantization).encoder(inter_threads=2)
    encoder.warm_up()
    chunks = [text.chunks[0] for text in encoder.tokenize(TEXTS)]
    one_length = [chunk[:12] for chunk in chunks if len(chunk) >= 12]
    assert len(one_length) > 2
    alone = np.concatenate([encoder.encode([chunk]) for chunk in one_length])
    np.testing.assert_array_equal(encoder.encode(one_length), alone)
    together, apart = encoder.encode(chunks), np.concatenate([encoder.encode([chunk]) for chunk in chunks])
    np.testing.assert_allclose(together, apart, atol=1e-4)
    encoder.close()
    with pytest.raises(InferenceError, match="closed"):
        encoder.encode(chunks)


@pytest.mark.parametrize("labels", [(), LABELS], ids=["vectors", "logits"])
@pytest.mark.parametrize("family", EXPORTED)
def test_every_weight_counts(family: str, labels: tuple[str, ...], tmp_path: Path) -> None:
    """With any one weight of transformers' model perturbed, the comparisons above fail: they see each of them."""
    source = tmp_path / "source"
    model = save(family, source, labels=labels)
    bundle = pulled(source, tmp_path / "models")
    ours = head_logits(bundle) if labels else encoded(bundle)
    unseen = []
    for name, weight in model.named_parameters():
        kept = weight.detach().clone()
        noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            weight.add_(noise * max(float(weight.std()), 0.3))
        if labels:
            seen = np.abs(logits_of(model, source) - ours).max() > 1e-3
        else:
            seen = not same_vectors(ours, vectors_of(model, source, "mean"))
        with torch.no_grad():
            weight.copy_(kept)
        if not seen:
            unseen.append(name)
    # It stands for a masked word, of which there is none.
    assert [name for name in unseen if not name.endswith("mask_emb")] == []


@pytest.mark.parametrize(
    ("family", "config"),
    [("xlnet", {"summary_type": "mean"}), ("deberta-v2", {"pooler_hidden_act": "relu"})],
)
def test_other_heads_are_refused(family: str, config: dict[str, str], tmp_path: Path) -> None:
    """Their logits would not be the published ones."""
    save(family, tmp_path / "source", labels=LABELS, **config)
    with pytest.raises(BundleError, match=f"config.json says {next(iter(config))}"):
        pulled(tmp_path / "source", tmp_path / "models")


def test_what_fails_in_torch_fails_in_one_line(tmp_path: Path) -> None:
    """Such as a config.json that fits no model; and nothing is left behind."""
    save("deberta-v2", tmp_path / "source")
    config = json.loads((tmp_path / "source" / "config.json").read_text())
    (tmp_path / "source" / "config.json").write_text(json.dumps({**config, "num_attention_heads": 5}))
    with pytest.raises(BundleError, match="the checkpoint cannot be exported to ONNX: ValueError: ") as failed:
        pulled(tmp_path / "source", tmp_path / "models")
    assert "\n" not in str(failed.value)
    assert not list((tmp_path / "models").glob("source*"))


@pytest.mark.parametrize("family", EXPORTED)
def test_weights_that_do_not_fit_are_refused(family: str, tmp_path: Path) -> None:
    """One missing, one too many in the encoder, one of a wrong shape: each by its name."""
    source = tmp_path / "source"
    save(family, source)
    tensors = load_file(source / "model.safetensors")
    name = next(name for name in sorted(tensors) if ".0." in name)
    for altered, complaint in (
        ({key: value for key, value in tensors.items() if key != name}, f"lacks the weight '{name}'"),
        ({**tensors, name.replace(".0.", ".7."): tensors[name]}, "has the unexpected weight"),
        ({**tensors, name: np.zeros((3, 3), np.float32)}, f"do not fit its config.json(.|\n)*{name}"),
    ):
        save_file(altered, source / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(BundleError, match=complaint):
            pulled(source, tmp_path / "models")
