"""Rules of the report on a candidate: tallies add up by pair of bundles, a record read twice differs once."""

from __future__ import annotations

from typing import Any

import pytest

from stream_slm.cli.shadow import show
from stream_slm.cli.shadow_report import Tallies


def tally(compared: int, agreed: int, candidate: str = "new") -> dict[str, Any]:
    return {
        "kind": "tally",
        "pipeline": "cards",
        "task": "risk",
        "serving": {"digest": "used"},
        "candidate": {"digest": candidate},
        "compared": compared,
        "agreed": agreed,
    }


def disagreement(record_id: str, said: str, says: str, **further: Any) -> dict[str, Any]:
    return {
        "kind": "disagreement",
        "record_id": record_id,
        "pipeline": "cards",
        "task": "risk",
        "serving": {"digest": "used", "label": said, "score": 0.9, "accepted": True, **further},
        "candidate": {"digest": "new", "label": says, "score": 0.8, "accepted": True, **further},
    }


def test_tallies_of_all_workers_add_up_by_pair_of_bundles() -> None:
    tallies = Tallies()
    for each in (tally(60, 58), tally(40, 38), tally(10, 1, candidate="other")):
        tallies.add(each)
    for each in ("a", "a", "b"):
        tallies.add(disagreement(each, "routine", "review"))
    tallies.add(disagreement("c", "x", "y", accepted_labels=[]))
    new, other = tallies.agreements()
    assert (new.compared, new.agreed, new.share) == (100, 96, 0.96)
    # Wilson's interval of 96 in 100, as the textbook has it.
    assert new.interval == pytest.approx((0.9016, 0.9843), abs=1e-3)
    assert new.differs == {("routine", "review"): 2, ("none", "none"): 1}
    assert (other.candidate, other.compared, other.agreed) == ("other", 10, 1)
    assert new.as_json()["differs"][0] == {"serving": "routine", "candidate": "review", "records": 2}
    assert tallies.skipped == 0


def test_people_see_shares_intervals_and_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers as they are read; labels as they are, whatever they look like."""
    tallies = Tallies()
    tallies.add(tally(1200, 1188))
    tallies.add(disagreement("a", "[bold]odd", "review"))
    show(tallies.agreements())
    told = capsys.readouterr().out
    for each in ("cards", "risk", "1,200", "99.00%", "98.26% to 99.43%", "[bold]odd", "review"):
        assert each in told


@pytest.mark.parametrize(
    "value",
    [None, "text", {}, {"kind": "tally"}, tally(1, 2), tally(0, 0), {**tally(1, 1), "kind": "else"}],
)
def test_what_is_of_no_shadow_is_left_out(value: Any) -> None:
    """Whoever may write to the topic may write anything."""
    tallies = Tallies()
    tallies.add(value)
    assert tallies.skipped == 1
    assert tallies.agreements() == []
