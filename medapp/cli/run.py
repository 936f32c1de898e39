"""``medapp run``: one task on one series, without a screen."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.cli import show
from medapp.cli.ending import (
    NOTHING_FITS,
    WRONG_USE,
    Problem,
    folder_for,
    one_line,
    problems_of_use,
    refuse_missing,
    refuse_to_replace,
    wait_for,
)
from medapp.cli.settings import task_and_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.api.manifest import TaskManifest
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.formats.collect import Collection
    from medapp.services.app import App
    from medapp.services.exporting import Exported
    from medapp.services.proposal import Proposal


@dataclass(frozen=True)
class Wish:
    """What the command line asks for; `series` is a UID or a key, empty for the largest that fits.

    Attributes:
        path: A file or folder; for a classification also a patient of the library.
        patient: Whose record is meant, where the files speak of several people.
        labels: UID or key of a segmentation or structure set, or its file; empty for the only one there is.
    """

    task: str
    path: Path
    out: Path
    settings: Sequence[str] = ()
    series: str = ""
    device: str = "auto"
    precision: str = "float32"
    seed: int = 0
    as_json: bool = False
    force: bool = False
    patient: str = ""
    labels: str = ""


def run(wish: Wish) -> None:
    """Run, write the files and print what was found.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App
    from medapp.services.exporting import replaced_by_proposal
    from medapp.services.measurements_file import already_there

    task, parameters = task_and_parameters(wish.task, wish.settings)
    if task.kind == "treatment":
        message = f"{task.id} proposes treatment: `medapp recommend PATIENT --task {task.id}` asks it"
        raise Problem(message, WRONG_USE)
    is_about_patient = task.kind == "classification"
    if not is_about_patient:
        refuse_missing([wish.path])
    if not wish.force:
        there = already_there(wish.out) if is_about_patient else ()
        refuse_to_replace((*replaced_by_proposal(wish.out), *there))
    with folder_for(wish.out):
        if is_about_patient:
            from medapp.cli.run_findings import run_findings

            with App.open() as app:
                run_findings(app, wish, task, parameters)
        else:
            _segment(wish, task, parameters)


def _segment(wish: Wish, task: TaskManifest, parameters: Mapping[str, object]) -> None:
    from medapp.services.app import App

    with App.open() as app, tempfile.TemporaryDirectory(dir=app.paths.scratch) as unpacked:
        series = _choose(wish, task, parameters, Path(unpacked))
        proposal = _proposal(app, wish, series, parameters)
        try:
            exported = _export(app, proposal, wish.out)
        finally:
            proposal.release()
    _print(wish, exported)


def _choose(wish: Wish, task: TaskManifest, parameters: Mapping[str, object], unpacked: Path) -> Series:
    from medapp.formats.collect import collect

    chosen = choose_series(wish, task, collect([wish.path], scratch=unpacked), parameters)
    assert chosen is not None  # noqa: S101 - it is needed
    return chosen


def choose_series(
    wish: Wish,
    task: TaskManifest,
    collected: Collection,
    parameters: Mapping[str, object] | None = None,
    *,
    needed: bool = True,
) -> Series | None:
    """The series that is named, or the largest that fits; None where none fits and none is needed.

    Raises:
        Problem: Where none fits, with the reason for each.
    """
    from medapp.services.running import suits

    found = _named(wish, collected.series) if wish.series else collected.series
    checks = [(item, suits(task, item, parameters or {})) for item in found]
    fitting = [item for item, check in checks if check.ok]
    if not fitting:
        if not needed:
            return None
        reasons = {f"{item.title}: {check.reason}" for item, check in checks}
        reasons |= {f"{item.path.name}: {item.reason}" for item in collected.rejected if not checks}
        told = "; ".join(sorted(reasons)[:5]) or "no images were found"
        message = f"{task.id} fits no series under {wish.path} ({told})"
        raise Problem(message, NOTHING_FITS)
    chosen = max(fitting, key=lambda item: len(item.instances))
    if len(fitting) > 1:
        show.remark(f"{len(fitting)} series fit; taken: {chosen.title} ({len(chosen.instances)} slices)")
    return chosen


def _named(wish: Wish, found: Sequence[Series]) -> tuple[Series, ...]:
    """The series that `--series` names: by its UID, its key, or a part of the key that fits no other."""
    named = tuple(item for item in found if wish.series in {item.uid, item.key})
    if named:
        return named
    started = tuple(item for item in found if item.key.startswith(wish.series))
    if not started:
        message = f"there is no series {wish.series} under {wish.path}; `medapp index` lists the keys"
        raise Problem(message, WRONG_USE)
    keys = sorted({item.key for item in started})
    if len(keys) > 1:
        message = f"{wish.series} fits the keys of {len(keys)} series: {', '.join(keys[:5])}"
        raise Problem(message, WRONG_USE)
    return started


def _proposal(app: App, wish: Wish, series: Series, parameters: Mapping[str, object]) -> Proposal:
    from medapp.services.proposal import Proposal
    from medapp.services.running import start_task

    volume = load(series)
    with problems_of_use():
        handle = start_task(
            app,
            wish.task,
            series,
            volume,
            parameters,
            device=wish.device,
            precision=wish.precision,
            seed=wish.seed,
        )
    with show.progress(wish.task) as tell:
        proposal = wait_for(handle, tell)
    assert isinstance(proposal, Proposal)  # noqa: S101 - what `start_task` promises
    return proposal


def load(series: Series) -> Volume:
    """The pixels of a series.

    Raises:
        Problem: Where they cannot be read.
    """
    from medapp.formats.dicom.load import load_volume
    from medapp.formats.errors import UnreadableError

    try:
        return load_volume(series)
    except UnreadableError as error:
        raise Problem(one_line(error)) from error


def _export(app: App, proposal: Proposal, out: Path) -> Exported:
    from medapp.services.exporting import export

    try:
        return export(app, proposal, out)
    except (OSError, ValueError) as error:
        message = f"the result cannot be written: {one_line(error)}"
        raise Problem(message) from error


def _print(wish: Wish, exported: Exported) -> None:
    report = json.loads(exported.result_json.read_text(encoding="utf-8"))
    files = {
        "segmentation_dcm": exported.segmentation_dcm,
        "segmentation_nii": exported.segmentation_nii,
        "result_json": exported.result_json,
    }
    if wish.as_json:
        empty = not any(label["voxels"] for label in report["labels"])
        written = {name: path and str(path) for name, path in files.items()}
        show.as_json({**report, "empty": empty, "files": written})
        if empty:
            show.remark("warning: Nothing was found: no voxel has a label.")
        return
    rows = [
        (
            label["name"],
            label["code"],
            show.number(label["volume_ml"]),
            show.number(label["mean"]),
            label["unit"] or "",
        )
        for label in report["labels"]
    ]
    show.table(("label", "code", "ml", "mean", "unit"), rows, numbers=(2, 3))
    for notice in report["notices"]:
        show.remark(f"{notice['severity']}: {notice['message']}")
    for path in files.values():
        if path is not None:
            show.remark(f"written: {path}")
    show.remark(report["warning"])
