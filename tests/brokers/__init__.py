"""The brokers that one and the same scenario runs on."""


class NotHere(Exception):
    """A broker's start found out that it cannot be had on this machine: nothing to pull it from, for one."""
