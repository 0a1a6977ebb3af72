"""Make a language model's part of a bundle: the checkpoint converted, its tokenizer, its template, its description."""

from __future__ import annotations

import shutil
from pathlib import Path

from tokenizers import Tokenizer

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.language_checkpoint import LanguageCheckpoint
from stream_slm.engine.language_families import LANGUAGE_FAMILIES
from stream_slm.engine.manifest import LanguageModelEntry, Source
from stream_slm.errors import BundleError

#: Raise it whenever the same checkpoint would give other bytes: bundles built by an older recipe are then rebuilt.
LANGUAGE_RECIPE = 1

_MODEL, _TOKENIZER, _TEMPLATE = "model", "tokenizer.json", "chat_template.jinja"
_TOLD = {
    "chat": "It is told what to do in the turns of its chat template.",
    "plain": "It is told what to do in words before the text.",
    "none": "It does one thing, and cannot be told to do another.",
}
_CARD = """# {name}

Language model ({family}, {shape}): {repo}, revision {revision}, licence {licence}, converted to CTranslate2 with
{compute_type} weights. It reads up to {max_tokens} tokens{together}. {told}
Languages: {languages}.
{remarks}
What it writes can be wrong and still read well: check it where it matters.
"""
_UNCAPPED = """
Attention scores are not capped, as they are where it was trained (CTranslate2 cannot): its log-probabilities differ a
little from the published model's.
"""


def build_language_model(
    folder: Path, checkpoint: Checkpoint, source: Source, quantization: str, languages: list[str]
) -> LanguageModelEntry:
    """Convert `checkpoint` into the new folder `folder`, and describe it; raises BundleError where that fails."""
    # An extra, and slow to load.
    from stream_slm.engine.language_export import complete, export  # noqa: PLC0415
    from stream_slm.engine.language_tokenizer import read_language_tokenizer  # noqa: PLC0415

    model_type = str(checkpoint.get("model_type"))
    tokenizer = read_language_tokenizer(checkpoint.folder, model_type)
    told = LanguageCheckpoint(checkpoint=complete(checkpoint, LANGUAGE_FAMILIES[model_type]), tokenizer=tokenizer)
    size = export(checkpoint, told.family, folder / _MODEL, quantization)
    _refuse_larger(tokenizer, size)
    if (checkpoint.folder / _TOKENIZER).is_file():
        shutil.copyfile(checkpoint.folder / _TOKENIZER, folder / _TOKENIZER)
    else:
        tokenizer.save(str(folder / _TOKENIZER))
    template = told.chat_template if told.family.follows else None
    if template is not None:
        (folder / _TEMPLATE).write_text(template, encoding="utf-8")
    framing = told.framing(size)
    follows = "plain" if told.family.follows else "none"
    return LanguageModelEntry(
        path=_MODEL,
        tokenizer=_TOKENIZER,
        runtime="ctranslate2",
        family=model_type,
        shape=told.family.shape,
        max_tokens=told.max_tokens,
        max_written=told.max_written,
        vocabulary_size=size,
        instructions=follows if template is None else "chat",
        chat_template=None if template is None else _TEMPLATE,
        template_tokens={} if template is None else told.special_names,
        before=framing.before,
        after=framing.after,
        start=framing.start,
        end=framing.end,
        languages=languages,
        language_codes=framing.codes,
        default_languages=framing.defaults,
        compute_type=quantization,
        recipe=LANGUAGE_RECIPE,
        source=source,
    )


def card(name: str, entry: LanguageModelEntry, licence: str, checkpoint: Checkpoint) -> str:
    """The README.md of a bundle with a language model."""
    capped = any(
        half.get("attn_logit_softcapping")
        for half in (checkpoint.config, checkpoint.config.get("decoder"))
        if isinstance(half, dict)
    )
    return _CARD.format(
        name=name,
        family=entry.family,
        shape=entry.shape.replace("_", "-"),
        repo="a checkpoint in a folder" if entry.source.repo == "path" else entry.source.repo,
        revision=entry.source.revision,
        licence=licence,
        compute_type=entry.compute_type,
        max_tokens=entry.max_tokens,
        together=", with what it writes" if entry.shape == "decoder" else "",
        told=_TOLD[entry.instructions],
        languages=", ".join(entry.languages) or "unknown",
        remarks=_UNCAPPED if capped else "",
    )


def _refuse_larger(tokenizer: Tokenizer, size: int) -> None:
    """Raise BundleError where plain text could give an id that the model has no row for."""
    added = tokenizer.get_added_tokens_decoder()
    greatest = max(number for number in tokenizer.get_vocab(with_added_tokens=True).values() if number not in added)
    if greatest >= size:
        raise BundleError(f"the tokenizer has id {greatest} but the model only {size} rows")
