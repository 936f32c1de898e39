"""Proposed mappings as a file that a person edits, and what they have made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, get_args

from medapp.formats.tables import Mapping
from medapp.formats.tables.encodings import CANDIDATES, is_known
from medapp.formats.tables.mapping import DateFormat, Decimal
from medapp.services.tables import TableProposal, header_key

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = 1
_CELLS: Final = 6
_HOW = (
    "Look at each column: role, unit, date (iso, compact, day-first, month-first, named), decimal, words. "
    "What is to be told and not to be learned from has the role outcome. Where a row is one measurement, "
    "units says the unit of each name; a unit that nobody knows is unknown, that of a ratio 1. Of a time "
    "counted from an event, unit is day, hour or minute, and event what is counted from. "
    'words says what cells stand for: of a sex {"1": "male", "2": "female"}, with other and unknown. '
    "same_numbers_in_folder: true where one number is one patient in all tables of the folder, else false. "
    "Answer the questions. Take out tables that are not to be read. Then: medapp import PATH --mapping FILE"
)


class AnswerError(ValueError):
    """The file holds no mappings; the message says what is wrong."""


@dataclass(frozen=True)
class Answers:
    """What a file of mappings says."""

    tables: tuple[tuple[str, Mapping, bool | None], ...]

    def of(self, proposal: TableProposal) -> TableProposal | None:
        """The answer for a table: by its name, else by its columns; None where the file has none."""
        found = self._best(proposal)
        if found is None or proposal.mapping is None:
            return None
        name, mapping, shared = found
        # How this file is written is not a matter of opinion, and may differ from that of another: but the
        # encoding of what is no UTF-8 is a guess, and a person may know better.
        mapping = replace(
            mapping,
            encoding=_encoding(mapping.encoding, proposal.mapping.encoding, same=name == proposal.file.name),
            delimiter=proposal.mapping.delimiter,
        )
        answered = replace(proposal, mapping=mapping)
        return answered if shared is None else answered.answered(shared=shared)

    def says_of_numbers(self, proposal: TableProposal) -> bool | None:
        """Whether its numbers are the same patients in the whole folder; None where nothing is said."""
        found = self._best(proposal)
        return None if found is None else found[2]

    def _best(self, proposal: TableProposal) -> tuple[str, Mapping, bool | None] | None:
        if proposal.mapping is None:
            return None
        key = header_key(proposal.mapping)
        headers = [column.header for column in proposal.mapping.columns]
        same = [one for one in self.tables if [column.header for column in one[1].columns] == headers]
        best = [one for one in same if one[0] == proposal.file.name]
        best = best or [one for one in same if header_key(one[1]) == key] or same
        return best[0] if best else None


def _encoding(said: str, found: str, *, same: bool) -> str:
    guessed = found in CANDIDATES
    return said if same and guessed and is_known(said) else found


def written(proposals: Iterable[TableProposal]) -> str:
    """Proposals as JSON."""
    tables = [
        {
            "file": one.file.name,
            "questions": list(one.questions),
            "without_unit": list(one.mapping.without_unit),
            "same_numbers_in_folder": None if one.asked else one.shared,
            "mapping": json.loads(one.mapping.to_json()),
        }
        for one in proposals
        if one.mapping is not None
    ]
    return (
        json.dumps({"version": VERSION, "how": _HOW, "tables": tables}, ensure_ascii=False, indent=2) + "\n"
    )


def how_to_answer(proposal: TableProposal) -> list[str]:
    """What has to stand in the file of mappings for each question of a table that is open."""
    mapping = proposal.mapping
    if mapping is None:
        return []
    found = []
    for column in mapping.columns:
        if not column.question:
            continue
        where = f"{proposal.file.name}, column {column.header!r}"
        if column.date == "?":
            found.append(f'{where}: "date": "day-first" or "month-first", instead of "?"')
        elif column.decimal == "?":
            found.append(f'{where}: "decimal": "." or ",", instead of "?"')
        else:
            cells = ", ".join(f'"{cell}": "SEX"' for cell in column.examples[:_CELLS]) or '"CELL": "SEX"'
            found.append(f'{where}: "words": {{{cells}}}, SEX being male, female, other or unknown')
    if proposal.asked:
        found.append(f'{proposal.file.name}: "same_numbers_in_folder": true or false')
    return found


def understood(text: str) -> Answers:
    """Mappings of a file that `written` wrote and a person has edited; one bare mapping is taken too.

    Raises:
        AnswerError: Where it is none.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        message = f"it is no JSON: {error}"
        raise AnswerError(message) from error
    if isinstance(found, dict) and "columns" in found:
        found = {"version": VERSION, "tables": [{"file": "", "mapping": found}]}
    if not isinstance(found, dict) or found.get("version") != VERSION:
        message = f"it holds no mappings of version {VERSION}"
        raise AnswerError(message)
    tables = found.get("tables")
    if not isinstance(tables, list):
        message = "it names no tables"
        raise AnswerError(message)
    return Answers(tuple(map(_table, tables)))


def _table(found: Any) -> tuple[str, Mapping, bool | None]:  # noqa: ANN401 - JSON that a person has edited
    if not isinstance(found, dict):
        message = "a table is not described by names and values"
        raise AnswerError(message)
    name = str(found.get("file", ""))
    try:
        mapping = Mapping.from_json(json.dumps(found.get("mapping")))
    except (ValueError, TypeError) as error:
        message = f"{name or 'a table'}: {error}"
        raise AnswerError(message) from error
    for column in mapping.columns:
        for title, value, known in (
            ("date", column.date, get_args(DateFormat)), ("decimal", column.decimal, get_args(Decimal)),
        ):  # fmt: skip
            if value not in known:
                message = f"{name or 'a table'}: the {title} of column {column.header!r} cannot be {value!r}"
                raise AnswerError(message)
    shared = found.get("same_numbers_in_folder")
    if shared not in {True, False, None}:
        message = f"{name or 'a table'}: same_numbers_in_folder is true or false, not {shared!r}"
        raise AnswerError(message)
    return name, mapping, shared
