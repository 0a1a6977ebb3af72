"""Export a checkpoint that CTranslate2 has no kernels for to ONNX, and check the export against torch."""

import tempfile
import warnings
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
import torch
import transformers
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

from stream_slm.engine.checkpoint import Checkpoint
from stream_slm.engine.pairs import PairForm, pair_form_of
from stream_slm.engine.tensors import Tensor, Tensors
from stream_slm.errors import BundleError

_OPSET = 18
# Smaller weights stay as they are: biases and norms in few bits would save nothing and cost accuracy.
_SMALL = 1024
# A protobuf ends at 2 GiB; the graph itself takes a few MB.
_MOST_WEIGHT_BYTES = 2**31 - 2**25
# Rows and tokens: one alone, more than one, longer than what is traced, which has (2, 11).
_TRACED = (2, 11)
_CHECKED = ((1, 3), (3, 17), (2, 64))
_TOLERANCE = 1e-3
_LEAST_COSINE = 0.98
# Of older saves, and of models whose config.json says that they are not used.
_UNUSED = ("embeddings.position_ids", "embeddings.position_embeddings.weight")


def export(checkpoint: Checkpoint, tokenizer: Tokenizer, tensors: Tensors, target: Path, quantization: str) -> None:
    """Write `checkpoint` with its bare `tensors` as `model.onnx` into `target`.

    The class is transformers' own and the weights are those given: no code of the checkpoint is run. With int8 or half
    precision, weights are stored so and computed in float32: ONNX Runtime would scale the numbers of a whole batch
    together, and a text's vector would depend on its neighbours.

    Raises BundleError for a weight that is missing, of a wrong shape or not expected, and when the exported model
    does not give what torch gives, or fails.
    """
    try:
        _export(checkpoint, tokenizer, tensors, target, quantization)
    except BundleError:
        raise
    except Exception as error:  # The tracer, the model and ONNX Runtime raise whatever they like.
        told = (str(error).splitlines() or [repr(error)])[0]
        raise BundleError(f"the checkpoint cannot be exported to ONNX: {type(error).__name__}: {told}") from error


def _export(checkpoint: Checkpoint, tokenizer: Tokenizer, tensors: Tensors, target: Path, quantization: str) -> None:
    rows = int(checkpoint.get("vocab_size"))
    if (greatest := max(tokenizer.get_vocab(with_added_tokens=True).values())) >= rows:
        raise BundleError(f"the tokenizer has id {greatest} but the model only {rows} rows")
    target.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(dir=target.parent) as work:
        # That what reads these models is old: the newer exporter cannot read XLNet. The result is checked below.
        warnings.simplefilter("ignore")
        model = _Encoder(_model(checkpoint, tensors), _token_types(tokenizer), pair_form_of(tokenizer)).eval()
        _trace(model, rows, Path(work) / "traced.onnx")
        exported = onnx.load(str(Path(work) / "traced.onnx"))
    if quantization != "float32":
        _store_small(exported.graph, quantization)
    # Not ByteSize(), which fails beyond that.
    if sum(len(weight.raw_data) for weight in exported.graph.initializer) > _MOST_WEIGHT_BYTES:
        raise BundleError(f"with {quantization} weights the model takes more than the 2 GB that an ONNX file can hold")
    file = target / "model.onnx"
    onnx.save(exported, str(file))
    _check(model, rows, file, min(checkpoint.positions, _CHECKED[-1][1]), exact=quantization == "float32")


class _Encoder(torch.nn.Module):  # type: ignore[misc]
    """The last hidden states of a bare model; token types follow from the ids, as the tokenizer gives them."""

    def __init__(self, model: Any, token_types: dict[int, int], pair_form: PairForm | None) -> None:
        super().__init__()
        self.model = model
        self.token_types = token_types
        self.opens_second = pair_form.opens_second if pair_form else None

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        types = torch.zeros_like(input_ids)
        if self.opens_second is not None:
            opening = (input_ids == self.opens_second).to(types.dtype)
            types = (opening.cumsum(1) > opening).to(types.dtype)
        for token, kind in self.token_types.items():
            own = (input_ids == token).to(types.dtype)
            types = types * (1 - own) + kind * own
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types).last_hidden_state


