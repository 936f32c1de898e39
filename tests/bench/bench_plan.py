"""The page of plans for a patient with 30 medicines: until it is in view and filled, and decisions on it."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.bench_stall import Clock, turn_until
from tests.bench.harness import Row, at_most, emit, is_short
from tests.unit.knowledge.therapy.made_up import creatinine, medication, problem, weight
from tests.unit.planning import LATER, put_patient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.services.app import App
    from medapp.ui.shell.window import MainWindow

BAR_MS = 100.0
STALL_MS = 50.0
IDLE_S = 6.0
NAMES = (
    "Warfarin", "Aspirin", "Simvastatin", "Amlodipine", "Clarithromycin", "Metformin", "Lisinopril",
    "Spironolactone", "Digoxin", "Amiodarone", "Furosemide", "Omeprazole", "Clopidogrel", "Sertraline",
    "Tramadol", "Ibuprofen", "Allopurinol", "Azathioprine", "Levothyroxine", "Prednisone", "Citalopram",
    "Haloperidol", "Gabapentin", "Codeine", "Lithium", "Hydrochlorothiazide", "Verapamil", "Fluconazole",
    "Insulin glargine", "Tacrolimus",
)  # fmt: skip


def patient(app: App) -> str:
    """Somebody with thirty medicines; returns their key."""
    conditions = (("Atrial fibrillation", "49436004"), ("Hypertension", "38341003"), ("Gout", "90560007"))
    return put_patient(
        app,
        *(medication(f"{name} 10 MG Oral Tablet") for name in NAMES),
        *(problem(text, snomed=code) for text, code in conditions),
        creatinine(2.1, day=LATER),
        weight(58.0, day=LATER),
    )


def look(window: MainWindow) -> tuple[float, float, float, float]:
    """ms until the page is painted, of processor for it, until checks are in view, of the longest stall."""
    from PySide6.QtWidgets import QApplication

    clock = Clock()
    clock.start()
    start, busy = time.perf_counter(), time.thread_time()
    window.show_workspace("plan")
    QApplication.processEvents()
    shown, taken = time.perf_counter() - start, time.thread_time() - busy
    page = window.workspaces.plan()
    clock.start()
    turn_until(lambda: bool(page.workspace.checks.list.cards) and page.making.loaded)
    filled = time.perf_counter() - start
    return shown * 1000, taken * 1000, filled * 1000, clock.longest * 1000


def decide(window: MainWindow) -> tuple[float, float]:
    """ms from a decision to the line that says so, median of ten, and of the longest stall meanwhile."""
    making = window.workspaces.plan().making
    making.begin_review()
    turn_until(lambda: making.plan is not None and not making.busy)
    clock, times = Clock(), []
    clock.start()
    for line in range(10):
        start = time.perf_counter()
        making.decide("accepted", line=line, reason="measured")
        turn_until(lambda: not making.busy)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000, clock.longest * 1000


def measured(folder: Path) -> Iterator[float]:
    """All figures of one window."""
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.shell.window import MainWindow

    with App.open(AppPaths.under(folder).create()) as app:
        key = patient(app)
        window = MainWindow(app)
        window.show()
        window.start()
        # Nobody presses a button in the first seconds.
        looked = time.monotonic() + IDLE_S
        turn_until(lambda: time.monotonic() > looked)
        window.session.open_person(key)
        turn_until(lambda: window.session.patient_key == key and not window.opening.is_on)
        yield from look(window)
        yield from decide(window)
        window.close()


def rows() -> Iterator[Row]:
    """Medians of a few windows, the first of which reads the tables."""
    from medapp.ui.app import application

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    found: list[tuple[float, ...]] = []
    for _ in range(1 if is_short() else 3):
        with tempfile.TemporaryDirectory() as home:
            found.append(tuple(measured(Path(home))))
    shown, taken, filled, stall, decided, waited = (
        statistics.median(one) for one in zip(*found, strict=True)
    )
    yield at_most("30 medicines, until the page is in view", shown, BAR_MS, "ms")
    yield Row("... processor time of it", taken, "ms")
    yield Row("... until the checks are in view", filled, "ms")
    yield at_most("... longest stall of the window till then", stall, STALL_MS, "ms")
    yield Row("... from a decision to the line that says so, checked and kept", decided, "ms")
    yield at_most("... longest stall of the window in ten decisions", waited, STALL_MS, "ms")


if __name__ == "__main__":
    emit(rows())
