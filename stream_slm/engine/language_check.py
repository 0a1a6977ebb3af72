"""Hold a converted language model against torch: a setting that the conversion overlooks shows in the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
import torch

from stream_slm.engine.encoder import runnable
from stream_slm.errors import BundleError

_READ, _WRITTEN = 16, 8
# Of all logits with torch's. Eight bits lose what a coarse mistake loses much more of.
_LEAST_CORRELATION = {"int8": 0.8, "int8_float32": 0.8}
_LEAST_ELSE = 0.99


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What torch gives a seeded prompt; `logits`: (tokens, vocabulary). An encoder-decoder is made to begin somehow."""

    read: list[int]
    written: list[int] | None
    logits: npt.NDArray[np.float32]

    @classmethod
    def of(cls, model: Any) -> Reference:
        """Ask a model of transformers."""
        config = model.config
        size = model.get_output_embeddings().weight.shape[0]
        padding = config.pad_token_id
        known = [number for number in range(size) if number != padding]
        ids = np.random.default_rng(0).choice(known, _READ + _WRITTEN).tolist()
        read, written = ids[:_READ], None
        with torch.no_grad():
            if config.is_encoder_decoder:
                start = config.decoder_start_token_id
                written = [config.bos_token_id if start is None else start, *ids[_READ:]]
                out = model(input_ids=torch.tensor([read]), decoder_input_ids=torch.tensor([written]))
            else:
                out = model(input_ids=torch.tensor([read]))
        return cls(read=read, written=written, logits=out.logits[0].float().numpy())

    def check(self, folder: Path, size: int, quantization: str) -> None:
        """Raise BundleError where the model in `folder`, of `size` token ids, gives something else."""
        given = self._ask(folder, size, runnable(quantization))
        # Marian's padding token has no row any more.
        expected = self.logits[: len(given), :size]
        correlation = float(np.corrcoef(given.ravel(), expected.ravel())[0, 1])
        if not correlation >= _LEAST_CORRELATION.get(quantization, _LEAST_ELSE):
            advice = "try --quantization float32" if "int8" in quantization else "this version of it is not supported"
            raise BundleError(
                f"converted, the model does not give what it gives in torch (correlation {correlation:.3f}): {advice}"
            )

    def _ask(self, folder: Path, size: int, compute_type: str) -> npt.NDArray[np.float32]:
        float32 = ctranslate2.DataType.float32
        if self.written is None:
            decoder = ctranslate2.Generator(str(folder), compute_type=compute_type)
            logits: npt.NDArray[np.float32] = np.array(decoder.forward_batch([self.read]).to(float32))[0]
            return logits
        # Marian begins with a token that has no row, and reads nothing of it.
        start = [str(min(number, size - 1)) for number in self.written]
        answer = ctranslate2.Translator(str(folder), compute_type=compute_type).translate_batch(
            [list(map(str, self.read))],
            [start],
            beam_size=1,
            max_decoding_length=len(start),
            min_decoding_length=0,
            return_logits_vocab=True,
        )
        steps = [np.array(step.to(float32), np.float32).reshape(-1) for step in answer[0].logits[0]]
        return np.stack(steps)
