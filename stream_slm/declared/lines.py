"""Where in a YAML file each value stands, by its JSON pointer; and keys that are given twice."""

from __future__ import annotations

from collections.abc import Iterator

import yaml


def line_of(lines: dict[str, int], pointer: str) -> int:
    """The line of a value, or of the nearest thing around it."""
    while pointer not in lines and pointer:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 1)


def lines_by_pointer(text: str) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """The line of each value, and each key (with its line) that stands twice in one mapping: YAML keeps the last.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines: dict[str, int] = {"": 1}
    twice: list[tuple[str, int]] = []
    for pointer, line in _walk(root, "") if root else ():
        if pointer in lines:
            twice.append((pointer, line))
        lines[pointer] = line
    return lines, twice


def _walk(node: yaml.Node, pointer: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = f"{pointer}/{_escaped(str(key.value))}"
            yield at, key.start_mark.line + 1
            yield from _walk(value, at)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            at = f"{pointer}/{index}"
            yield at, value.start_mark.line + 1
            yield from _walk(value, at)


def pointer_of(path: tuple[str | int, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
