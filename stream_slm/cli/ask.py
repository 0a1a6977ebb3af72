"""Asks a person before something is done that cannot be undone."""

from __future__ import annotations

import sys

import click


def answer_to(question: str) -> str:
    """What was typed; nothing where nobody is there. Standard output stays what the command itself writes."""
    click.echo(f"{question} ", err=True, nl=False)
    typed = sys.stdin.readline()
    if not typed.endswith("\n"):
        click.echo(err=True)  # so that what follows has a line of its own
    return typed.strip()
