"""``medapp record``, ``medapp cohort``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from medapp.cli import show
from medapp.cli.ending import FAILED, WRONG_USE, Problem
from medapp.cli.patients import list_patients, number_words
from medapp.cli.record_out import NOTICE
from medapp.domain.cohort import DEATH
from medapp.domain.record.summary import death_of, ends_with_death

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.domain.cohort import Member
    from medapp.domain.genome import GeneCall
    from medapp.domain.record import Entry, Person
    from medapp.library import Library
    from medapp.library.record import PersonEntry
    from medapp.library.record.genomes import GenomeEntry
    from medapp.library.record.matching import Match
    from medapp.services.record_lines import Line


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line.

    Attributes:
        places: Whether each entry is followed by where in its file it stands.
        out: A file to write instead of printing.
    """

    patient: str
    places: bool = False
    out: Path | None = None
    force: bool = False
    as_json: bool = False


@dataclass(frozen=True)
class _Whole:
    """All that is printed or written of somebody."""

    entry: PersonEntry
    persons: tuple[Person, ...]
    entries: tuple[Entry, ...]
    matches: tuple[Match, ...]
    genome: GenomeEntry | None = None

    @property
    def died(self) -> str:
        """When, as far as it is known; see `death_of`."""
        return death_of(self.persons)

    @property
    def head(self) -> str:
        """Who it is."""
        one, died = self.entry, self.died
        number = number_words(one)
        parts = (
            one.name or ("" if number else "no name"),
            number,
            f"born {one.birth_date}" if one.birth_date else "birth date unknown",
            one.sex or "sex unknown",
            "" if not died else "died, date unknown" if died == "yes" else f"died {died}",
        )
        return ", ".join(part for part in parts if part)

    @property
    def images(self) -> list[str]:
        """What is known of images of the same person."""
        return [
            f"images of patient {one.patient}: {one.verdict} ({', '.join(one.agrees)})"
            for one in self.matches
        ]

    @property
    def lines(self) -> list[Line]:
        """The entries, then the genes."""
        from medapp.services.record_lines import gene_lines, lines

        genes = gene_lines(self.genome.calls, self.genome.path.name) if self.genome else ()
        return [*lines(self.entries, self.died), *genes]

    def json(self) -> bytes:
        """All of it."""
        text = {
            "notice": NOTICE,
            "key": self.entry.key,
            "died": self.died,
            "persons": self.persons,
            "entries": [_entry(entry, self.died) for entry in self.entries],
            "matches": self.matches,
            "genes": [_gene(call) for call in self.genome.calls] if self.genome else [],
        }
        return orjson.dumps(text, option=orjson.OPT_INDENT_2) + b"\n"


def record(wish: Wish) -> None:
    """Print the record of one patient, found by key, number or name, or write it into a file.

    Raises:
        Problem: Where nobody, or more than one, is found, or the file cannot be written.
    """
    from medapp.cli import record_out
    from medapp.services.app import App

    if wish.out is not None:
        record_out.check(wish.out, force=wish.force)
    with App.open() as app:
        whole = _whole(app.library, wish.patient)
    if wish.out is not None:
        record_out.write(wish.out, _file(whole, wish.out.suffix.casefold()))
        show.remark(f"the record is in {wish.out}. {NOTICE}")
    elif wish.as_json:
        sys.stdout.buffer.write(whole.json())
    else:
        from medapp.cli.record_print import print_lines

        show.remark(whole.head)
        print_lines(whole.lines, places=wish.places)
        for told in whole.images:
            show.remark(told)


def list_records(query: str, *, as_json: bool) -> None:
    """Print everybody of whom there is a record."""
    from medapp.services.app import App

    with App.open() as app:
        list_patients(app.library, query, as_json=as_json)


def _whole(library: Library, patient: str) -> _Whole:
    """All that the window shows of somebody, of whom there may be images only.

    Raises:
        Problem: Where nobody, or more than one, is found.
    """
    from medapp.cli.run_findings import who
    from medapp.library.keys import RECORD_ONLY
    from medapp.services.patient_record import record_of

    key = who(library, patient)[0]
    known = record_of(library, key)
    person = key.removeprefix(RECORD_ONLY) if key.startswith(RECORD_ONLY) else ""
    if not person:
        matches = library.records.matches(patient=key)
        person = next((one.person for one in matches if one.verdict == "same"), "")
    entry = library.records.listed(person) or _of_images(library, key)
    matches = library.records.matches(person=person) if person else matches
    return _Whole(entry, known.persons, known.entries, matches, next(iter(known.genomes), None))


