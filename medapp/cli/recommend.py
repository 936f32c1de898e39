"""``medapp recommend``: what models propose as treatment of a patient, checked by what can be cited."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem, one_line, problems_of_use, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api.manifest import TaskManifest
    from medapp.domain.recommendation import Option
    from medapp.services.app import App
    from medapp.services.outlook import Outlook
    from medapp.services.recommending import Recommendation, Subject

_SHOWN: Final = 4
"""Statements of an option that are printed; all of them are in the JSON."""


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    patient: str
    task: str = ""
    on: str = ""
    number: str = ""
    settings: tuple[str, ...] = ()
    seed: int = 0
    risk: bool = False
    as_json: bool = False


def command(
    patient: Annotated[
        str, typer.Argument(metavar="PATIENT|PATH", help="Key, number, or words of the name; or files.")
    ],
    task: Annotated[str, typer.Option(help="Ask this model alone; else all that propose treatment.")] = "",
    on: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="Day that is asked about, else today; proposals are for the last visit up to it.",
        ),
    ] = "",
    whose: Annotated[
        str, typer.Option("--patient", help="Whose record, where the files speak of several people.")
    ] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the model.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 0,
    risk: Annotated[
        bool,
        typer.Option("--risk", help="Tell the risk of death within five years beside, with its interval."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Propose treatment for a patient: ranked options with reasons, sources and checks.

    A critical interaction, allergy or contraindication vetoes an option: it is shown last, with what
    forbids it. Proposals are kept beside the patient until a person decides on a plan. Where a model
    abstains the reason is printed, and the status is 0.
    """
    recommend(Wish(patient, task, on, whose, tuple(settings or ()), seed, risk, as_json))


