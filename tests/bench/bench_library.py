"""The library panel with 5000 persons of whom there is a record only: shown, searched and scrolled.

A whole window off the screen on a library that is made for this. No peer: there is no other program at hand
that lists records beside images. Other work on the same processor counts into the seconds.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.harness import Row, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.domain.record import Entry, Person
    from medapp.library import Library

FAMILIES = ("Smith", "Jones", "Müller", "Garcia", "Rossi", "Novak", "Kim", "Silva", "Dubois", "Haddad")
ENTRIES = 20
WORDS = ("smith", "jon 4", "müll", "100234", "haddad")
LIMIT_S = 20.0
WHEEL = 120


def people(count: int) -> Iterator[Person | Entry]:
    """Persons with some laboratory values each."""
    from medapp.domain import record as r

    chance = random.Random(1)
    source = r.Source("made.json", "fhir")
    for number in range(count):
        key, family = f"p{number}", f"{chance.choice(FAMILIES)}{number % 97}"
        numbers = (r.Identifier(str(100_000 + number), "urn:made"),)
        born = r.When(f"19{chance.randrange(30, 99)}-05-01")
        yield r.Person(key, source, numbers, (r.HumanName(family, ("Jo",)),), born, "female")
        for n in range(ENTRIES):
            when = r.Period(r.When(f"20{n:02}-01-01"))
            value = r.Quantity(float(n), "mg/dL", "mg/dL")
            made = r.Observation(r.Concept(text="Sodium"), "final", "laboratory", when, value)
            yield r.Entry(f"{key}/{n}", key, source, made)


def fill(library: Library, count: int) -> None:
    """Put them in, some at once."""
    items = people(count)
    library.records.put("made", "fhir", items)


def until(application: Any, done: Callable[[], bool]) -> float:
    """Seconds until something holds."""
    start = time.perf_counter()
    while not done():
        application.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() - start > LIMIT_S:
            message = "the window has not come to an end"
            raise RuntimeError(message)
    return time.perf_counter() - start


def measure(home: Path, count: int) -> dict[str, float]:
    """Seconds of showing, searching and scrolling; ``searched used`` are those of the processor."""
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.app import application
    from medapp.ui.shell.window import MainWindow

    qt = application()
    with App.open(AppPaths.under(home).create()) as app:
        fill(app.library, count)
        window = MainWindow(app)
        window.show()
        window.start()
        until(qt, lambda: window.library_model.loaded and window.read_page is not None)
        found = {"shown": shown(qt, window)}
        used = time.process_time()
        found["searched"] = statistics.median(searched(qt, window, words) for words in WORDS)
        found["searched used"] = (time.process_time() - used) / len(WORDS)
        window.drawer.search.clear()
        until(qt, lambda: window.library_model.is_current)
        steps = scrolled(qt, window, 60 if is_short() else 600)
        found["scrolled"] = statistics.median(steps)
        found["scrolled worst"] = max(steps)
        window.close()
    return found


def shown(qt: Any, window: Any) -> float:
    """Seconds from the wish to see the library until its first patients are there, read anew."""
    model, start = window.library_model, time.perf_counter()
    told: list[bool] = []
    model.patientsChanged.connect(lambda: told.append(True))
    model.refresh()
    window.show_library(True)
    until(qt, lambda: bool(told) and window.drawer.tree.model().rowCount() > 0)
    qt.processEvents()
    return time.perf_counter() - start


def searched(qt: Any, window: Any, words: str) -> float:
    """Seconds from the last letter to what was found."""
    start = time.perf_counter()
    window.drawer.search.setText(words)
    until(qt, lambda: window.library_model.is_current)
    qt.processEvents()
    return time.perf_counter() - start


def scrolled(qt: Any, window: Any, count: int) -> list[float]:
    """Seconds of each step of the wheel until it is painted, while more is read behind it."""
    bar, steps = window.drawer.tree.verticalScrollBar(), []
    until(qt, lambda: bar.maximum() > 0)
    for _ in range(count):
        time.sleep(1 / 60)
        start = time.perf_counter()
        bar.setValue(bar.value() + WHEEL)
        window.drawer.tree.viewport().repaint()
        qt.processEvents()
        steps.append(time.perf_counter() - start)
    return steps


def rows() -> Iterator[Row]:
    """All figures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    count = 500 if is_short() else 5000
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), count)
    yield at_most(f"patients of a library of {count} records shown", found["shown"], 1.0)
    yield at_most("found after the last letter, median", found["searched"], 0.2)
    yield Row("the same, processor time", found["searched used"], "s")
    yield at_most("a step of scrolling, median", found["scrolled"] * 1e3, 33, "ms")
    yield Row("a step of scrolling, worst", found["scrolled worst"] * 1e3, "ms")


if __name__ == "__main__":
    emit(rows())
