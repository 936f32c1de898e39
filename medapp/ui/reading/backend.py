"""Which code draws: numpy at once, the compiled kernels as soon as they have been loaded.

Loading numba and its cached code takes most of a second; it happens in a thread after the first paint.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from medapp.domain.arrays import np
from medapp.ui.binding import swift_imports
from medapp.ui.reading import render_numpy

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_CACHE_VARIABLE = "NUMBA_CACHE_DIR"


class Backend:
    """The functions of `render_numpy`, replaced by their compiled twins once `warm_up` has ended."""

    def __init__(self) -> None:
        """Start with numpy."""
        self.functions: Any = render_numpy
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def compiled(self) -> bool:
        """True once the compiled kernels draw."""
        return self.functions is not render_numpy

    def start(self, ready: Callable[[], None] | None = None) -> None:
        """Load the kernels in the background, once; `ready` is called in that thread."""
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(
                target=self._load_quietly, args=(ready,), name="draw-kernels", daemon=True
            )
            self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the kernels; False where they did not come."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self.compiled

    def _load_quietly(self, ready: Callable[[], None] | None) -> None:
        try:
            functions = load_kernels()
        except Exception:  # noqa: BLE001 - whatever a compiler may raise must not stop the window
            _LOG.exception("the compiled drawing code cannot be had; numpy goes on drawing")
            return
        self.functions = functions
        if ready is not None:
            # The window that asked may have gone meanwhile.
            with contextlib.suppress(RuntimeError):
                ready()


def load_kernels() -> SimpleNamespace:
    """Import the kernels and run each once for the common types, so that no frame waits for a compiler.

    Raises:
        ImportError: Without numba.
    """
    _place_cache()
    with swift_imports():
        import numpy  # noqa: F401, ICN001 - what the kernels stand on
    from medapp.ui.reading import kernels, kernels_reslice

    functions = SimpleNamespace(
        draw_gray=kernels.draw_gray,
        draw_color=kernels.draw_color,
        reslice_linear=kernels_reslice.reslice_linear,
        reslice_labels=kernels_reslice.reslice_labels,
        max_over_columns=kernels_reslice.max_over_columns,
        take_columns=kernels_reslice.take_columns,
    )
    for kind in (np.int16, np.uint16, np.uint8, np.float32):
        _exercise(functions, np.zeros((2, 2, 2), dtype=kind))
    return functions


def _exercise(functions: SimpleNamespace, volume: np.ndarray[Any, Any]) -> None:
    plane, mask = volume[0].copy(), np.zeros((2, 2), np.uint16)
    place = np.array((0.0, 0.0, 1.0, 1.0))
    colors, alphas = np.zeros(3, np.uint32), np.zeros(1, np.int64)
    out = np.zeros((2, 2), np.uint32)
    black = np.uint32(0)
    lut = np.zeros(4, np.uint32)
    functions.draw_gray(plane, mask, place, lut, 1.0, 0.0, colors, alphas, False, 1, black, out)
    axes = np.eye(3)
    functions.reslice_linear(volume, axes[0], axes[1], axes[2], 0.0, 0.5, plane, mask)
    functions.max_over_columns(volume, 0, 2, plane)
    functions.take_columns(volume, 0, volume.copy())
    words = np.zeros((2, 8, 8), volume.dtype)
    functions.take_columns(words, 0, words.copy())
    if volume.dtype in {np.dtype(np.uint8), np.dtype(np.uint16)}:
        functions.reslice_labels(volume, axes[0], axes[1], axes[2], mask)
    if volume.dtype == np.uint8:
        rgb = np.zeros((2, 2, 3), np.uint8)
        functions.draw_color(rgb, mask, place, colors, alphas, False, 1, black, out)


def _place_cache() -> None:
    """Keep compiled code in the user's cache where the package's own folder cannot be written."""
    if os.environ.get(_CACHE_VARIABLE) or os.access(Path(__file__).parent, os.W_OK):
        return
    from platformdirs import user_cache_path

    folder = user_cache_path("medapp", appauthor=False) / "compiled"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[_CACHE_VARIABLE] = str(folder)


BACKEND = Backend()
"""One for the program: compiled code is the same for every window."""
