"""Small seeded checkpoints, saved by transformers as a snapshot of the hub is, and what transformers makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    "card payment to a grocer in the town of Leeds",
    "the patient has no chest pain, and was sent home",
    "two lanes closed after a crash near the bridge; expect delays",
    "ok",
    "A refund of 12.50 was booked twice, and nobody knows why it came so late in the month of May.",
]
# Every text fits, so what transformers reads whole is one chunk here.
_POSITIONS = 96
_SIZES = {"vocab_size": 300, "hidden": 64, "inner": 128, "layers": 3, "heads": 4}
# Three to ten times the usual: with less, layer norm hides a weight that went to the wrong place.
_VARIANCE = 0.15

Floats = npt.NDArray[np.float32]


def wordpiece() -> Tokenizer:
    """A WordPiece tokenizer such as BERT's, trained on the texts."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=_SIZES["vocab_size"], special_tokens=specials, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def byte_level() -> Tokenizer:
    """A byte-level BPE tokenizer such as RoBERTa's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=_SIZES["vocab_size"],
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def unigram() -> Tokenizer:
    """A Unigram tokenizer such as those of XLM-R and CamemBERT."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=_SIZES["vocab_size"],
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        unk_token="<unk>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def unigram_closed_by_cls() -> Tokenizer:
    """A Unigram tokenizer such as XLNet's: the special tokens come last, and <cls> is of a type of its own."""
    tokenizer = unigram()
    tokenizer.add_special_tokens(["<sep>", "<cls>"])
    specials = [(name, tokenizer.token_to_id(name)) for name in ("<sep>", "<cls>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A:0 <sep>:0 <cls>:2", pair="$A:0 <sep>:0 $B:1 <sep>:1 <cls>:2", special_tokens=specials
    )
    return tokenizer


_TOKENIZERS = {
    "bert": wordpiece,
    "distilbert": wordpiece,
    "roberta": byte_level,
    "xlm-roberta": unigram,
    "camembert": unigram,
    "deberta-v2": wordpiece,
    "xlnet": unigram_closed_by_cls,
}
EXPORTED = ("deberta-v2", "xlnet")
FAMILIES = tuple(family for family in _TOKENIZERS if family not in EXPORTED)
_STEMS = {
    "bert": "Bert",
    "distilbert": "DistilBert",
    "roberta": "Roberta",
    "xlm-roberta": "XLMRoberta",
    "camembert": "Camembert",
    "deberta-v2": "DebertaV2",
    "xlnet": "XLNet",
}
_ROBERTA_LIKE = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
# As DeBERTa v3 is published: no positions but relative ones, in few buckets, with the keys' weights for both.
_DEBERTA = {
    "relative_attention": True,
    "pos_att_type": ["p2c", "c2p"],
    "position_buckets": 8,
    "share_att_key": True,
    "norm_rel_ebd": "layer_norm",
    "position_biased_input": False,
    "type_vocab_size": 0,
    "pooler_hidden_size": _SIZES["hidden"],
}


def save(family: str, folder: Path, *, seed: int = 0, labels: Sequence[str] = (), **config: Any) -> Any:
    """Save a model of `family` into `folder`, with a classification head if there are `labels`; return it."""
    tokenizer = _TOKENIZERS[family]()
    if family == "distilbert":
        sizes: dict[str, Any] = {"dim": _SIZES["hidden"], "hidden_dim": _SIZES["inner"]}
        sizes |= {"n_layers": _SIZES["layers"], "n_heads": _SIZES["heads"]}
    elif family == "xlnet":
        sizes = {"d_model": _SIZES["hidden"], "d_inner": _SIZES["inner"]}
        sizes |= {"n_layer": _SIZES["layers"], "n_head": _SIZES["heads"]}
    else:
        sizes = {"hidden_size": _SIZES["hidden"], "intermediate_size": _SIZES["inner"]}
        sizes |= {"num_hidden_layers": _SIZES["layers"], "num_attention_heads": _SIZES["heads"]}
        sizes |= {"bert": {}, "deberta-v2": _DEBERTA}.get(family, _ROBERTA_LIKE)
    named = dict(enumerate(labels))
    heads = {"id2label": named, "label2id": {label: index for index, label in named.items()}} if labels else {}
    settings = {
        "vocab_size": tokenizer.get_vocab_size(with_added_tokens=True),
        "initializer_range": _VARIANCE,
    }
    if family != "xlnet":  # whose positions are relative, without a limit
        settings["max_position_embeddings"] = _POSITIONS
    stem = _STEMS[family]
    full = getattr(transformers, f"{stem}Config")(**{**settings, **sizes, **heads, **config})
    torch.manual_seed(seed)
    model = getattr(transformers, f"{stem}ForSequenceClassification" if labels else f"{stem}Model")(full).eval()
    # Biases begin at 0 and norms at 1: as they are, a bias left out or two norms exchanged would pass.
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1:
                weight.add_(torch.randn_like(weight) * (0.1 if name.endswith("weight") else 0.3))
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return model


def vectors_of(model: Any, folder: Path, pooling: str) -> Floats:
    """What the bare model makes of `TEXTS`, one at a time, pooled."""
    pools = {
        "mean": lambda states: states.mean(0),
        "cls": lambda states: states[0],
        "max": lambda states: states.max(0)[0],
    }
    with torch.no_grad():
        states = [model(**inputs).last_hidden_state[0] for inputs in _inputs(folder)]
    return np.stack([pools[pooling](each).numpy() for each in states])


def logits_of(model: Any, folder: Path) -> Floats:
    """The logits that a model with a head gives `TEXTS`, one at a time."""
    with torch.no_grad():
        return np.stack([model(**inputs).logits[0].numpy() for inputs in _inputs(folder)])


def _inputs(folder: Path) -> Iterator[dict[str, Any]]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for encoding in map(tokenizer.encode, TEXTS):
        # Left out where they are all 0: models without token types do not take them.
        types = {"token_type_ids": torch.tensor([encoding.type_ids])} if any(encoding.type_ids) else {}
        yield {"input_ids": torch.tensor([encoding.ids]), **types}
