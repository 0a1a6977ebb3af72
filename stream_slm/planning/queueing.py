"""Waiting lines: the formulas, which know nothing of records."""

from __future__ import annotations

import math


def erlang_c(servers: int, offered: float) -> float:
    """The share of arrivals that wait at all, where `offered` servers of `servers` are busy on average; M/M/c."""
    if offered >= servers:
        return 1.0
    blocked = 1.0  # Erlang B, server by server: stable where factorials overflow
    for each in range(1, servers + 1):
        blocked = offered * blocked / (each + offered * blocked)
    return servers * blocked / (servers - offered * (1 - blocked))


def mean_wait_s(servers: int, service_s: float, rate: float, variation: float) -> float:
    """Mean wait in M/G/c after Allen and Cunneen: that of M/M/c times (1 + variation) / 2; inf where it has no end.

    Args:
        servers: how many.
        service_s: mean seconds of a service.
        rate: arrivals a second.
        variation: squared coefficient of variation of services; 0 where all are equal, 1 where exponential.
    """
    offered = rate * service_s
    if offered >= servers:
        return math.inf
    return erlang_c(servers, offered) * service_s / (servers - offered) * (1 + variation) / 2


def wait_s(servers: int, service_s: float, rate: float, variation: float, beyond: float) -> float:
    """The wait that only the share `beyond` of arrivals exceeds; its tail is exponential, as in M/M/c."""
    offered = rate * service_s
    if offered >= servers:
        return math.inf
    waiting = erlang_c(servers, offered)
    if waiting <= beyond:
        return 0.0
    return math.log(waiting / beyond) * service_s / (servers - offered) * (1 + variation) / 2
