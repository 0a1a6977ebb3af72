"""Where in a YAML file each value stands, by its JSON pointer; and keys that YAML takes for something else."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

#: Keys that are text, and the one that takes another mapping in (`<<`).
_TEXT = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")


def line_of(lines: dict[str, int], pointer: str) -> int:
    """The line of a value, or of the nearest thing around it."""
    while pointer not in lines and pointer:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 1)


def lines_by_pointer(text: str) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The line of each value, and what is wrong with keys, by pointer: YAML itself would say nothing.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines: dict[str, int] = {"": 1}
    wrong: list[tuple[str, str]] = []
    for pointer, node, is_key in _walk(root, "") if root else ():
        if pointer in lines:
            wrong.append((pointer, "given twice; the last one counts"))
        if is_key and node.tag not in _TEXT:
            wrong.append((pointer, f"write it in quotes: YAML takes {node.value} for no text"))
        lines[pointer] = node.start_mark.line + 1
    return lines, wrong


def _walk(node: yaml.Node, pointer: str) -> Iterator[tuple[str, yaml.Node, bool]]:
    """Pointers with the node that shows where, and whether that is a key or else an item."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = f"{pointer}/{_escaped(str(key.value))}"
            yield at, key, True
            yield from _walk(value, at)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield f"{pointer}/{index}", value, False
            yield from _walk(value, f"{pointer}/{index}")


def pointer_of(path: tuple[str | int, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
