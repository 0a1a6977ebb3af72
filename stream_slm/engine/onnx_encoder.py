"""The encoder of a bundle for ONNX Runtime: families that CTranslate2 has no kernels for, behind the same methods."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from stream_slm.engine.encoder import Encoder, Lengths, Vectors
from stream_slm.errors import InferenceError

MODEL_FILE = "model.onnx"


class Session(Protocol):
    """What is used of an `onnxruntime.InferenceSession`; several threads may run one at once."""

    def run(self, outputs: None, inputs: Mapping[str, npt.NDArray[np.int64]]) -> list[Any]:
        """The model's outputs; lets go of the GIL."""
        ...


class OnnxEncoder(Encoder):
    """An `Encoder` whose hidden states come from ONNX Runtime; its replicas are threads that share one session."""

    _model: Session | None

    @classmethod
    def _open(cls, model: Path, compute_type: str, inter_threads: int, intra_threads: int) -> Session:
        """Open a folder's `model.onnx`.

        With one of `intra_threads` each call runs on the thread that makes it; with more, they share a pool of so many.
        `compute_type` decides nothing: however weights are stored, they are computed in float32.
        """
        del compute_type, inter_threads
        session: Session = onnxruntime.InferenceSession(
            str(model / MODEL_FILE), _options(intra_threads), providers=["CPUExecutionProvider"]
        )
        return session

    def close(self) -> None:
        """Free the weights; no method may be called afterwards."""
        self._model = None

    def _forward(self, ids: npt.NDArray[np.int32], lengths: Lengths) -> Vectors:
        mask = np.arange(ids.shape[1]) < lengths[:, None]
        inputs = {"input_ids": ids.astype(np.int64), "attention_mask": mask.astype(np.int64)}
        try:
            if self._model is None:
                raise InferenceError("the encoder is closed")
            return np.asarray(self._model.run(None, inputs)[0])
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
