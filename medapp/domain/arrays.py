"""numpy, loaded when something of it is first used: a window that shows no image yet does not wait for it.

Written ``from medapp.domain.arrays import np`` where a module is loaded at the start of the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["np"]

if TYPE_CHECKING:
    import numpy as np
else:

    class _Numpy:
        """Stands for the module, and has all that it has once it is loaded: no later use costs more."""

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever numpy has
            import numpy  # noqa: ICN001 - as `np` it would be this object

            found = getattr(numpy, name)
            self.__dict__.update({key: value for key, value in vars(numpy).items() if key[:2] != "__"})
            return found

    np = _Numpy()
