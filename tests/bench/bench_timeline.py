"""The time line of 50 years with 10,000 observations: frames a second while it is dragged and zoomed.

The mouse is told to the window as a window system would tell it, and a frame lasts until the time line has
been painted anew and shown. Twice: drawn into memory (offscreen), and in a real window on Xvfb where there
is one. No peer: there is no other program at hand that shows such a time line. Other work on the same
processor counts into the frames a second, not into the processor time a frame.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.bench.display import screen
from tests.bench.harness import ROOT, Row, at_least, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Frames = list[tuple[float, float]]
BAR = 30.0
OBSERVATIONS = 10_000
SIZE = (1216, 340)
STEP_S = 1 / 60
LIMIT_S = 20.0


def window() -> tuple[Any, Any]:
    """The program and a time line that is shown."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from medapp.ui.record.timeline import TimelineView
    from medapp.ui.record.view import RecordView
    from medapp.ui.style.sheet import apply
    from tests.unit.ui_record.synthetic import record

    application = QApplication([])
    apply(application)
    persons, entries = record(OBSERVATIONS)
    view = RecordView.build(persons, entries)
    timeline = TimelineView()
    timeline.resize(*SIZE)
    timeline.set_timeline(view.timeline, view.entries)
    timeline.show()
    QTest.qWait(500)
    return application, timeline


def frames(application: Any, timeline: Any, act: Callable[[int], None], count: int) -> Frames:
    """Wall and processor seconds of each frame, from a movement of the mouse until it has been painted.

    Movements come 60 times a second at most, as from a screen; what is waited for that is not counted.
    """
    found: Frames = []
    for n in range(count):
        time.sleep(max(0.0, STEP_S - (found[-1][0] if found else 0.0)))
        before = timeline.item.painted
        start, used = time.perf_counter(), time.process_time()
        act(n)
        while timeline.item.painted == before:
            application.processEvents()
            if time.perf_counter() - start > LIMIT_S:
                message = f"movement {n} was not painted"
                raise RuntimeError(message)
        application.processEvents()
        found.append((time.perf_counter() - start, time.process_time() - used))
    return found


def mouse(timeline: Any) -> tuple[Callable[[str, float], None], Callable[[int], None]]:
    """Functions that press, move and release the left button at x, and that turn the wheel."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QApplication

    target = timeline.view.viewport()
    types = {
        "press": (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton),
        "move": (QEvent.Type.MouseMove, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton),
        "release": (QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton),
    }
    none = Qt.KeyboardModifier.NoModifier

    def drag(kind: str, x: float) -> None:
        type_, changed, held = types[kind]
        place = QPointF(x, target.height() / 2)
        everywhere = QPointF(target.mapToGlobal(place.toPoint()))
        QApplication.sendEvent(target, QMouseEvent(type_, place, everywhere, changed, held, none))

    def wheel(delta: int) -> None:
        place = QPointF(target.width() * 0.6, target.height() / 2)
        everywhere = QPointF(target.mapToGlobal(place.toPoint()))
        phase = Qt.ScrollPhase.NoScrollPhase
        held = Qt.MouseButton.NoButton
        turned = QPoint(0, delta)
        QApplication.sendEvent(
            target, QWheelEvent(place, everywhere, QPoint(), turned, held, none, phase, False)
        )

    return drag, wheel


def drag_to(drag: Callable[[str, float], None], places: list[float], n: int) -> None:
    """Move to the n-th place."""
    drag("move", places[n])


def measure() -> dict[str, Frames]:
    """Frames of dragging a wide, a middle and a near view, and of zooming through all of them."""
    application, timeline = window()
    drag, wheel = mouse(timeline)
    count = 20 if is_short() else 120
    found: dict[str, Frames] = {}
    middle = timeline.painter.timeline.high - timeline.painter.timeline.low
    for name, share in (("12 years", 0.25), ("2 years", 0.04), ("2 months", 0.003)):
        start = timeline.painter.timeline.low + middle * 0.7
        timeline.box.show_range(start, start + middle * share)
        application.processEvents()
        drag("press", 600.0)
        drag("move", 590.0)
        application.processEvents()
        # To and fro, so that it never comes to an edge.
        places = [600.0 + 200.0 * (1 - abs((n % 80) - 40) / 20) for n in range(1, count + 1)]
        found[f"drag, {name} in view"] = frames(
            application, timeline, lambda n, p=places: drag("move", p[n]), count
        )
        drag("release", 600.0)
    timeline.fit()
    application.processEvents()
    found["zoom, 50 years to 1 day and back"] = frames(
        application, timeline, lambda n: wheel(120 if n % 120 < 60 else -120), count
    )
    timeline.hide()
    return found


def child(environment: dict[str, str] | None) -> dict[str, Frames] | None:
    """The same in a process of its own on a screen; None where there is none."""
    if environment is None:
        return None
    command = [sys.executable, "-m", "tests.bench.bench_timeline", "--measure"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def rows() -> Iterator[Row]:
    """Median and worst of every movement."""
    yield from told("offscreen", child({**os.environ, "QT_QPA_PLATFORM": "offscreen"}))
    with screen() as environment:
        yield from told("window", child(environment))


def told(where: str, found: dict[str, Frames] | None) -> Iterator[Row]:
    """Rows of one place."""
    for name, pairs in (found or {}).items():
        wall, processor = zip(*pairs, strict=True)
        yield at_least(f"{name}, {where}, median", 1 / statistics.median(wall), BAR, "frames/s")
        yield at_least(f"{name}, {where}, worst frame", 1 / max(wall), BAR, "frames/s")
        used = 1000 * statistics.median(processor)
        yield Row(f"{name}, {where}, processor time a frame, median", used, "ms")
        yield Row(f"{name}, {where}, processor time a frame, worst", 1000 * max(processor), "ms")


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(measure()))
    else:
        emit(rows())
