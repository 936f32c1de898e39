"""Scrolling three MPR panes with labels and cutting an oblique plane, against four peers.

A frame is what the reader waits for: new slices in all panes, drawn to the end with all texts. The panes
are 768 pixels square, the volume has 400 x 512 x 512 voxels.
"""

from __future__ import annotations

import contextlib
import functools
import json
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.display import screen
from tests.bench.harness import Row, Timings, against, at_most, emit, interleave, is_short, peer_python, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.domain.volume import Volume

SIDE = 768
FRAME_BAR_MS = 8.0
PYQTGRAPH_BAR = 0.4
VTK_BAR = 0.6
FRAMES = 30
WINDOW = (40.0, 400.0)
COLORS = ("#e69f00", "#56b4e9", "#009e73", "#d55e00")
PEERS = Path(__file__).with_name("peer_draw.py")


def shape() -> tuple[int, int, int]:
    """Of the volume."""
    return (60, 256, 256) if is_short() else (400, 512, 512)


@functools.cache
def volume() -> np.ndarray:
    """int16, made of the same phantom as the other benches."""
    from tests.bench.data import phantom_slice

    count, rows, columns = shape()
    few = [phantom_slice(k, rows, columns) for k in range(20)]
    return np.stack([few[k % 20] for k in range(count)])


