"""Tasks from elsewhere: what a class must have to be asked in a pipeline, and how it is found by name."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any, Literal, Protocol, runtime_checkable

from stream_slm.errors import ConfigurationError
from stream_slm.tasks.text import EncodedText
from stream_slm.types import CustomResult

#: A package names its tasks here: `wordcount = "their_package:WordCount"`.
GROUP = "stream_slm.tasks"


@runtime_checkable
class CustomTask(Protocol):
    """A task that is none of ours."""

    @property
    def name(self) -> str:
        """Of the task in the results."""
        ...

    @property
    def needs(self) -> Literal["units", "sentences"]:
        """`units`: the text as the bundle's heads read it; `sentences`: each encoded alone.

        They differ only where a bundle reads texts whole.
        """
        ...

    def run(self, text: EncodedText) -> CustomResult:
        """The answer for one text; runs in the event loop, so it must take microseconds, not milliseconds.

        What it raises makes this record a dead letter, and no other.
        """
        ...


def installed_task(name: str, **options: Any) -> CustomTask:
    """Make the task that an installed package names so in the entry points `stream_slm.tasks`.

    Raises:
        ConfigurationError: none does, or what it names is no task.
    """
    found = {each.name: each for each in entry_points(group=GROUP)}
    if name not in found:
        raise ConfigurationError(
            f"no installed package has the task {name!r}; known: {', '.join(sorted(found)) or 'none'}"
        )
    task = found[name].load()(**options)
    if not isinstance(task, CustomTask):
        raise ConfigurationError(f"the task {name!r} ({found[name].value}) lacks a name, needs or run()")
    return task
