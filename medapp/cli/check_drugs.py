"""``medapp check-drugs``: a list of medicines against tables, and against a patient where one is named."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.medicines import Checks, Medicine
    from medapp.domain.recommendation import Check, Drug
    from medapp.knowledge.therapy.loading import DrugTables
    from medapp.services.app import App
    from medapp.services.medicines import PatientMedicines

_ENDINGS: Final = frozenset({".txt", ".csv", ".tsv", ".lst", ".list"})
_WIDEST: Final = 120
_NARROWEST: Final = 40


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    names: str
    patient: str = ""
    on: str = ""
    as_json: bool = False


def command(
    names: Annotated[
        str,
        typer.Argument(
            metavar="LIST",
            help="File with one medicine a line, or names with commas between; codes as RxNorm 8123 or "
            "ATC N06AF03.",
        ),
    ],
    patient: Annotated[
        str, typer.Option(help="Check for this patient, together with what the record says is taken now.")
    ] = "",
    on: Annotated[
        str, typer.Option(metavar="DATE", help="Day that ages of values are counted to; else today.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check medicines: interactions, duplicates, allergies, conditions, doses, genes, QT, bleeding.

    Each statement with its source, its inputs and their dates. What could not be checked is said, with the
    reason; a medicine that is not recognised is listed. Nothing is kept.
    """
    check_drugs(Wish(names, patient, on, as_json))


def check_drugs(wish: Wish) -> None:
    """Check a list and print what was found.

    Raises:
        Problem: Where the list or the date cannot be read, the patient is not clear, or a table is damaged.
    """
    from medapp.services.app import App
    from medapp.services.medicines import PatientMedicines, check_list
    from medapp.services.medicines_file import checks_json

    day = _day(wish.on)
    listed = _listed(wish.names)
    with App.open() as app:
        key, patient = _patient(app, wish.patient) if wish.patient else ("", PatientMedicines())
        medicines = (*patient.current, *listed)
        if not medicines:
            message = "the list names no medicine"
            raise Problem(message, WRONG_USE)
        checks = check_list(medicines, patient, _tables(app), day)
    if wish.as_json:
        show.as_json(checks_json(checks, key))
        return
    _print(checks, len(patient.current))


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011  the day at the workstation
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"--on takes a day such as 2026-11-26, not {text!r}"
        raise Problem(message, WRONG_USE) from error


def _listed(names: str) -> tuple[Drug, ...]:
    from medapp.services.medicines import ListError, named, read_list

    path = Path(names)
    try:
        if os.path.isfile(names):  # noqa: PTH113  pathlib raises where a list is longer than a path can be
            return read_list(path)
        if path.suffix.casefold() in _ENDINGS or os.path.isdir(names):  # noqa: PTH112
            message = f"there is no file {names}"
            raise Problem(message, WRONG_USE)
        return named(names.split(","))
    except ListError as error:
        raise Problem(str(error), WRONG_USE) from error


def _patient(app: App, text: str) -> tuple[str, PatientMedicines]:
    from medapp.cli.run_findings import who
    from medapp.services.medicines import medicines_of

    key, name, _ = who(app.library, text)
    found = medicines_of(app.library, key)
    if found.record is None:
        show.remark(f"there is no record of {name or key}: nothing is known but the images")
    return key, found


def _tables(app: App) -> DrugTables:
    from medapp.formats.errors import UnreadableError
    from medapp.services.medicines import drug_tables

    try:
        return drug_tables(app.paths.data)
    except UnreadableError as error:
        message = f"a table of medicines cannot be used: {error.reason}"
        raise Problem(message, NOTHING_FITS) from error


def _print(checks: Checks, current: int) -> None:
    from medapp.services.medicines_file import NOTICE

    show.line("MEDICINES")
    for number, one in enumerate(checks.medicines):
        _medicine(one, is_current=number < current)
    for title, found in (
        ("FOUND", checks.found),
        ("NOT CHECKED", checks.unknown),
        ("NOTHING FOUND", tuple(one for one in checks.checks if one.outcome == "clear")),
    ):
        if found:
            show.line("")
            show.line(f"{title} ({len(found)})")
            for check in found:
                _check(check)
    if checks.not_taken:
        names = ", ".join(one.drug.name for one in checks.not_taken)
        show.line("")
        _wrapped(f"NOT COUNTED AS TAKEN, by what the name says: {names}", "")
    if checks.unmatched:
        names = ", ".join(one.drug.name for one in checks.unmatched)
        show.line("")
        _wrapped(f"NOT RECOGNISED, nothing of it was checked: {names}", "")
    show.line("")
    _wrapped(NOTICE, "")


def _medicine(one: Medicine, *, is_current: bool) -> None:
    from medapp.services.medicines_file import found_text

    _wrapped(f"{one.drug.name}{' [record]' if is_current else ''}: {found_text(one)}", "  ")
    for note in one.notes:
        _wrapped(note, "      ")
    if one.found and one.unclear:
        _wrapped(f"not understood in the name: {', '.join(one.unclear)}", "      ")


def _check(check: Check) -> None:
    from medapp.services.medicines_file import citation_text, input_text

    grave = f"{check.severity.upper()} " if check.outcome == "found" else ""
    _wrapped(f"{grave}{check.kind}: {' + '.join(check.drugs)}", "  ")
    _wrapped(check.text, "      ")
    if check.advice:
        _wrapped(f"Advice: {check.advice}", "      ")
    if check.inputs:
        _wrapped(f"By: {_joined(input_text(one) for one in check.inputs)}", "      ")
    _wrapped(f"Source: {citation_text(check.citation)}", "      ")


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _wrapped(text: str, indent: str) -> None:
    """A paragraph no wider than the terminal; in a pipe one line."""
    for row in _rows(text, indent):
        show.line(row)


def _rows(text: str, indent: str) -> Sequence[str]:
    if not sys.stdout.isatty():
        return [indent + text]
    width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns - 1))
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + "  ") or [indent]