def recommend(wish: Wish) -> None:
    """Ask, check, keep and print.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App

    day = _day(wish.on)
    with App.open() as app:
        subject = _subject(app, wish)
        asked = [(task, _settings(wish, task)) for task in _tasks(wish, subject)]
        found = [_ask(app, wish, subject, task, settings, day) for task, settings in asked]
        outlook = _outlook(app, wish, subject, day) if wish.risk else None
    if wish.as_json:
        from medapp.services.medicines_file import NOTICE
        from medapp.services.outlook import outlook_json
        from medapp.services.recommending_file import recommendation_json

        whole = [recommendation_json(one) for one in found]
        report: dict[str, object] = {
            "warning": NOTICE,
            "patient": subject.key or None,
            "recommendations": whole,
        }
        if outlook is not None:
            report["outlook"] = outlook_json(outlook)
        show.as_json(report)
        return
    for one in found:
        _print(one)
    if outlook is not None:
        _print_outlook(outlook)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"--on takes a day such as 2026-11-26, not {text!r}"
        raise Problem(message, WRONG_USE) from error


def _subject(app: App, wish: Wish) -> Subject:
    from medapp.cli.run_findings import who
    from medapp.services.medicines import medicines_of
    from medapp.services.recommending import Subject

    path = Path(wish.patient)
    if path.exists():
        return _of_path(app, wish, path)
    key, name, _ = who(app.library, wish.patient)
    return Subject(medicines_of(app.library, key), key, name)


def _of_path(app: App, wish: Wish, path: Path) -> Subject:
    from medapp.formats.collect import collect
    from medapp.knowledge.therapy.checks import current_medicines
    from medapp.services.medicines import PatientMedicines
    from medapp.services.patient_data import ManyPatientsError, data_from_files
    from medapp.services.recommending import Subject
    from medapp.services.records import refusals_first, told_of

    with tempfile.TemporaryDirectory(dir=app.paths.scratch) as unpacked:
        collected = collect([path], scratch=Path(unpacked))
        try:
            data = data_from_files(collected.records, wish.number)
        except ManyPatientsError as error:
            raise Problem(str(error), WRONG_USE) from error
    for name, reason in data.unread:
        show.remark(f"not read: {name}: {reason}")
    for one in refusals_first(data.refused)[:10]:
        show.remark(told_of(one))
    current = current_medicines(data.record) if data.record is not None else ()
    return Subject(PatientMedicines(data.record, data.genome, current), "", path.name)


def _tasks(wish: Wish, subject: Subject) -> Sequence[TaskManifest]:
    """The task that is named, else all that fit.

    Raises:
        Problem: Where there is none, with the reasons.
    """
    from medapp.services.recommending import treatments_for

    choices = treatments_for(subject.medicines)
    named = [one for one in choices if wish.task in {"", one.task.id}]
    if not named:
        known = ", ".join(one.task.id for one in choices) or "none is installed"
        message = f"no plugin proposes treatment as {wish.task or 'any task'}: {known}"
        raise Problem(message, WRONG_USE)
    fitting = [one.task for one in named if one.check.ok]
    if not fitting:
        reasons = "; ".join(f"{one.task.id} {one.check.reason}" for one in named)
        message = f"no treatment can be proposed for {wish.patient}: {reasons}"
        raise Problem(message, NOTHING_FITS)
    return fitting


def _settings(wish: Wish, task: TaskManifest) -> dict[str, object]:
    from medapp.cli.settings import task_and_parameters

    _, parameters = task_and_parameters(task.id, wish.settings)
    if wish.on and "as_of" in task.parameters:
        parameters = {"as_of": wish.on} | dict(parameters)
    return dict(parameters)


def _ask(
    app: App,
    wish: Wish,
    subject: Subject,
    task: TaskManifest,
    settings: dict[str, object],
    day: date | None,
) -> Recommendation:
    from medapp.formats.errors import UnreadableError
    from medapp.services.recommending import Recommendation, keep, start_recommendation

    on = day or date.today()  # noqa: DTZ011  the day at the workstation
    try:
        with problems_of_use():
            handle = start_recommendation(app, task.id, subject, settings, on, seed=wish.seed)
    except UnreadableError as error:
        message = f"a table of medicines cannot be used: {error.reason}"
        raise Problem(message, NOTHING_FITS) from error
    with show.progress(task.id) as tell:
        found = wait_for(handle, tell)
    assert isinstance(found, Recommendation)  # noqa: S101 - what the service promises
    if found.patient:
        try:
            keep(app, found)
        except OSError as error:
            message = f"the proposals cannot be kept: {one_line(error)}"
            raise Problem(message) from error
    return found


def _outlook(app: App, wish: Wish, subject: Subject, day: date | None) -> Outlook:
    """What may come; that no model can say so is an answer too, and the proposals stand without it."""
    from medapp.services.classifying import FindingsProposal
    from medapp.services.outlook import TASK, Outlook, outlook_of, start_outlook

    try:
        handle = start_outlook(app, subject, day, seed=wish.seed)
    except (KeyError, ValueError) as error:
        return Outlook((), f"{TASK} cannot be asked: {one_line(error)}.")
    with show.progress(TASK) as tell:
        found = wait_for(handle, tell)
    assert isinstance(found, FindingsProposal)  # noqa: S101 - what the service promises
    try:
        return outlook_of(found)
    finally:
        found.release()


# ---- telling ------------------------------------------------------------------------------------------
def _print(found: Recommendation) -> None:
    from medapp.services.medicines_file import NOTICE

    result = found.result
    show.line(f"{found.task.title} ({found.task.id})")
    if result.abstained:
        show.remark(f"nothing proposed: {result.abstained}")
    for number, option in enumerate(result.options, 1):
        _option(str(number), option)
    if result.baseline is not None:
        _option("beside", result.baseline)
    unmatched = ", ".join(one.drug.name for one in found.current.unmatched)
    if unmatched:
        show.remark(f"not recognised in the current list, nothing of it was checked: {unmatched}")
    stopped = ", ".join(one.drug.name for one in found.current.not_taken)
    if stopped:
        show.remark(f"not counted as taken, by what the name says: {stopped}")
    for notice in result.notices:
        show.remark(f"{notice.severity}: {notice.message}")
    if found.patient:
        show.remark(f"kept as {found.id}")
    show.remark(NOTICE)


def _print_outlook(outlook: Outlook) -> None:
    from medapp.services.medicines_file import citation_text

    show.line("")
    show.line("OUTLOOK")
    if outlook.abstained:
        show.line(f"   not told: {outlook.abstained}")
    for one in outlook.estimates:
        spread = f"({one.low:.2f} to {one.high:.2f})"
        show.line(f"   {one.outcome}: {one.probability:.2f} {spread} [{citation_text(one.citation)}]")
    for remark in outlook.remarks:
        show.remark(remark)


def _option(number: str, option: Option) -> None:
    from medapp.services.medicines_file import citation_text

    score = "" if option.score is None else f", {option.score:.2f}"
    forbidden = "VETOED: " if option.vetoed else ""
    show.line("")
    show.line(f"{number}. {forbidden}{option.title}{score}")
    for change in option.changes:
        # A title such as "The same as on 2020-05-16" does not name the one medicine that it is about.
        if len(option.changes) > 1 or change.drug.name not in option.title:
            show.line(f"   {change.action} {change.drug.name}")
    for check in option.checks:
        if check.key in option.vetoed:
            show.line(f"   FORBIDDEN by {check.kind}: {check.text} [{citation_text(check.citation)}]")
    for one in option.statements[:_SHOWN]:
        show.line(f"   {one.direction}: {one.text}")
    if len(option.changes) == 1:
        for estimate in option.estimates:
            spread = f"({estimate.low:.2f} to {estimate.high:.2f})"
            show.line(f"   {estimate.outcome}: {estimate.probability:.2f} {spread}")
    _counts(option)


def _counts(option: Option) -> None:
    """What the checks found besides, gravest first, and how many could not be made."""
    found = [one for one in option.checks if one.outcome == "found" and one.key not in option.vetoed]
    for one in found[:_SHOWN]:
        show.line(f"   {one.severity} {one.kind}: {one.text}")
    rest: dict[str, Any] = {
        "more found": len(found) - _SHOWN,
        "not checked": sum(one.outcome == "unknown" for one in option.checks),
        "with nothing found": sum(one.outcome == "clear" for one in option.checks),
    }
    told = ", ".join(f"{count} {word}" for word, count in rest.items() if count > 0)
    if told:
        show.line(f"   checks: {told}")
