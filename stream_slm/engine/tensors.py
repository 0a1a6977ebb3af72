"""Read a checkpoint's safetensors, whole or in shards, as float32 arrays; never a pickle, which could run code."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors

from stream_slm.errors import BundleError

Tensor = npt.NDArray[np.float32]
Tensors = Mapping[str, Tensor]

WEIGHTS_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"

_NUMPY_DTYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def read_tensors(folder: Path) -> Tensors:
    """Return the floating-point tensors of the checkpoint in `folder`, under the names they are saved with.

    Raises BundleError when it holds no safetensors, or a file that is none.
    """
    return {name: tensor for file in weight_files(folder) for name, tensor in _read_file(folder / file)}


def weight_files(folder: Path) -> list[str]:
    """Return the names of the weight files in `folder`; raises BundleError when there are none, or only pickles."""
    if (folder / WEIGHTS_FILE).is_file():
        return [WEIGHTS_FILE]
    if (folder / INDEX_FILE).is_file():
        return shards((folder / INDEX_FILE).read_bytes())
    pickles = sorted(file.name for pattern in _PICKLES for file in folder.glob(pattern))
    if pickles:
        raise BundleError(
            f"{folder} holds weights as a pickle only ({pickles[0]}), which could run code and is not opened: "
            "save the model as safetensors (model.save_pretrained(folder) of a current transformers does)"
        )
    raise BundleError(f"{folder} holds no {WEIGHTS_FILE}")


def shards(index: bytes) -> list[str]:
    """Return the names of the files that `model.safetensors.index.json` spreads the weights over."""
    try:
        names = sorted({str(name) for name in json.loads(index)["weight_map"].values()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BundleError(f"{INDEX_FILE} does not say which file holds which weight") from error
    for name in names:
        if "/" in name or "\\" in name or not name.endswith(".safetensors"):
            raise BundleError(f"{INDEX_FILE} names {name!r}, which is no safetensors file beside it")
    return names


def _read_file(path: Path) -> Iterator[tuple[str, Tensor]]:
    try:
        # Not safetensors.numpy.load_file: it refuses bfloat16.
        entries = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except FileNotFoundError as error:
        raise BundleError(f"{INDEX_FILE} names {path.name}, which is missing") from error
    except safetensors.SafetensorError as error:
        raise BundleError(f"{path.name} is not a safetensors file: {error}") from error
    for name, entry in entries:
        if entry["dtype"] in _NUMPY_DTYPES:
            yield name, _to_float32(entry)


def _to_float32(entry: Mapping[str, Any]) -> Tensor:
    stored = np.frombuffer(entry["data"], dtype=_NUMPY_DTYPES[entry["dtype"]])
    if entry["dtype"] == "BF16":
        # numpy has no bfloat16: its bits are the upper half of a float32.
        stored = (stored.astype(np.uint32) << 16).view(np.float32)
    tensor: Tensor = stored.reshape(entry["shape"]).astype(np.float32)
    return tensor
