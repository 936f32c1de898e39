"""Whether a number in tables of one folder is the same patient: asked where they meet, never assumed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import UnreadableError
from medapp.formats.stream import open_bytes
from medapp.formats.tables.delimited import Dialect, Row, records
from medapp.formats.tables.record import Plan, Record
from medapp.services.import_sources import folder_of, identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.formats.recognise import RecordFile
    from medapp.formats.tables import Mapping
    from medapp.library import Library
    from medapp.services.tables import TableProposal

_MOST_ROWS: Final = 1_000_000
"""Of a table that are looked at."""
_MOST_NEIGHBOURS: Final = 50
_OF_NOBODY: Final = frozenset({"labels", "none"})
_KEPT: Final = "numbers of "
_SAME, _OWN = "same", "own"


@dataclass(frozen=True)
class Meeting:
    """Numbers of patients that stand in another table of the folder too.

    Attributes:
        files: Names of the other tables.
        count: How many numbers of this table do.
        apart: Those of the tables that were read before, with patients of their own.
    """

    files: tuple[str, ...]
    count: int
    apart: tuple[str, ...] = ()

    def question(self, name: str) -> str:
        """What a person has to answer."""
        return (
            f"{self.count} patients' numbers of {name} stand in {', '.join(self.files)} too: are they the "
            "same patients?"
        )


def with_neighbours(library: Library, proposals: Sequence[TableProposal]) -> list[TableProposal]:
    """As `with_meetings`, where tables of the folder that the library knows already count too."""
    from medapp.services.tables import propose_table

    own = {identity_of(one.file) for one in proposals}
    folders = {folder_of(one.file) for one in proposals}
    known = [
        one
        for one in library.questions.all()
        if one.file.kind == "table"
        and one.state != "left-out"
        and one.identity not in own
        and folder_of(one.file) in folders
    ]
    neighbours = [propose_table(library, one.file) for one in known[:_MOST_NEIGHBOURS]]
    apart = {
        one.file.name
        for one in known
        if one.state == "answered" and library.records.mapping(_KEPT + one.identity) != _SAME
    }
    found = with_meetings(library, [*proposals, *neighbours])[: len(proposals)]
    return [_beside(one, apart) for one in found]


def _beside(one: TableProposal, apart: set[str]) -> TableProposal:
    meeting = one.meeting
    if meeting is None:
        return one
    return replace(
        one, meeting=replace(meeting, apart=tuple(name for name in meeting.files if name in apart))
    )


def with_meetings(library: Library | None, proposals: Sequence[TableProposal]) -> list[TableProposal]:
    """Tables with the numbers that they share with others of their folder, and whether that has to be asked.

    Tables of a published layout share their numbers by it and are left as they are.

    Args:
        library: Remembers what was said of each.
        proposals: Of one import.
    """
    folders: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(proposals):
        mapping = one.mapping
        if mapping is not None and not mapping.layout and mapping.content not in _OF_NOBODY:
            folders[folder_of(one.file)].append(place)
    found = list(proposals)
    for places in folders.values():
        if len(places) < 2:  # noqa: PLR2004  nothing to share with
            continue
        for place, meeting in _meetings(proposals, places).items():
            name = _KEPT + identity_of(found[place].file)
            said = library.records.mapping(name) if library is not None else ""
            found[place] = replace(found[place], meeting=meeting, shared=said == _SAME, asked=not said)
    return found


def keep_answer(library: Library, file: RecordFile, *, shared: bool) -> None:
    """Remember what a person has said of the numbers of a table."""
    library.records.keep_mapping(_KEPT + identity_of(file), _SAME if shared else _OWN)


def kept_apart(read: Iterable[TableProposal]) -> list[tuple[list[str], int]]:
    """Tables that were read with patients of their own though they share numbers, and how many numbers."""
    own: defaultdict[str, list[TableProposal]] = defaultdict(list)
    found: list[tuple[list[str], int]] = []
    for one in read:
        if one.meeting is None:
            continue
        if not one.shared:
            own[folder_of(one.file)].append(one)
        elif one.meeting.apart:
            # The others are of an import before, and stay as they were read then.
            found.append(([one.file.name, *one.meeting.apart], one.meeting.count))
    return found + [_apart(tables) for tables in own.values()]


def _apart(tables: Sequence[TableProposal]) -> tuple[list[str], int]:
    first = tables[0]
    if len(tables) == 1 and first.meeting is not None:
        return [first.file.name, *first.meeting.files], first.meeting.count
    often = Counter(number for one in tables for number in _numbers(one.file, one.mapping))
    return [one.file.name for one in tables], sum(times > 1 for times in often.values())


def _meetings(proposals: Sequence[TableProposal], places: Sequence[int]) -> dict[int, Meeting]:
    numbers = {place: _numbers(proposals[place].file, proposals[place].mapping) for place in places}
    found = {}
    for place, own in numbers.items():
        others = {other: own & theirs for other, theirs in numbers.items() if other != place}
        files = tuple(proposals[other].file.name for other, both in others.items() if both)
        if files:
            found[place] = Meeting(files, len(set().union(*others.values())))
    return found


def _numbers(file: RecordFile, mapping: Mapping | None) -> set[str]:
    """The patients' numbers of a table; of a damaged one those before the damage."""
    found: set[str] = set()
    if mapping is None:
        return found
    plan = Plan(mapping)
    if not plan.columns("subject"):
        return found
    try:
        with open_bytes(file.path) as stream:
            rows = records(stream, Dialect(mapping.encoding, mapping.delimiter))
            for row in islice(rows, 1, _MOST_ROWS):
                if isinstance(row, Row) and len(row.cells) == plan.width:
                    found.add(Record(plan, row.cells, row.line).key("subject"))
    except (UnreadableError, OSError, LookupError):
        pass  # told when it is read
    return found - {""}
