"""Who is meant on a command line: one patient, or a sentence that helps to name one; and the list of all."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from medapp.cli import show
from medapp.cli.ending import NOTHING_FITS, WRONG_USE, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.library import Library
    from medapp.library.record import PersonEntry

_SHOWN: Final = 10
_NEAR: Final = 5
_ALIKE: Final = 0.6
LISTING: Final = "`medapp record --list` lists who there is"


def one_patient(library: Library, patient: str) -> PersonEntry:
    """The one patient of this key, number or name, those of images that are known to be theirs too.

    Raises:
        Problem: Where nobody, or more than one, is found: with whom else may be meant.
    """
    everybody = library.records.persons()
    same = library.records.same()
    imaged = {one.key for one in library.patients() if patient in {one.key, one.id}} if same else set()
    named = {key for key, one in same if one in imaged}
    exact = [one for one in everybody if patient == one.key or patient in one.identifiers or one.key in named]
    found = _as_one(exact or list(library.records.persons(patient)), same)
    if not found:
        raise Problem(_nobody(patient, everybody), NOTHING_FITS)
    if len(found) > 1:
        told = "; ".join(f"{who(one)}, {_entries(library, one)}" for one in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = (
            f"{len(found)} patients fit {patient!r}: {told}{more}. Name one by its key; "
            f"`medapp record --list {patient!r}` lists them"
        )
        raise Problem(message, WRONG_USE)
    return found[0]


def _as_one(found: list[PersonEntry], same: Sequence[tuple[str, str]]) -> list[PersonEntry]:
    """The first of several records that are all known to be of one patient of the images."""
    theirs = [{patient for person, patient in same if person == one.key} for one in found]
    return found[:1] if theirs and set.intersection(*theirs) else found


def _nobody(patient: str, everybody: Sequence[PersonEntry]) -> str:
    if not everybody:
        return (
            f"there is no record of {patient!r}; the library holds none: `medapp import PATH` brings one in"
        )
    names = {one.name.casefold(): one for one in everybody if one.name}
    numbers = {number.casefold(): one for one in everybody for number in one.identifiers}
    known = numbers | names
    near = get_close_matches(patient.casefold(), known, _NEAR, _ALIKE)
    told = "; ".join(dict.fromkeys(who(known[one]) for one in near))
    nearest = f"nearest: {told}" if told else f"none of {len(everybody)} patients is called alike"
    return f"there is no record of {patient!r}; {nearest}; {LISTING}, `medapp import PATH` brings one in"


def who(one: PersonEntry) -> str:
    """Somebody in words: as much as is known, and the key."""
    parts = (
        one.name,
        number_words(one) or ("" if one.name else "no name and no number"),
        f"born {one.birth_date}" if one.birth_date else "",
        one.sex,
    )
    return f"{', '.join(part for part in parts if part)} (key {one.key})"


def number_words(one: PersonEntry) -> str:
    """``number 17``, or of which other kind it is; empty where there is none."""
    return f"number {one.number}" if one.number else one.shown_number


def whose(person: PersonEntry) -> str:
    """Who somebody is, as far as it is known, for a person to see that it is the right one."""
    parts = (
        person.name or "nobody of whom a name is known",
        number_words(person) or "no number",
        f"born {person.birth_date}" if person.birth_date else "birth date unknown",
        person.sex or "sex unknown",
    )
    return f"{', '.join(parts)} (key {person.key})"


def _entries(library: Library, one: PersonEntry) -> str:
    """How much there is of somebody, and out of which files."""
    files = dict.fromkeys(person.source.file for person in library.records.person(one.key))
    count = "1 entry" if one.entries == 1 else f"{one.entries} entries"
    return f"{count} of {', '.join(files)}"


def list_patients(library: Library, query: str, *, as_json: bool) -> None:
    """Print everybody of whom there is a record and whose name or numbers hold all words of `query`."""
    found = library.records.persons(query)
    if as_json:
        show.as_json([
            {
                "key": one.key,
                "number": one.number,
                "other_number": one.other[1],
                "other_kind": one.other[0],
                "name": one.name,
                "birth_date": one.birth_date,
                "sex": one.sex,
                "entries": one.entries,
            }
            for one in found
        ])  # fmt: skip
        return
    rows = [(one.key, one.shown_number, one.name, one.birth_date, one.sex, str(one.entries)) for one in found]
    if rows:
        show.table(("key", "number", "name", "born", "sex", "entries"), rows, numbers=(5,))
    show.remark("1 patient" if len(found) == 1 else f"{len(found)} patients")
