"""Whole records of patients, a few at a time: out of files under paths, or out of the library."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from medapp.domain.record import Entry, Other, Person, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from medapp.domain.record import Item
    from medapp.knowledge.quality import Audit
    from medapp.library import Library
    from medapp.services.learning_sources import LearningSource, LearningSources
    from medapp.services.relative_times import Offset

    Done = Callable[[float], None]

Subject = tuple[str, str]
"""Scope, and the number of a patient inside of it."""


@dataclass(frozen=True)
class Chunk:
    """Whole records of some patients, each called by one name that nobody else has.

    Attributes:
        wide: Names of tables with one row a patient.
        offsets: By the names of tables that count their times from an event.
    """

    items: tuple[Item, ...]
    wide: tuple[str, ...] = ()
    offsets: dict[str, Offset] = field(default_factory=dict)


def _untold(_share: float) -> None:
    """For whoever does not want to know how far it is."""


class Records(Protocol):
    """Records that can be gone through twice: first looked at, then taken chunk by chunk."""

    def look(self, audit: Audit | None, done: Done = _untold) -> None:
        """Go through everything once, and let `audit` see it; `done` is told which share of it is."""

    def chunks(self, done: Done = _untold) -> Iterator[Chunk]:
        """Everything, whole patients at a time; after `look`."""


@dataclass
class PathRecords:
    """Of files. Those that speak of the same patients are taken together, and no others: memory is theirs.

    Attributes:
        refused: File, place, code and reason of what could not be read.
        kinds: Number of entries by kind.
        of_nobody: Number of entries that do not say whose they are, by kind; left out.
        read: Files of which something was read.
    """

    sources: LearningSources
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    of_nobody: Counter[str] = field(default_factory=Counter)
    read: set[str] = field(default_factory=set)
    _groups: list[list[LearningSource]] = field(default_factory=list)
    _names: dict[Subject, str] = field(default_factory=dict)

    @property
    def unread(self) -> frozenset[str]:
        """Files of `refused` of which nothing was read."""
        return frozenset(file for file, *_ in self.refused) - self.read

    def look(self, audit: Audit | None, done: Done = _untold) -> None:
        """See `Records`."""
        spoken: list[set[Subject]] = []
        order: dict[Subject, None] = {}
        self.refused = list(self.sources.refused)
        for number, source in enumerate(self.sources.found):
            done(number / len(self.sources.found))
            if audit is not None and source.titles is not None:
                audit.expect(source.name, source.titles)
            seen: set[Subject] = set()
            for item in source.items():
                if isinstance(item, Refusal):
                    self.refused.append((item.source.file, item.source.place, item.code, item.reason))
                    continue
                self.read.add(item.source.file)
                if not item.subject:
                    if isinstance(item, Entry):
                        self.of_nobody[_kind_of(item)] += 1
                    continue
                seen.add((source.scope, item.subject))
                if isinstance(item, Entry):
                    self.kinds[type(item.content).__name__] += 1
                if audit is not None:
                    audit.add(item, source.scope)
            spoken.append(seen)
            order.update(dict.fromkeys(sorted(seen)))
        self._groups = _together(self.sources.found, spoken)
        self._names = _names(order)

    def chunks(self, done: Done = _untold) -> Iterator[Chunk]:
        """See `Records`."""
        for number, group in enumerate(self._groups):
            done(number / len(self._groups))
            items = tuple(
                self._named(item, source.scope)
                for source in group
                for item in source.items()
                if not isinstance(item, Refusal) and item.subject
            )
            offsets = {one.name: one.offset for one in group if one.offset is not None}
            yield Chunk(items, tuple(one.name for one in group if one.titles is not None), offsets)

    def _named(self, item: Person | Entry, scope: str) -> Item:
        name = self._names[scope, item.subject]
        return item if item.subject == name else replace(item, subject=name)


@dataclass
class LibraryRecords:
    """Of the library: one person at a time, whatever sources speak of them.

    Attributes:
        keys: Of persons.
        progress: Told how many of them were looked at.
    """

    library: Library
    keys: Sequence[str]
    progress: Callable[[int], None] | None = None
    kinds: Counter[str] = field(default_factory=Counter)

    def look(self, audit: Audit | None, done: Done = _untold) -> None:
        """See `Records`."""
        for chunk in self.chunks(done) if audit is not None else ():
            for item in chunk.items:
                if isinstance(item, Entry):
                    self.kinds[type(item.content).__name__] += 1
                if audit is not None:
                    audit.add(item)

    def chunks(self, done: Done = _untold) -> Iterator[Chunk]:
        """See `Records`."""
        for number, key in enumerate(self.keys, 1):
            done((number - 1) / len(self.keys))
            yield Chunk(items_of(self.library, key))
            if self.progress is not None:
                self.progress(number)


def _kind_of(entry: Entry) -> str:
    """What an entry is: of what has no kind of its own here, what the source calls it."""
    content = entry.content
    return content.kind if isinstance(content, Other) else type(content).__name__


def items_of(library: Library, person: str) -> tuple[Item, ...]:
    """The record of somebody under one name, whatever each source calls them.

    Raises:
        KeyError: Where there is nobody of this key.
    """
    known = (replace(one, subject=person) for one in library.records.person(person))
    entries = (replace(one, subject=person) for one in library.records.entries(person))
    return (*known, *entries)


def _together(
    sources: Sequence[LearningSource], spoken: Sequence[set[Subject]]
) -> list[list[LearningSource]]:
    """Sources in groups that share no patient, each in the order of the first."""
    parent = list(range(len(sources)))

    def root(of: int) -> int:
        while parent[of] != of:
            parent[of] = parent[parent[of]]
            of = parent[of]
        return of

    first: dict[Subject, int] = {}
    for number, seen in enumerate(spoken):
        for subject in seen:
            one, other = sorted((root(number), root(first.setdefault(subject, number))))
            parent[other] = one
    groups: defaultdict[int, list[LearningSource]] = defaultdict(list)
    for number, source in enumerate(sources):
        if spoken[number]:
            groups[root(number)].append(source)
    return list(groups.values())


def _names(subjects: dict[Subject, None]) -> dict[Subject, str]:
    """A name for each that no other has: where a number is given twice, its folder or file stands before."""
    often = Counter(number for _scope, number in subjects)
    found: dict[Subject, str] = {}
    taken: set[str] = set()
    for scope, number in subjects:
        name = number if often[number] == 1 else f"{Path(scope).name}:{number}"
        plain, count = name, 1
        while name in taken:
            count += 1
            name = f"{plain}#{count}"
        taken.add(name)
        found[scope, number] = name
    return found
