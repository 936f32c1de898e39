"""Spares the start what PySide does for a feature that nobody here uses. Imported for its effect.

Once PySide6 is loaded, it reads the source of every further module that is imported, to see whether that
module may want snake_case names (``__feature__``). For numba and SQLAlchemy that is as long as the import.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6 import QtCore  # noqa: F401 - the search exists once the binding is there


def spare_the_search() -> bool:
    """Tell PySide that no module wants its features; False where this version has no such search."""
    feature: Any = sys.modules.get("shibokensupport.feature")
    if not hasattr(feature, "_mod_uses_pyside"):
        return False
    feature._mod_uses_pyside = lambda _module: False  # noqa: SLF001 - there is no public switch
    return True


SPARED = spare_the_search()
