"""The optional extras: told by name, in one line, where a bundle needs one that is not installed."""

from collections.abc import Iterator
from importlib.util import find_spec

from stream_slm.errors import BundleError

#: What each brings, by the name under which it is imported.
EXTRAS = {
    "onnx": ("onnxruntime",),
    "convert": ("torch", "transformers", "onnx", "onnxruntime", "sentencepiece"),
}


def require(extra: str, purpose: str) -> None:
    """Raise BundleError, which says how to install `extra`, unless all that it brings is here."""
    missing = list(_missing(extra))
    if missing:
        raise BundleError(f"{purpose} needs {', '.join(missing)}: pip install 'stream-slm[{extra}]'")


def _missing(extra: str) -> Iterator[str]:
    for name in EXTRAS[extra]:
        if find_spec(name) is None:
            yield name
