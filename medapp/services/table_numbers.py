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
_OF_NOBODY: Final = frozenset({"labels", "none"})
_KEPT: Final = "numbers of "
_SAME, _OWN = "same", "own"


@dataclass(frozen=True)
class Meeting:
    """Numbers of patients that stand in another table of the folder too.

    Attributes:
        files: Names of the other tables.
        count: How many numbers of this table do.
    """

    files: tuple[str, ...]
    count: int

    def question(self, name: str) -> str:
        """What a person has to answer."""
        return (
            f"{self.count} patients' numbers of {name} stand in {', '.join(self.files)} too: are they the "
            "same patients?"
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
    apart: defaultdict[str, list[TableProposal]] = defaultdict(list)
    for one in read:
        if one.meeting is not None and not one.shared:
            apart[folder_of(one.file)].append(one)
    found = []
    for tables in apart.values():
        often = Counter(number for one in tables for number in _numbers(one.file, one.mapping))
        count = sum(times > 1 for times in often.values())
        if count:
            found.append(([one.file.name for one in tables], count))
    return found


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
