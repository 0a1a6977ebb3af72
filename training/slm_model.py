"""The shape of `slm-tiny`, a T5, and its loss: the next piece, and where a copied one is to be looked up."""

from __future__ import annotations

import torch
from transformers import T5Config, T5ForConditionalGeneration

from training.slm_data import Batch

#: Heads of the last layer that are told where to look: half of them, the others are free.
_POINTING_HEADS = 3
_POINTING_WEIGHT = 0.3


def new_model(vocabulary: int) -> T5ForConditionalGeneration:
    """A fresh model; no dropout, for no item is seen twice."""
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=vocabulary,
            d_model=192,
            d_kv=32,
            d_ff=768,
            num_layers=4,
            num_decoder_layers=2,
            num_heads=6,
            dropout_rate=0.0,
            feed_forward_proj="relu",
            pad_token_id=0,
            eos_token_id=1,
            decoder_start_token_id=0,
            # Weights of attention are part of the loss, and only this implementation gives them.
            attn_implementation="eager",
        )
    )


def losses(model: T5ForConditionalGeneration, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What to descend on, the loss of the next piece, and the share of pieces that would be written right."""
    source, target = torch.from_numpy(batch.source), torch.from_numpy(batch.target)
    labels = target.masked_fill(target == 0, -100)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = model(input_ids=source, attention_mask=(source != 0).long(), labels=labels, output_attentions=True)
        looked = out.cross_attentions[-1][:, :_POINTING_HEADS].float().mean(dim=1)
    copied = torch.from_numpy(batch.copied)
    known = copied.any(dim=2)
    pointing = -torch.log((looked * copied).sum(dim=2)[known].clamp_min(1e-6)).mean() if known.any() else 0.0
    right = (out.logits.detach().argmax(dim=2) == labels)[labels != -100].float().mean()
    return out.loss + _POINTING_WEIGHT * pointing, out.loss.detach(), right
