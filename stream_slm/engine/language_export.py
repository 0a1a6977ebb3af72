"""Convert a checkpoint of a language model to CTranslate2, by transformers' class for its weights."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file
from transformers.utils import logging

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.language_check import Reference
from stream_slm.engine.language_families import LanguageFamily
from stream_slm.engine.language_loaders import read_spec
from stream_slm.engine.tensors import weight_files
from stream_slm.errors import BundleError


def export(checkpoint: Checkpoint, family: LanguageFamily, target: Path, quantization: str) -> int:
    """Write `checkpoint` as a CTranslate2 model into `target`, and return how many token ids it has.

    The class is transformers' own and the weights are the safetensors': no code of the checkpoint is run. Its
    vocabulary are the ids, in decimal.

    Raises BundleError for a weight that is missing, of a wrong shape or not expected, and where the conversion fails or
    gives something else than torch.
    """
    try:
        return _export(checkpoint, family, target, quantization)
    except BundleError:
        raise
    except Exception as error:  # The model and the loaders raise whatever they like.
        told = (str(error).splitlines() or [repr(error)])[0]
        raise BundleError(f"the checkpoint cannot be converted: {type(error).__name__}: {told}") from error


def complete(checkpoint: Checkpoint, family: LanguageFamily) -> Checkpoint:
    """Return `checkpoint` with what its config.json leaves to transformers, such as the width of a window."""
    defaults = getattr(transformers, family.kind).config_class.from_dict(checkpoint.config).to_dict()
    # T5Gemma has a config for each of its halves.
    said = {
        key: {**defaults[key], **value} if key in {"encoder", "decoder"} and isinstance(value, dict) else value
        for key, value in checkpoint.config.items()
    }
    return replace(checkpoint, config={**defaults, **said})


def _export(checkpoint: Checkpoint, family: LanguageFamily, target: Path, quantization: str) -> int:
    model = _model(checkpoint, family)
    # Before the loaders, some of which take a model apart.
    reference = Reference.of(model)
    # To add to a norm in half precision, as some loaders do, would lose digits.
    for weight in model.parameters():
        if weight.dim() < 2:
            weight.data = weight.data.float()
    spec = read_spec(model)
    is_decoder = family.shape == "decoder"
    size = int(spec.get_vocabulary_size() if is_decoder else spec.get_target_vocabulary_size())
    ids = list(map(str, range(size)))
    if is_decoder:
        spec.register_vocabulary(ids)
    else:
        spec.register_source_vocabulary(ids)
        spec.register_target_vocabulary(ids)
        # What it begins with is said with every prompt.
        spec.config.decoder_start_token = None
    # What ends a text is said with every call; and CTranslate2 meets no token that it does not know.
    spec.config.unk_token = spec.config.bos_token = spec.config.eos_token = ids[0]
    spec.validate()
    spec.optimize(quantization=quantization)
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))
    reference.check(target, size, quantization)
    return size


def _model(checkpoint: Checkpoint, family: LanguageFamily) -> Any:
    weights: dict[str, Any] = {}
    for name in weight_files(checkpoint.folder):
        weights |= load_file(checkpoint.folder / name)
    with _silence():
        kind = getattr(transformers, family.kind)
        model, told = kind.from_pretrained(
            None,
            config=kind.config_class.from_dict(checkpoint.config),
            state_dict=weights,
            dtype=_dtype(weights),
            output_loading_info=True,
        )
    for what, names in (
        ("lacks the weight", told["missing_keys"]),
        ("has the unexpected weight", told["unexpected_keys"]),
        ("has, not as its config.json says, the weight", told["mismatched_keys"]),
    ):
        if names:
            first = min(map(str, names))
            raise BundleError(f"the checkpoint {what} {first!r}, and {len(names) - 1} more")
    return model.eval()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep transformers from warning of what is an error here, and from a bar of its own beside ours."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _dtype(weights: dict[str, Any]) -> Any:
    """Return the type that most weights have: twice the memory for digits that are not there would help nobody."""
    sizes: dict[Any, int] = {}
    for weight in weights.values():
        sizes[weight.dtype] = sizes.get(weight.dtype, 0) + weight.numel()
    most = max(sizes, key=lambda dtype: sizes[dtype])
    return most if most in {torch.float16, torch.bfloat16} else torch.float32
