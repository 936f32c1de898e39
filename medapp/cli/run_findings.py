"""``medapp run`` for classification: one task about one patient, without a screen."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem, one_line, problems_of_use, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from medapp.api.manifest import TaskManifest
    from medapp.cli.run import Wish
    from medapp.domain.finding import Finding
    from medapp.domain.patient import Series
    from medapp.library import Library, PatientEntry
    from medapp.services.app import App
    from medapp.services.classifying import FindingsProposal, Target

_SHOWN = 25
_NAMED = 10
_ALWAYS = 2
_NUMBERS = (1, 4)
_RARE = 0.1
_SURE = 0.0005
"""Nearer to 0 or 1 a probability is said to be below or above, never 0 or 100 %."""
_YEAR = 365.25
_EXACT = 0.01


def run_findings(app: App, wish: Wish, task: TaskManifest, parameters: Mapping[str, object]) -> None:
    """Ask, write ``result.json`` and heat maps, and print what was found.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.classifying import FindingsProposal, start_classification
    from medapp.services.findings_file import findings_json, write_findings

    with tempfile.TemporaryDirectory(dir=app.paths.scratch) as unpacked:
        target = _target(app, wish, task, Path(unpacked))
        with problems_of_use():
            handle = start_classification(
                app, wish.task, target, parameters, device=wish.device, seed=wish.seed
            )
        with show.progress(wish.task) as tell:
            proposal = wait_for(handle, tell)
    assert isinstance(proposal, FindingsProposal)  # noqa: S101 - what the service promises
    try:
        path = write_findings(proposal, wish.out)
        if proposal.patient:
            from medapp.services.inbox import keep

            keep(app, proposal)
        _print(wish, proposal, findings_json(proposal), path)
    except OSError as error:
        message = f"the result cannot be written: {one_line(error)}"
        raise Problem(message) from error
    finally:
        proposal.release()


def _target(app: App, wish: Wish, task: TaskManifest, unpacked: Path) -> Target:
    from medapp.services.classifying import fits_target

    target = _of_path(wish, task, unpacked) if wish.path.exists() else _of_patient(app, wish, task)
    check = fits_target(task, target)
    if not check.ok:
        message = f"{task.id} cannot be asked about {wish.path}: {check.reason}"
        raise Problem(message, NOTHING_FITS)
    return target


def _of_path(wish: Wish, task: TaskManifest, unpacked: Path) -> Target:
    from medapp.cli.run import choose_series, load
    from medapp.cli.run_labels import labelled
    from medapp.formats.collect import collect
    from medapp.services.classifying import Target
    from medapp.services.handed_labels import labels_among
    from medapp.services.patient_data import ManyPatientsError, data_from_files
    from medapp.services.records import refusals_first, told_of

    collected = collect([wish.path], scratch=unpacked)
    try:
        data = data_from_files(collected.records, wish.patient)
    except ManyPatientsError as error:
        raise Problem(str(error), WRONG_USE) from error
    for name, reason in data.unread:
        show.remark(f"not read: {name}: {reason}")
    for one in refusals_first(data.refused)[:_SHOWN]:
        show.remark(told_of(one))
    series = None
    if task.images and (collected.series or task.images_needed == "required"):
        series = choose_series(wish, task, collected, needed=task.images_needed == "required")
    target = Target(
        name=series.study.patient.name if series is not None else wish.path.name,
        series=series,
        record=data.record,
        genome=data.genome,
    )
    if series is None:
        return target
    target = labelled(wish, task, target, labels_among(collected.series, series))
    return replace(target, volume=load(series))


def _of_patient(app: App, wish: Wish, task: TaskManifest) -> Target:
    from medapp.cli.run import load
    from medapp.cli.run_labels import labelled
    from medapp.services.classifying import Target
    from medapp.services.handed_labels import kept_labels
    from medapp.services.patient_data import data_of

    key, name, series_keys = who(app.library, str(wish.path))
    data = data_of(app.library, key)
    series = _of_library(app, wish, task, series_keys) if task.images else None
    target = Target(key, name, series, None, None, data.record, data.genome)
    if series is None:
        return target
    target = labelled(wish, task, target, kept_labels(app, series))
    return replace(target, volume=load(series))


def who(library: Library, text: str) -> tuple[str, str, tuple[str, ...]]:
    """Key, name and keys of the series of the patient who is meant; of some there are images only."""
    from medapp.cli.patients import one_patient
    from medapp.library.keys import RECORD_ONLY
    from medapp.services.patient_record import person_in_library

    try:
        person = one_patient(library, text)
    except Problem as problem:
        found = _of_images(library, text) if problem.status == NOTHING_FITS else None
        if found is None:
            raise
        studies = library.studies(found.key)
        keys = tuple(one.key for study in studies for one in library.series_of(study.key))
        return found.key, found.name, keys
    key, _, series_keys = person_in_library(library, person.key)
    return key or RECORD_ONLY + person.key, person.name, series_keys


