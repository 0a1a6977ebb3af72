"""A checkpoint's own chat template, run in a sandbox: what stands before a message, and what after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

import jinja2
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from stream_slm.engine.language_model import Instruction
from stream_slm.errors import BundleError, ConfigurationError

# Private characters: no instruction holds them, and no template changes them.
_TEXT, _SYSTEM = "\ue0f1\ue0f2\ue0f3", "\ue0f4\ue0f5\ue0f6"


class _Generation(Extension):
    """The tag that marks what a model is trained to write; it writes nothing."""

    tags = {"generation"}  # noqa: RUF012  (jinja2's own way)

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatTemplate:
    """A template and the special tokens that it may name (`bos_token`, `eos_token`, ...).

    Nothing of the machine reaches it, not even the date, which some templates would write: a prompt is the same on any
    day.
    """

    def __init__(self, source: str, tokens: Mapping[str, str]) -> None:
        """Compile `source`; raises BundleError when it is no template."""
        try:
            self._template = _environment().from_string(source)
        except jinja2.TemplateError as error:
            raise BundleError(f"the chat template cannot be read: {error}") from error
        self._tokens = tokens

    def around(self, instruction: Instruction) -> tuple[str, str]:
        """What stands before and after the text in the turn of the user, up to where the model begins to write.

        The system message goes into the turn of the user where the template has no place for it. Raises
        ConfigurationError when the template fails, or does not say the text exactly once.
        """
        asked = f"{instruction.before}{_TEXT}{instruction.after}"
        if instruction.system and not self._has_system():
            asked = f"{instruction.system}\n\n{asked}"
            messages = [_message("user", asked)]
        else:
            messages = [_message("system", instruction.system)] if instruction.system else []
            messages.append(_message("user", asked))
        before, *after = self._render(messages).split(_TEXT)
        if len(after) != 1:
            raise ConfigurationError(
                f"the model's chat template says a text {len(after)} times: it cannot be used with a fixed instruction"
            )
        return before, after[0] + instruction.cue

    def _has_system(self) -> bool:
        try:
            return _SYSTEM in self._render([_message("system", _SYSTEM), _message("user", _TEXT)])
        except ConfigurationError:
            return False

    def _render(self, messages: list[dict[str, str]]) -> str:
        try:
            return self._template.render(
                messages=messages,
                add_generation_prompt=True,
                # Else a Qwen 3 would think aloud before each answer.
                enable_thinking=False,
                tools=None,
                documents=None,
                **self._tokens,
            )
        except Exception as error:  # The sandbox raises its own, and a template whatever its expressions do.
            raise ConfigurationError(f"the model's chat template fails: {error}") from error


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # As transformers sets it up, on which templates rely.
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation]
    )
    environment.globals["raise_exception"] = _refuse
    environment.filters["tojson"] = _to_json
    return environment


def _refuse(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _to_json(value: Any, indent: int | None = None) -> str:
    # jinja2's own escapes for HTML.
    return json.dumps(value, ensure_ascii=False, indent=indent)
