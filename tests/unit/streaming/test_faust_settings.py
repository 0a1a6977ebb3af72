"""Rules of Faust's settings: ours stand where the user left Faust's, and only there."""

from __future__ import annotations

import faust

from stream_slm.streaming.faust_settings import adapt


def test_defaults_of_fausts_are_replaced_and_choices_of_the_users_stay() -> None:
    """Metadata that is five minutes old knows of no partitions that were added since."""
    left = faust.App("left", broker="kafka://nowhere:1").conf
    adapt(left)
    assert (left.consumer_metadata_max_age_ms, left.broker_commit_interval) == (30_000, 0.5)
    chosen = faust.App("chosen", broker="kafka://nowhere:1", consumer_metadata_max_age_ms=7_000).conf
    adapt(chosen)
    assert (chosen.consumer_metadata_max_age_ms, chosen.broker_commit_interval) == (7_000, 0.5)
