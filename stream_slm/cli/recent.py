"""The ids of records seen lately, so that what at-least-once repeats is shown once."""

from __future__ import annotations

from collections import OrderedDict

from stream_slm.cli.subscriber import Seen

#: A uuid and its place in the dictionary: about 20 MB.
_MOST = 100_000


class RecentIds:
    """Knows the last ids; a record without an id is always new."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()
        self.dropped = 0

    def is_new(self, seen: Seen) -> bool:
        """Whether a record's id was not seen lately; notes it, and counts it where it was."""
        known = seen.header("ce_id")
        if not known:
            return True
        if known in self._ids:
            self._ids.move_to_end(known)
            self.dropped += 1
            return False
        self._ids[known] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)
        return True