def _model(checkpoint: Checkpoint, tensors: Tensors) -> Any:
    kind = getattr(transformers, str(checkpoint.family.exported_as))
    model = kind(kind.config_class.from_dict(checkpoint.config)).eval()
    try:
        loaded = model.load_state_dict({name: torch.from_numpy(tensors[name]) for name in tensors}, strict=False)
    except RuntimeError as error:
        raise BundleError(f"the checkpoint's weights do not fit its config.json: {error}") from error
    if loaded.missing_keys:
        raise BundleError(f"the checkpoint lacks the weight {min(loaded.missing_keys)!r}")
    # What is left belongs to a head, unless its name is that of a part of the encoder.
    parts = tuple(f"{name}." for name, _ in model.named_children())
    left = [name for name in loaded.unexpected_keys if name.startswith(parts) and name not in _UNUSED]
    if left:
        raise BundleError(f"the checkpoint has the unexpected weight {min(left)!r}, and {len(left) - 1} more")
    return model


def _token_types(tokenizer: Tokenizer) -> dict[int, int]:
    """Return the special tokens of a type other than 0: XLNet's <cls> has 2."""
    encoding = tokenizer.encode("a")
    return {token: kind for token, kind in zip(encoding.ids, encoding.type_ids, strict=True) if kind}


def _trace(model: _Encoder, rows: int, file: Path) -> None:
    shape = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        model,
        _inputs(rows, *_TRACED),
        str(file),
        dynamo=False,
        opset_version=_OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["hidden_states"],
        dynamic_axes={"input_ids": shape, "attention_mask": shape, "hidden_states": shape},
    )


def _inputs(rows: int, batch: int, tokens: int) -> tuple[Any, Any]:
    """Return seeded ids and a mask whose last row is padded, where there are several."""
    ids = torch.randint(0, rows, (batch, tokens), generator=torch.Generator().manual_seed(batch))
    mask = torch.ones_like(ids)
    if batch > 1:
        mask[-1, tokens // 2 + 1 :] = 0
    return ids, mask


def _store_small(graph: Any, quantization: str) -> None:
    """Replace each large weight by a small one and a node that makes it float32 again."""
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    nodes = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < _SMALL:
            continue
        name, stored = weight.name, f"{weight.name}/stored"
        graph.initializer.remove(weight)
        if quantization in {"int8", "int8_float32"}:
            # A scale a row for embeddings, a scale an output for products.
            axis = 0 if name in looked_up else values.ndim - 1
            small, scales = _to_int8(values, axis)
            graph.initializer.extend(
                [numpy_helper.from_array(small, stored), numpy_helper.from_array(scales, f"{name}/scales")]
            )
            nodes.append(helper.make_node("DequantizeLinear", [stored, f"{name}/scales"], [name], axis=axis))
        else:
            half = values.astype(np.float16 if quantization == "float16" else ml_dtypes.bfloat16)
            graph.initializer.append(numpy_helper.from_array(half, stored))
            nodes.append(helper.make_node("Cast", [stored], [name], to=onnx.TensorProto.FLOAT))
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)


def _to_int8(values: Tensor, axis: int) -> tuple[np.ndarray[Any, Any], Tensor]:
    others = tuple(each for each in range(values.ndim) if each != axis)
    greatest = np.abs(values).max(axis=others, keepdims=True)
    scales = np.where(greatest > 0, greatest / 127, 1).astype(np.float32)
    return np.rint(values / scales).astype(np.int8), scales.reshape(-1)


def _check(model: _Encoder, rows: int, file: Path, longest: int, *, exact: bool) -> None:
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    for batch, tokens in _CHECKED:
        ids, mask = _inputs(rows, batch, min(tokens, longest))
        with torch.no_grad():
            expected = model(ids, mask).numpy()
        given = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
        real = mask.numpy().astype(bool)
        if not _agree(given[real], expected[real], exact=exact):
            raise BundleError(
                f"exported to ONNX, the model does not give what it gives in torch ({batch} texts of {tokens} tokens): "
                + ("this version of it cannot be exported" if exact else "try --quantization float32")
            )


def _agree(given: Tensor, expected: Tensor, *, exact: bool) -> bool:
    if exact:
        return float(np.abs(given - expected).max()) <= _TOLERANCE * max(1.0, float(np.abs(expected).max()))
    norms = np.linalg.norm(given, axis=1) * np.linalg.norm(expected, axis=1)
    return float(((given * expected).sum(axis=1) / norms).mean()) >= _LEAST_COSINE
