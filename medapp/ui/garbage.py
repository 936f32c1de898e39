"""When garbage is looked for: not while the program starts. Loaded before the binding, so without it."""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_OF_A_START = 500_000
"""Objects: more than a start makes, modules and windows together."""


def collect_rarely() -> None:
    """Look for no garbage while the program starts: what it makes then stays, see `collect_as_usual`.

    The limit is only far away, so that a program that never starts a window is looked through too.
    """
    gc.set_threshold(_OF_A_START, *_USUAL[1:])


def collect_as_usual() -> None:
    """Look for garbage again, the first time leaving out all that the start has made."""
    if gc.get_threshold()[0] == _OF_A_START:
        gc.freeze()
        gc.set_threshold(*_USUAL)
