"""What is wrong with settings, in words that name the setting and the fix, and never the value: it may be a secret."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ValidationError

#: What pydantic says before a message of ours.
_OURS = "Value error, "


def explained(error: ValidationError, tree: type[BaseModel], origins: Mapping[str, str]) -> Iterator[str]:
    """A line for each mistake; `origins` says where each setting was given."""
    # Without the rejected input: it may be a secret.
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        path = [str(part) for part in problem["loc"]]
        told = problem["msg"].removeprefix(_OURS)
        name = ".".join(path)
        variable = f"{tree.model_config.get('env_prefix', '')}{'__'.join(path).upper()}"
        if len(path) <= 1 and problem["msg"].startswith(_OURS):  # a rule over several settings, which names them itself
            yield from told.splitlines()
        elif problem["type"] == "extra_forbidden":
            siblings = fields_of(tree, path[0]) if len(path) > 1 else []
            yield f"{name} ({variable}): no such setting{suggestion(path[-1], siblings or list(tree.model_fields))}"
        else:
            origin = origins.get(".".join(path[:2])) or origins.get(path[0]) or "the environment"
            yield f"{name} ({variable}): {told}; correct it in {origin}"


def fields_of(tree: type[BaseModel], section: str) -> list[str]:
    """The settings of a section; none where there is no such section."""
    field = tree.model_fields.get(section)
    model = field.annotation if field else None
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def suggestion(name: str, known: Sequence[str], prefix: str = "") -> str:
    """What was meant, perhaps; else all there is."""
    # Without what all of them begin with: that alone would make any two alike.
    by_rest = {each.removeprefix(prefix): each for each in known}
    near = difflib.get_close_matches(name.removeprefix(prefix), by_rest, n=1)
    return f"; did you mean {by_rest[near[0]]}?" if near else f"; known: {', '.join(known)}"