def _of_images(library: Library, key: str) -> PersonEntry:
    """Somebody without a record, as their images name them."""
    from medapp.domain.record import HumanName
    from medapp.library.record import PersonEntry
    from medapp.library.record.matching import iso_date

    seen = next(one.patient for one in library.patients() if one.key == key)
    family, _, given = seen.name.partition("^")
    name = HumanName(family, tuple(part for part in given.split("^") if part)).display
    sex = {"M": "male", "F": "female", "O": "other"}.get(seen.sex.upper(), "")
    numbers = (seen.id,) if seen.id else ()
    return PersonEntry(key, name, iso_date(seen.birth_date), sex, numbers, 0, seen.id)


def _file(whole: _Whole, ending: str) -> str:
    from medapp.cli import record_out

    if ending == ".json":
        return whole.json().decode()
    written = record_out.as_markdown if ending == ".md" else record_out.as_text
    return written((f"Record of {whole.head}", *whole.images), whole.lines)


def _entry(entry: Entry, died: str) -> dict[str, object]:
    """With its kind and time, which its fields alone do not say."""
    from medapp.services.record_lines import time_text

    found: dict[str, object] = {"kind": type(entry.content).__name__, "when": time_text(entry)}
    if ends_with_death(entry.content, died):
        found["ends_with_death"] = True
    return found | {"entry": entry}


def _gene(call: GeneCall) -> dict[str, object]:
    """With the phenotypes in words, which may be of a recommendation."""
    from medapp.services.record_lines import phenotype_words

    return {"gene": call.gene, "phenotype": phenotype_words(call), "call": call}


def cohort(text: str, out: Path | None, *, as_json: bool) -> None:
    """Print everybody who fits a question in words.

    Raises:
        Problem: Where the question is not understood, or the file cannot be written.
    """
    from medapp.services.app import App
    from medapp.services.cohort_errors import QueryError
    from medapp.services.cohort_words import parse
    from medapp.services.cohorts import ask, export_csv

    with App.open() as app:
        try:
            found, understood = ask(app.library, text), parse(text).told
        except QueryError as error:
            message = f"{error}: {error.advice}" if error.advice else str(error)
            raise Problem(message, WRONG_USE) from error
        nameless = any(one.person and not one.name for one in found.members)
        numbers = {one.key: number_words(one) for one in app.library.records.persons()} if nameless else {}
    if out is not None:
        try:
            export_csv(found, out)
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}"
            raise Problem(message, FAILED) from error
    if as_json:
        show.as_json({
            "understood": understood,
            "count": len(found.members),
            "members": [_member(one) for one in found.members],
            "unknown": dict(found.unknown),
            "notices": list(found.notices),
        })  # fmt: skip
        return
    rows = [
        (_called(one, numbers), one.birth_date, one.sex, _age(one), _evidence(one)) for one in found.members
    ]
    show.remark(f"asked for: {understood}")
    show.table(("name", "born", "sex", "age", "because"), rows)
    for notice in found.notices:
        show.remark(notice)
    for what, count in found.unknown:
        show.remark(f"{count} could not be judged: {what} unknown")
    show.remark(f"{len(found.members)} patients")


def _called(one: Member, numbers: Mapping[str, str]) -> str:
    """The name; of somebody without one the number, else the key."""
    if one.name:
        return one.name
    return numbers.get(one.person, "") or f"key {one.person or one.patients[0]}"


def _age(one: Member) -> str:
    if one.age is None:
        return "unknown"
    return f"{one.age}, at death" if one.died else str(one.age)


def _member(one: Member) -> dict[str, Any]:
    return {
        "person": one.person,
        "patients": list(one.patients),
        "name": one.name,
        "birth_date": one.birth_date,
        "sex": one.sex,
        "age": one.age,
        "died": one.died,
        "evidence": [
            {"condition": seen.condition, "title": seen.title, "date": seen.date, "value": seen.value,
             "unit": seen.unit, "count": seen.count, "until": seen.until}
            for seen in one.evidence
        ],
    }  # fmt: skip


def _evidence(one: Member) -> str:
    return "; ".join(
        f"{seen.title}{'' if seen.value is None else f' {seen.value:g} {seen.unit}'} {seen.date}".strip()
        + (", ended with the death" if seen.until == DEATH else "")
        for seen in one.evidence
    )