def _of_images(library: Library, text: str) -> PatientEntry | None:
    """The patient of the images of this key, number or name, or in whom all words are found; None for nobody.

    Raises:
        Problem: Where there are several.
    """
    found = [one for one in library.patients() if text in {one.key, one.id, one.name}]
    found = found or list(library.patients(text))
    if len(found) > 1:
        named = [f"{one.name or 'no name'}, number {one.id or 'unknown'}" for one in found[:_NAMED]]
        more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        message = f"{len(found)} patients fit {text!r}: {'; '.join(named)}{more}. Name one by their number"
        raise Problem(message, WRONG_USE)
    return found[0] if found else None


def _of_library(app: App, wish: Wish, task: TaskManifest, keys: Iterable[str]) -> Series | None:
    """The series that is named, else the latest that fits, of those with labels where these are needed."""
    from medapp.plugins import fits
    from medapp.services.handed_labels import kept_labels

    found = [app.library.series(one) for one in keys]
    if wish.series:
        found = [one for one in found if wish.series in {one.key, one.uid}]
    fitting = [one for one in found if fits(task, one).ok]
    if task.segmentation == "required" and not task.needs_task:
        fitting = [one for one in fitting if kept_labels(app, one)] or fitting
    return max(fitting, key=lambda one: one.study.date, default=None)


def _print(wish: Wish, proposal: FindingsProposal, report: Mapping[str, Any], path: Path) -> None:
    from medapp.services.finding_words import interval_title

    result = proposal.result
    if wish.as_json:
        show.as_json({**report, "files": {"result_json": str(path)}})
        return
    shown = result.findings[:_SHOWN]
    if shown and all(one.kind == "measurement" for one in shown):
        measured = ("measurement", "of", "value", "from", "to", "unit", "percentile")
        show.table(measured, [_measurement(one) for one in shown], numbers=(2, 3, 4, 6))
        kinds = {interval_title(one) for one in shown if one.low is not None and one.value is not None}
        for kind in sorted(kinds):
            show.remark(f"from, to: {kind}")
    elif shown:
        _table(shown, result.coverage)
    if len(result.findings) > _SHOWN:
        show.remark(f"and {len(result.findings) - _SHOWN} more in {path}")
    if result.abstained:
        show.remark(f"no answer: {result.abstained}")
    show.remark(f"went by: {', '.join(result.used) or 'nothing'}")
    if result.missing:
        show.remark(f"not there: {', '.join(result.missing)}")
    for notice in result.notices:
        show.remark(f"{notice.severity}: {notice.message}")
    show.remark(f"written: {path}")
    if proposal.patient:
        kept = "kept for a decision" if result.findings else "kept, with nothing to decide on"
        show.remark(f"{kept}: `medapp findings {quote(str(wish.path))}`")
    show.remark(str(report["warning"]))


def _table(shown: Sequence[Finding], coverage: float | None) -> None:
    """Findings in columns, those left out that none of them fills; below it what must not be overlooked."""
    from medapp.services.finding_words import cautions, percent

    sets = (
        "not excluded" if coverage is None else f"not excluded (sets hold the truth in {percent(coverage)})"
    )
    titles = (
        "finding", "probability", "95 % interval", "within", "value", "unit", sets, "held-back cases",
        "to notice",
    )  # fmt: skip
    rows = [_row(one, coverage) for one in shown]
    filled = [at for at in range(len(titles)) if at < _ALWAYS or any(row[at] for row in rows)]
    cells = [[row[at] for at in filled] for row in rows]
    numbers = [place for place, at in enumerate(filled) if at in _NUMBERS]
    show.table([titles[at] for at in filled], cells, numbers=numbers)
    for text in cautions(shown, coverage):
        show.remark(text)


def _measurement(one: Finding) -> tuple[str, ...]:
    from medapp.services.finding_words import figure

    value, low, high = (
        "" if number is None else figure(one, number) for number in (one.value, one.low, one.high)
    )
    percentile = "" if one.percentile is None else f"{one.percentile:.0f}"
    return (one.title, one.group, value or "not computable", low, high, one.unit, percentile)


def _digits(value: float | None) -> str:
    """Four digits that count, whatever the size."""
    return "" if value is None else f"{value:.4g}"


def _row(one: Finding, coverage: float | None = None) -> tuple[str, ...]:
    from medapp.cli.findings import not_excluded
    from medapp.services.finding_words import held_back, marks

    interval = ""
    if one.low is not None and one.high is not None:
        show_as = _percent if one.value is None else _digits
        interval = f"{show_as(one.low)} to {show_as(one.high)}"
    within = "" if one.horizon_days is None else _time(one.horizon_days)
    return (
        one.title, _percent(one.probability), interval, within, _digits(one.value), one.unit,
        not_excluded(one), held_back(one), ", ".join(marks(one, coverage)),
    )  # fmt: skip


def _percent(share: float | None) -> str:
    """A probability in percent, with a digit more where it is near 0 or 1."""
    if share is None:
        return ""
    if min(share, 1 - share) < _SURE:
        return "< 0.1%" if share < _SURE else "> 99.9%"
    near = min(share, 1 - share) < _RARE
    return f"{share:.1%}" if near else f"{share:.0%}"


def _time(days: float) -> str:
    years = days / _YEAR
    return f"{years:.0f} years" if years >= 1 and abs(years - round(years)) < _EXACT else f"{days:g} days"
