"""Spares the start what PySide does for a feature that nobody here uses. Imported for its effect.

Once PySide6 is loaded, it reads the source of every further module that is imported, to see whether that
module may want snake_case names (``__feature__``). For numba and SQLAlchemy that is as long as the import.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore  # noqa: F401 - the search exists once the binding is there

if TYPE_CHECKING:
    from collections.abc import Iterator

_THREADS = "OPENBLAS_NUM_THREADS"
_MANY = 200_000
"""Objects that are not looked through again; fewer take no time that anybody sees."""
_TURN_S = 0.001


def spare_the_search() -> bool:
    """Tell PySide that no module wants its features; False where this version has no such search."""
    feature: Any = sys.modules.get("shibokensupport.feature")
    if not hasattr(feature, "_mod_uses_pyside"):
        return False
    feature._mod_uses_pyside = lambda _module: False  # noqa: SLF001 - there is no public switch
    return True


@contextlib.contextmanager
def swift_imports() -> Iterator[None]:
    """Import much at once: without looking for garbage, and without threads for linear algebra.

    What modules are made of is not garbage. Threads of numpy's algebra take longer to be started than all
    that the window ever calculates with them; what the user has set stays, and worker processes find the
    environment as it was.
    """
    collected, chosen = gc.isenabled(), os.environ.get(_THREADS)
    gc.disable()
    os.environ.setdefault(_THREADS, "1")
    try:
        yield
    finally:
        if chosen is None:
            os.environ.pop(_THREADS, None)
        if collected:
            gc.enable()


@contextlib.contextmanager
def many_objects() -> Iterator[None]:
    """Make much that stays at once, in a thread: without looking for garbage in it, now or later.

    Looking through all that a large record is made of would stop the window for a second, again and again.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
            gc.enable()


def answer_soon() -> None:
    """Let a thread that calculates give way to the window after a thousandth of a second, not after five.

    The window takes its turn many times for each thing that it draws.
    """
    sys.setswitchinterval(_TURN_S)


SPARED = spare_the_search()
