"""The encoder of a bundle for ONNX Runtime: families that CTranslate2 has no kernels for, behind the same methods."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from stream_slm.engine.encoder import Encoder, Lengths, Vectors, load_tokenizer
from stream_slm.errors import BundleError, InferenceError

MODEL_FILE = "model.onnx"


class Session(Protocol):
    """What is used of an `onnxruntime.InferenceSession`; several threads may run one at once."""

    def run(self, outputs: None, inputs: Mapping[str, npt.NDArray[np.int64]]) -> list[Any]:
        """The model's outputs; lets go of the GIL."""
        ...


class OnnxEncoder(Encoder):
    """An `Encoder` whose hidden states come from ONNX Runtime; its replicas are threads that share one session."""

    def __init__(
        self,
        session: Session,
        tokenizer: Tokenizer,
        *,
        dimension: int,
        max_tokens: int,
        replicas: int,
        pooling: str = "mean",
    ) -> None:
        """Take a session and a tokenizer that neither truncates nor pads; `OnnxEncoder.load` makes both."""
        super().__init__(
            None, tokenizer, dimension=dimension, max_tokens=max_tokens, replicas=replicas, pooling=pooling
        )
        self._session: Session | None = session

    @classmethod
    def load(
        cls,
        model: Path,
        tokenizer: Path,
        *,
        dimension: int,
        max_tokens: int,
        pooling: str = "mean",
        compute_type: str = "default",
        inter_threads: int = 1,
        intra_threads: int = 1,
    ) -> "OnnxEncoder":
        """Load a folder with a `model.onnx` and a `tokenizer.json`.

        `inter_threads` is how many calls may run at once. With one of `intra_threads` each runs on the thread that
        makes it; with more, they share a pool of so many. `compute_type` decides nothing: however weights are stored,
        they are computed in float32. Raises BundleError when either file does not load.
        """
        try:
            session = onnxruntime.InferenceSession(
                str(model / MODEL_FILE), _options(intra_threads), providers=["CPUExecutionProvider"]
            )
            text_splitter = load_tokenizer(tokenizer)
        except Exception as error:  # Both libraries raise exceptions of their own, with no common root.
            raise BundleError(f"the encoder in {model} does not load: {error}") from error
        return cls(
            session, text_splitter, dimension=dimension, max_tokens=max_tokens, replicas=inter_threads, pooling=pooling
        )

    def close(self) -> None:
        """Free the weights; no method may be called afterwards."""
        self._session = None

    def _forward(self, ids: npt.NDArray[np.int32], lengths: Lengths) -> Vectors:
        mask = np.arange(ids.shape[1]) < lengths[:, None]
        inputs = {"input_ids": ids.astype(np.int64), "attention_mask": mask.astype(np.int64)}
        try:
            if self._session is None:
                raise InferenceError("the encoder is closed")
            return np.asarray(self._session.run(None, inputs)[0])
        except InferenceError:
            raise
        except Exception as error:  # ONNX Runtime's exceptions have no common root.
            raise InferenceError(f"the encoder failed on a batch of {len(lengths)}: {error}") from error


def _options(intra_threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = intra_threads
    options.inter_op_num_threads = 1
    # A waiting thread would burn a CPU that another replica, or another container, could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights stored small are made float32 once, at load, and not again in each call.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    # Batches come in many shapes: a plan of memory kept for each would grow without end.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options
