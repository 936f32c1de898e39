"""``medapp import``: its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medapp.cli.ending import WRONG_USE, Problem

STATUS = (
    "Status: 0 done, 1 failed, 2 wrong use, 3 nothing was taken in, "
    "4 done but for files that were refused, 130 cancelled."
)


def command(  # noqa: PLR0913, PLR0917 - typer takes one parameter an option
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...")] = None,
    propose: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what the columns of tables seem to mean.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Read tables as this file says: you have confirmed it."),
    ] = None,
    patient: Annotated[str, typer.Option(help="Whose genome the VCF is: key, number or name.")] = "",
    sample: Annotated[str, typer.Option(help="Which sample of the VCF, where there are several.")] = "",
    outside: Annotated[
        Path | None, typer.Option(help="Calls of other methods: gene, diplotype, phenotype, score a line.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse each FHIR resource that does not conform to R4B.")
    ] = False,
    shared: Annotated[
        bool | None,
        typer.Option(
            "--same-numbers/--own-numbers",
            help="Whether one number is one patient in all tables of a folder; asked where they share some.",
        ),
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="List what waits for an answer; nothing is read.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring images and records into the library.

    DICOM, FHIR R4, HL7 v2, C-CDA, OMOP, phenopackets, tables (CSV) and VCF.
    The kind of a file is told by its content. What is not taken in is listed with its reason.
    Tables wait until what their columns mean is confirmed (--propose, then --mapping),
    a VCF until it is said whose genome it is (--patient).
    A FHIR resource that lacks something is read and told of; --strict refuses it instead.
    Ctrl-C ends the import: each file is in whole or not at all.
    """
    from medapp.cli import importing
    from medapp.cli.waiting import Answers

    if questions:
        from medapp.cli.questions import list_questions

        list_questions(as_json=as_json)
        return
    if not paths:
        message = "say what to import: files, folders, archives; --questions lists what waits for an answer"
        raise Problem(message, WRONG_USE)
    answers = Answers(propose, mapping, patient, sample, outside, shared)
    importing.import_paths(importing.Wish(paths, answers, strict, as_json))
