"""How far an audit has come, for whoever waits at a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import click

Advance = Callable[[int], None]
Progress = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows a bar for a piece of work of such a length, and hands out what moves it on."""


@contextmanager
def silent(_label: str, _length: int) -> Iterator[Advance]:
    """Shows nothing."""
    yield lambda _steps: None


@contextmanager
def on_terminal(label: str, length: int) -> Iterator[Advance]:
    """A bar on the standard error; where that is no terminal, nothing."""
    if not sys.stderr.isatty():
        with silent(label, length) as advance:
            yield advance
        return
    with click.progressbar(length=max(length, 1), label=f"{label:<8}", file=sys.stderr) as bar:
        yield bar.update
