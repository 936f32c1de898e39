"""Every task that is asked about a patient, from the window: how soon it is cancelled, how the window paints.

Each runs in its real worker process. It is run to its end from a worker that has yet to be started, while the
page in view is repainted every 16 ms, and the frames are counted until it has ended, then until its answer is
shown; the same page without a job stands in the peer's place. Then it is cancelled by the button of its line:
as soon as there is one, while the worker process starts, at its first progress, and in the middle; counted is
the time until the window says that it is over and the worker has taken the next job. Other programs on the
machine count into the frames, not into the processor time. MEDAPP_BENCH_TASKS names some tasks.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench import task_patients as patients
from tests.bench.harness import Row, at_most, emit, is_short
from tests.bench.task_desk import (
    Desk,
    Findings,
    Molecules,
    Plan,
    turn_for,
    turn_until,
    with_lungs,
    with_own_classifier,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.api.manifest import TaskManifest
    from medapp.jobs import JobHandle
    from medapp.ui.jobs.model import JobLine
    from tests.bench.frames import Frames, Rate
    from tests.bench.task_desk import Asker

    Maker = Callable[[Desk, TaskManifest], Asker]
    Moment = Callable[[JobLine, float], bool]

BAR_S: Final = 3.0
BAR_FRAMES: Final = 60.0
KINDS: Final = ("classification", "treatment", "molecules")
_SIZE: Final = (1280, 800)
_IDLE_S: Final = 3.0
_SETTLE_S: Final = 0.5
STARTING: Final = "while the process starts"
_STARTING_S: Final = 0.4
_OVER: Final = frozenset({"done", "failed", "cancelled"})


def _radiomics(desk: Desk, task: TaskManifest) -> Asker:
    with_lungs(desk)
    return Findings(desk, task)


def _own(desk: Desk, task: TaskManifest) -> Asker:
    return Findings(desk, task, with_own_classifier(desk))


PATIENTS: Final[tuple[tuple[Callable[[], Path] | None, dict[str, Maker]], ...]] = (
    (
        None,
        {
            "record.risk": Findings,
            "record.phenotype": Findings,
            "patient.together": Findings,
            "mr.volumes": Findings,
            "treatment.next": Plan,
        },
    ),
    (patients.chest_ct, {"ct.radiomics": _radiomics}),
    (patients.chest_xray, {"cxr.findings": Findings, "image.import": _own}),
    (
        patients.phenopacket,
        {
            "rare.disease": Findings,
            "molecules.screen": Molecules,
            "molecules.metabolise": Molecules,
            "molecules.toxicity": Molecules,
        },
    ),
)
"""Files of a patient, None for the sample patient, and how each task is asked about them."""


def tasks() -> dict[str, TaskManifest]:
    """What the installed plugins offer, by id; those that are asked for by name where any are."""
    from medapp.plugins import discover

    found = {task.id: task for one in discover().manifests for task in one.tasks if task.kind in KINDS}
    known = {name for _, listed in PATIENTS for name in listed}
    forgotten = [name for name, task in found.items() if task.kind == "classification" and name not in known]
    if forgotten:
        message = f"nobody to ask about: {', '.join(forgotten)}"
        raise LookupError(message)
    print(f"not asked here: {', '.join(sorted(found.keys() - known)) or 'none'}", flush=True)
    named = os.environ.get("MEDAPP_BENCH_TASKS", "").replace(",", " ").split()
    return {name: task for name, task in found.items() if name in known and (not named or name in named)}


# ---- while it runs ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Run:
    """A run to the end, and the window before, meanwhile, and while its answer is kept and shown."""

    seconds: float
    idle: Rate
    rate: Rate
    shown: Rate


def to_the_end(desk: Desk, asker: Asker, frames: Frames) -> Run:
    """From the button until the answer is shown."""
    frames.start()
    turn_for(_IDLE_S)
    idle = frames.stop()
    desk.app.jobs._pool.evict_idle(0.0)
    before, start = asker.answers, time.perf_counter()
    frames.start()
    asker.ask()
    turn_until(lambda: bool(desk.problems) or not asker.busy)
    seconds, rate = time.perf_counter() - start, frames.stop()
    desk.check()
    frames.start()
    turn_until(lambda: bool(desk.problems) or asker.answers > before)
    turn_for(_SETTLE_S)
    shown = frames.stop()
    desk.check()
    return Run(seconds, idle, rate, shown)


# ---- cancelling ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stopped:
    """A cancelled run: seconds until the next had begun, and until that was answered."""

    begun_s: float
    answered_s: float


def moments(took_s: float) -> dict[str, Moment]:
    """When to cancel, by its name: told the line of the job and the seconds since the button was pressed."""
    return {
        "at the start": lambda _line, _since: True,
        STARTING: lambda _line, since: since >= _STARTING_S,
        "at first progress": lambda line, _since: bool(line.fraction),
        "in the middle": lambda line, since: (line.fraction or 0) >= 0.5 or since >= took_s / 2,
    }


def stopped(desk: Desk, asker: Asker, reached: Moment) -> Stopped | None:
    """Ask, and cancel when the moment has come; None where it was answered before."""
    start = time.perf_counter()
    asker.ask()

    def is_time() -> bool:
        line = desk.line(asker.job_title)
        return not asker.busy or (line is not None and reached(line, time.perf_counter() - start))

    turn_until(is_time)
    desk.check()
    pressed = time.perf_counter()
    if not asker.busy or not desk.press_cancel(asker.job_title):
        turn_until(lambda: not asker.busy)
        return None
    following = _following(desk, asker.task)
    turn_until(lambda: not asker.busy and following.state != "queued")
    begun = time.perf_counter() - pressed
    turn_until(lambda: following.state in _OVER)
    answered = time.perf_counter() - pressed
    desk.check()
    turn_for(_SETTLE_S)
    return Stopped(begun, answered)


def _following(desk: Desk, task: TaskManifest) -> JobHandle:
    """The next job for the same worker: it asks whether the task could run, which takes no time."""
    from medapp.jobs import TaskJob
    from medapp.plugins import discover

    manifest, first = discover().find(task.needs_task or task.id)
    return desk.app.jobs.submit_task(TaskJob(manifest, first, action="check"))


def cancelled(desk: Desk, asker: Asker, took_s: float) -> dict[str, Stopped]:
    """By the moment; without those at which the answer was there already."""
    found = {}
    for name, reached in moments(took_s).items():
        if name == STARTING:
            desk.app.jobs._pool.evict_idle(0.0)
        one = stopped(desk, asker, reached)
        if one is not None:
            found[name] = one
            print(
                f"  {asker.task.id} cancelled {name}: {one.begun_s:.2f} s, next {one.answered_s:.2f} s",
                flush=True,
            )
    return found


# ---- rows ---------------------------------------------------------------------------------------------
def of_task(desk: Desk, asker: Asker, frames: Frames) -> Iterator[Row]:
    """Rows of one task."""
    run = to_the_end(desk, asker, frames)
    name, rate, idle = asker.task.id, run.rate, run.idle
    halts = cancelled(desk, asker, run.seconds)
    if halts:
        longest = max(one.begun_s for one in halts.values())
        yield at_most(f"{name}: cancelled {', '.join(halts)}: the next job has begun after", longest, BAR_S)
        yield Row(f"{name}: the next job is answered after", max(one.answered_s for one in halts.values()))
    framed = partial(Row, unit="frames/s", peer_name="no job", bar=f"at least {BAR_FRAMES:g} frames/s")
    said = f"{name}: frames while it runs, {run.seconds:.1f} s"
    yield framed(f"{said}, median second", rate.median, peer=idle.median, reached=rate.median >= BAR_FRAMES)
    said = f"{said}, worst second (longest gap {1000 * rate.gap_s:.0f} ms)"
    yield framed(said, rate.worst, peer=idle.worst, reached=rate.worst >= BAR_FRAMES)
    busy = partial(Row, unit="ms", peer=1000 * idle.busy_s, peer_name="no job")
    yield busy(f"{name}: most processor time of the window between two frames", 1000 * rate.busy_s)
    said = f"{name}: the same while its answer is shown (longest gap {1000 * run.shown.gap_s:.0f} ms)"
    yield busy(said, 1000 * run.shown.busy_s)


def rows() -> Iterator[Row]:
    """All tasks, patient by patient."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.app import application
    from medapp.ui.shell.window import MainWindow
    from tests.bench.frames import Frames

    application()
    wanted = tasks()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as home, App.open(AppPaths.under(Path(home)).create()) as app:
        window = MainWindow(app)
        window.show()
        window.resize(*_SIZE)  # the screen that is none is smaller
        desk, frames = Desk(app, window), Frames(window)
        for files, listed in PATIENTS:
            asked = {name: make for name, make in listed.items() if name in wanted}
            if not asked:
                continue
            desk.bring(None if files is None else files())
            for name, make in asked.items():
                yield from of_task(desk, make(desk, wanted[name]), frames)
                if is_short():
                    break
        window.close()


if __name__ == "__main__":
    emit(rows())
