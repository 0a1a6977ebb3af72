"""A published head: the classification layers that came with a checkpoint, applied to each unit of a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stream_slm.tasks.entry import HeadFile
from stream_slm.tasks.text import EncodedText, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """`activation(x @ weights + bias)`; weights are (in, out)."""

    weights: Floats
    bias: Floats
    activation: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedHead:
    """Layers, the last of which gives a unit's logits; the text's are their mean, weighted by tokens.

    A short text is one unit, and its logits are then those the checkpoint's authors would have seen.
    """

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    layers: tuple[Layer, ...]
    multi_label: bool = False
    calibrated: bool = False

    @property
    def dimension(self) -> int:
        """Of the vectors it reads."""
        return len(self.layers[0].weights)

    def familiar(self, _text: EncodedText) -> bool:
        """Nothing is known of the texts it was fitted on: any text passes."""
        return True

    def logits(self, text: EncodedText) -> Floats:
        """(L,), of the whole text."""
        return np.asarray(text.weights @ self.unit_logits(text.vectors), dtype=np.float32)

    def logits_without_each(self, text: EncodedText) -> Floats:
        """(n, L), of the text without each of its units; zeros where nothing is left."""
        if len(text.token_counts) == 1:
            return np.zeros((1, len(self.labels)), np.float32)
        weighted = text.weights[:, None] * self.unit_logits(text.vectors)
        left = 1 - text.weights[:, None]
        return np.asarray((weighted.sum(axis=0) - weighted) / left, dtype=np.float32)

    def unit_logits(self, vectors: Floats) -> Floats:
        """(n, L), of each vector by itself."""
        for layer in self.layers:
            vectors = _ACTIVATIONS[layer.activation](vectors @ layer.weights + layer.bias)
        return vectors


def published(head: HeadFile) -> PublishedHead:
    """Read the layers `w0`, `b0`, `w1`, `b1`, ...

    Raises:
        BundleError: they do not fit one another, the labels, or the activations.
    """
    activations = head.entry.get("activations")
    if not isinstance(activations, list) or not activations or not all(each in _ACTIVATIONS for each in activations):
        raise head.refused(f"activations must name one of {', '.join(_ACTIVATIONS)} for each layer")
    if set(head.arrays) != {f"{kind}{index}" for kind in "wb" for index in range(len(activations))}:
        raise head.refused(f"its arrays are not those of {len(activations)} layers")
    layers = tuple(
        Layer(weights=head.arrays[f"w{index}"], bias=head.arrays[f"b{index}"], activation=activation)
        for index, activation in enumerate(activations)
    )
    given = layers[0].weights.shape[:1]
    for index, layer in enumerate(layers):
        if layer.weights.shape != (*given, *layer.bias.shape) or layer.bias.ndim != 1:
            raise head.refused(f"layer {index} does not fit the one before it")
        given = layer.bias.shape
    if given != (len(head.labels),):
        raise head.refused(f"its last layer does not give {len(head.labels)} labels")
    return PublishedHead(
        labels=head.labels,
        thresholds=head.thresholds,
        layers=layers,
        multi_label=head.multi_label,
        calibrated=head.calibrated,
    )


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0)


def _gelu(values: Floats) -> Floats:
    """The exact form, with erf after Abramowitz and Stegun 7.1.26, whose error is below 2e-7."""
    scaled = np.abs(values) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * scaled)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(values) * (1 - series * np.exp(-scaled * scaled))
    return np.asarray(0.5 * values * (1 + erf), dtype=np.float32)


_ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda values: values,
    "tanh": np.tanh,
    "relu": _relu,
    "gelu": _gelu,
}
