"""The formulas against values that are known exactly."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_slm.planning.queueing import erlang_c, mean_wait_s, wait_s

servers = st.integers(1, 64)
shares = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("count", "offered", "waits"), [(1, 0.6, 0.6), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (4, 4.0, 1.0), (5, 0.0, 0.0)]
)
def test_erlang_c(count: int, offered: float, waits: float) -> None:
    assert erlang_c(count, offered) == pytest.approx(waits)


def test_erlang_c_is_its_definition() -> None:
    # The textbook's sum, which the recursion avoids.
    count, offered = 12, 9.5
    last = offered**count / math.factorial(count) * count / (count - offered)
    assert erlang_c(count, offered) == pytest.approx(
        last / (sum(offered**each / math.factorial(each) for each in range(count)) + last)
    )


@given(shares, st.floats(0, 4))
def test_one_server_waits_as_pollaczek_and_khinchine_say(share: float, variation: float) -> None:
    assert mean_wait_s(1, 2.0, share / 2.0, variation) == pytest.approx(share * 2.0 * (1 + variation) / 2 / (1 - share))


@given(servers, shares, st.floats(0, 4))
def test_the_mean_is_the_tails_integral(count: int, share: float, variation: float) -> None:
    # P(wait > t) = C exp(-t / scale): its integral is C times the scale, and the quantile solves it for t.
    mean = mean_wait_s(count, 1.0, share * count, variation)
    waiting = erlang_c(count, share * count)
    beyond = waiting / math.e
    assert wait_s(count, 1.0, share * count, variation, beyond) == pytest.approx(mean / waiting)


@given(servers, shares, shares)
def test_more_arrivals_never_wait_less(count: int, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert wait_s(count, 1.0, less * count, 1.0, 0.01) <= wait_s(count, 1.0, more * count, 1.0, 0.01) + 1e-9


def test_what_has_no_end_is_infinite() -> None:
    assert mean_wait_s(2, 1.0, 2.0, 1.0) == wait_s(2, 1.0, 2.5, 1.0, 0.01) == math.inf