@functools.cache
def labels() -> np.ndarray:
    """uint8 with four labels that reach through all planes."""
    array = np.zeros(shape(), np.uint8)
    count, rows, columns = shape()
    for value in range(1, 5):
        start = value * rows // 6
        array[count // 8 : -count // 8, start : start + rows // 8, columns // 4 : -columns // 4] = value
    return array


def positions() -> list[int]:
    """Slices of a scroll, one after the other, counted from the middle of each axis."""
    return [n - FRAMES // 2 for n in range(FRAMES)]


def settle() -> None:
    """Let windows come to the screen: before that nothing is painted."""
    from PySide6.QtTest import QTest

    QTest.qWait(500)


class Ready:
    """A series that has been read."""

    complete = True

    def __init__(self, whole: Volume) -> None:
        self.volume = whole
        self.loaded = np.ones(whole.array.shape[0], bool)
        self.failed: dict[int, str] = {}

    def prefer(self, k: int) -> None:
        """Nothing is left to be read."""


def painted(draw: Callable[[], None], widget: str) -> int:
    """How many times the widgets of a class were really painted in a run; a figure of none is worthless."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    class Counter(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and type(watched).__name__ == widget:
                self.count += 1
            return False

    counter = Counter()
    application = QApplication.instance()
    application.installEventFilter(counter)
    draw()
    application.removeEventFilter(counter)
    return counter.count


# ---- this program -------------------------------------------------------------------------------------
def panes() -> Callable[[], None]:
    """A function that draws all frames in the program's own viewports."""
    from PySide6.QtWidgets import QApplication

    from medapp.domain.geometry import Geometry
    from medapp.domain.segmentation import Code, Label, Segmentation
    from medapp.domain.volume import Volume, Window
    from medapp.ui.reading.backend import BACKEND
    from medapp.ui.reading.workspace import ReadWorkspace
    from tests.ui.reading.phantoms import make_series

    geometry = Geometry.from_parts(shape(), (-180, -180, -200), (0.7, 0.7, 1.0))
    loaded = Ready(Volume(volume(), geometry, "CT", "bench", "HU", windows=(Window(*WINDOW),)))
    code = Code("1", "99BENCH", "label")
    named = tuple(Label(value, f"label {value}", code, color) for value, color in enumerate(COLORS, start=1))
    workspace = ReadWorkspace()
    workspace.resize(2 * SIDE + 300, 2 * SIDE + 100)
    workspace.set_layout("mpr")
    workspace.show()
    workspace.show_series(make_series("bench"), loaded)
    workspace.set_segmentation(Segmentation(labels(), geometry, named, "bench"))
    BACKEND.start()
    BACKEND.wait()
    views = workspace.grid.viewports[:3]
    for view in views:
        view.setFixedSize(SIDE, SIDE)
    workspace.grid.viewports[3].hide()
    settle()
    lengths = [view.model.grid.count for view in views]

    def draw() -> None:
        for place in positions():
            for view, length in zip(views, lengths, strict=True):
                read = workspace.read
                read.go_to_slice(view.model, length // 2 + place)
            QApplication.processEvents()

    draw.keep = workspace  # type: ignore[attr-defined]
    return draw


# ---- pyqtgraph ----------------------------------------------------------------------------------------
def pyqtgraph_panes() -> Callable[[], None]:
    """The same with ImageItem and a second, coloured ImageItem over it."""
    import pyqtgraph as pg
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QApplication

    pg.setConfigOptions(imageAxisOrder="row-major")
    table = np.zeros((256, 4), np.uint8)
    for value, color in enumerate(COLORS, start=1):
        table[value] = (*QColor(color).getRgb()[:3], 90)
    made: list[tuple[Any, Any, Any]] = []
    for _ in range(3):
        view = pg.GraphicsView()
        box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        view.setCentralItem(box)
        image, over = pg.ImageItem(), pg.ImageItem()
        over.setLookupTable(table)
        box.addItem(image)
        box.addItem(over)
        view.setFixedSize(SIDE, SIDE)
        view.show()
        made.append((view, image, over))
    settle()
    low, high = WINDOW[0] - WINDOW[1] / 2, WINDOW[0] + WINDOW[1] / 2

    def draw() -> None:
        for place in positions():
            for axis, (_, image, over) in enumerate(made):
                n = shape()[axis] // 2 + place
                where = tuple(n if a == axis else slice(None) for a in range(3))
                image.setImage(np.ascontiguousarray(volume()[where]), levels=(low, high), autoLevels=False)
                over.setImage(np.ascontiguousarray(labels()[where]), levels=(0, 255), autoLevels=False)
            QApplication.processEvents()

    draw.keep = made  # type: ignore[attr-defined]
    return draw


# ---- oblique ------------------------------------------------------------------------------------------
def oblique_steps() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Origin, right and down in (k, j, i) of a plane of 512 x 512 tilted about two axes."""
    count, rows, columns = shape()
    right = np.array((0.1, 0.25, 0.96))
    down = np.array((0.55, 0.8, -0.22))
    right, down = right / np.linalg.norm(right), down / np.linalg.norm(down)
    middle = np.array((count, rows, columns)) / 2
    return middle - 256 * right - 256 * down, right, down


def oblique() -> Callable[[], np.ndarray]:
    """The program's own cut."""
    from medapp.ui.reading.backend import load_kernels

    cut = load_kernels().reslice_linear
    origin, right, down = oblique_steps()
    out, mask = np.empty((512, 512), np.int16), np.empty((512, 512), np.uint16)

    def run() -> np.ndarray:
        cut(volume(), origin, right, down, -32768.0, 0.5, out, mask)
        return out

    return run


def simpleitk_oblique() -> Callable[[], np.ndarray]:
    """The same by `sitk.Resample`."""
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(volume())
    origin, right, down = (step[::-1] for step in oblique_steps())
    filter_ = sitk.ResampleImageFilter()
    filter_.SetSize((512, 512, 1))
    filter_.SetOutputOrigin(tuple(origin))
    filter_.SetOutputDirection(tuple(np.column_stack((right, down, np.cross(right, down))).ravel()))
    filter_.SetInterpolator(sitk.sitkLinear)
    filter_.SetDefaultPixelValue(-32768)
    return lambda: sitk.GetArrayFromImage(filter_.Execute(image))[0]


@contextlib.contextmanager
def peer(kind: str, *modules: str) -> Iterator[Callable[[], float] | None]:
    """A function that has a peer in its own process draw once and gives the ms; None where it is not at hand.

    The peer keeps the time, so that what it takes to talk to it does not count.
    """
    python = peer_python(*modules)
    steps = [step.tolist() for step in oblique_steps()]
    order = json.dumps({"kind": kind, "shape": shape(), "side": SIDE, "frames": FRAMES, "oblique": steps})
    with screen() as environment:
        if python is None or environment is None:
            yield None
            return
        with subprocess.Popen(
            [python, PEERS, order], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            asking, answers = process.stdin, process.stdout

            def draw() -> float:
                print(file=asking, flush=True)
                for line in answers:
                    if line.startswith('{"ms"'):
                        return float(json.loads(line)["ms"])
                message = f"{kind} has ended"
                raise RuntimeError(message)

            try:
                yield draw
            finally:
                process.kill()


def beside(theirs: Callable[[], float], mine: Callable[[], object], runs: int) -> tuple[float, float]:
    """Medians in ms of a peer and of this program, which draw in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    theirs()
    mine()
    for _ in range(runs):
        found[0].append(theirs())
        found[1].append(timed(mine) * 1000)
    return statistics.median(found[0]), statistics.median(found[1])


def per_frame(timings: Timings) -> Timings:
    """Milliseconds a frame."""
    scale = 1000.0 / FRAMES
    return Timings(
        tuple(run * scale for run in timings.peer_runs), tuple(run * scale for run in timings.this_runs)
    )


def rows() -> Iterator[Row]:
    """All figures."""
    from PySide6.QtWidgets import QApplication

    from medapp.ui.app import application

    kept: QApplication = application()
    runs = 3 if is_short() else 7
    theirs, mine = pyqtgraph_panes(), panes()
    for name, function, widget in (("pyqtgraph", theirs, "QWidget"), ("this", mine, "Viewport")):
        count = painted(function, widget)
        if count < 3 * FRAMES:
            message = f"{name} painted {count} of {3 * FRAMES} panes"
            raise RuntimeError(message)
    found = per_frame(interleave(theirs, mine, runs))
    yield at_most("scroll, three MPR panes with labels, a frame", found.this, FRAME_BAR_MS, "ms")
    yield against("the same", "pyqtgraph", found.peer, found.this, unit="ms", at_most=PYQTGRAPH_BAR)
    with peer("napari", "napari") as draw:
        frame, ours = (None, found.this)
        if draw is not None:
            frame, run = beside(draw, mine, runs)
            ours = run / FRAMES
        yield against("the same", "napari", frame, ours, unit="ms", at_most=PYQTGRAPH_BAR)
    yield from oblique_rows(runs)
    kept.closeAllWindows()


def oblique_rows(runs: int) -> Iterator[Row]:
    """The oblique plane against both peers that cut one, and how far it is from SimpleITK's."""
    ours = oblique()
    cut = interleave(simpleitk_oblique(), ours, runs * 3)
    figure = "oblique plane 512 x 512"
    yield against(figure, "SimpleITK", cut.peer * 1000, cut.this * 1000, unit="ms")
    with peer("vtk", "vtk") as draw:
        theirs, mine = (None, cut.this * 1000) if draw is None else beside(draw, ours, runs * 3)
        yield against(figure, "VTK", theirs, mine, unit="ms", at_most=VTK_BAR)
    reference = simpleitk_oblique()()
    inside = reference != -32768
    off = np.abs(reference[inside].astype(int) - ours()[inside].astype(int)).max()
    yield at_most("largest difference to SimpleITK's oblique plane", float(off), 1.0, "HU")


if __name__ == "__main__":
    emit(rows())
