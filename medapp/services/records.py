"""Bring records into the library: each file in one step, whole or not at all, and tell what came of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from medapp.domain.record import Refusal
from medapp.library.codec import clean
from medapp.services.import_sources import Options, sources_of
from medapp.services.reading_items import ReaderFailedError, StoppedError, guarded
from medapp.services.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from medapp.domain.record import Item
    from medapp.formats.recognise import RecordFile
    from medapp.library import Library
    from medapp.services.import_sources import RecordSource

_MARKS = re.compile(r"[^0-9a-z]+")
_ANSWER_FIRST = ("table", "vcf")
NOTED = frozenset({"incomplete", "unread", "replaced"})
"""Codes of what is told of something that was read, or of what is never read: nothing was refused."""


@dataclass
class RecordsImport:
    """What came of all files.

    Attributes:
        files: How many were read whole, or wait.
        counts: Persons and entries by kind.
        refused: Path of the file, place, code and reason of what was not read.
        unread: Paths of files of which nothing was read.
        persons: Keys of whom they spoke of.
        doubtful: Pairs of keys that share a number and contradict each other.
        waiting: Files that a person has to say something of first: tables, genomes.
        cancelled: Whether the user ended it: of the file that was being read then nothing was kept.
        encodings: Of tables that are not in UTF-8, by path: the encoding that was taken for theirs, in words.
        quotes: What is written where something could not be read, by path, place and reason: for whom imports
            it, and never kept.
        unitless: Measured numbers without a unit in tables, by what was measured.
        apart: Tables with patients of their own though they share numbers, and how many numbers they share.
        by_answers: How many tables were read by answers that were given before.
        unreadable: Files of the same import that are neither images nor records that can be read: the library
            lists them beside what was refused of records.
    """

    files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    persons: dict[str, None] = field(default_factory=dict)
    doubtful: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[RecordFile] = field(default_factory=list)
    cancelled: bool = False
    encodings: dict[str, str] = field(default_factory=dict)
    quotes: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    unitless: Counter[str] = field(default_factory=Counter)
    apart: list[tuple[list[str], int]] = field(default_factory=list)
    by_answers: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Progress:
    """Whom to tell how far a reading is, and whom to ask whether it goes on.

    Attributes:
        told: Given the share that is done, 0 to 1, and what is being read in words. Must not raise.
        cancelled: Asked before every file and while one is read, which is then left out.
    """

    told: Callable[[float, str], None] = lambda _share, _what: None
    cancelled: Callable[[], bool] = lambda: False


def import_records(
    library: Library,
    files: Sequence[RecordFile],
    progress: Progress | None = None,
    *,
    strict: bool = False,
) -> RecordsImport:
    """Read files that were recognised as parts of records.

    Args:
        library: Where they go.
        files: What a scan has found.
        progress: Told how far it is, by the sizes of the files.
        strict: Whether resources of FHIR that do not conform to R4B are refused.
    """
    progress = progress or Progress()
    done = RecordsImport()
    sources = sources_of(files)
    steps = Steps(progress, [(source.title, source.size) for source in sources])
    for number, source in enumerate(sources):
        if progress.cancelled():
            done.cancelled = True
            break
        share = steps.share_of(number)
        share(0.0)
        options = Options(progress.cancelled, share, strict)
        if source.kind not in _ANSWER_FIRST:
            _put(library, source, done, options)
        elif source.kind != "vcf" or _is_valid(library, source, done, options):
            done.waiting += source.files
            wait_for(library, source.files)
        if done.cancelled:
            break
        done.files += len(source.files)
    return done


class Steps:
    """How far a reading of several things is, by how large each is."""

    def __init__(self, progress: Progress, things: Sequence[tuple[str, int]]) -> None:
        """Of things with their titles and sizes in bytes."""
        self._progress, self._things = progress, things
        self._ends = list(accumulate(size for _, size in things))

    def share_of(self, number: int) -> Callable[[float], None]:
        """What the reader of one thing calls with the share of it that is read."""
        title, size = self._things[number]
        before, whole = self._ends[number] - size, max(1, self._ends[-1])
        count = len(self._things)
        what = f"{title}, {number + 1} of {count}" if count > 1 else title

        def told(share: float) -> None:
            self._progress.told(min(1.0, (before + share * size) / whole), what)

        return told


def _is_valid(library: Library, source: RecordSource, done: RecordsImport, options: Options) -> bool:
    """Whether a VCF is one by its specification; what is none is refused, and whose it is not asked."""
    from medapp.services.genome_check import fault_of

    (file,) = source.files
    try:
        fault = fault_of(file, options)
    except StoppedError:
        done.cancelled = True
        return False
    if fault is None:
        # It may have been refused before it was mended.
        library.records.forget(source.path)
        return True
    library.questions.forget(source.path)
    put_source(library, (source.path, source.name, source.kind), [fault], done)
    return False


def _put(library: Library, source: RecordSource, done: RecordsImport, options: Options) -> None:
    identity = (source.path, source.name, source.kind)
    items = source.items(options)
    put_source(library, identity, items, done, scope=source.scope, cancelled=options.cancelled)


def put_source(
    library: Library,
    identity: tuple[str, str, str],
    items: Iterable[Item],
    done: RecordsImport,
    *,
    scope: str = "",
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write all that one source says, or nothing of it where that is cancelled or its reader fails.

    Args:
        library: Where it goes.
        identity: Path of the source, its name for the reader, and what it is read as.
        items: What its reader yields.
        done: Told what came of it.
        scope: Inside of what names of subjects are the same person; by default the source.
        cancelled: Asked once all is read, and till it is written.
    """
    path, _, kind = identity

    def go_on() -> None:
        if cancelled is not None and cancelled():
            raise StoppedError

    found = _quoting(guarded(items, identity, cancelled), path, done)
    try:
        report = library.records.put(path, kind, found, scope=scope, between=go_on)
    except StoppedError:
        done.cancelled = True
        return
    except ReaderFailedError as error:
        report = library.records.put(path, kind, [error.refusal], scope=scope)
    done.counts += report.counts
    done.refused += [(path, *rest) for rest in report.refused]
    if report.refused and not report.counts:
        done.unread.add(path)
    done.persons.update(dict.fromkeys(report.persons))
    done.doubtful += report.doubtful


def _quoting(items: Iterable[Item], path: str, done: RecordsImport) -> Iterator[Item]:
    """Hold what is written where something could not be read, till the end of the import."""
    for item in items:
        if isinstance(item, Refusal) and item.quote:
            done.quotes[path, clean(item.source.place), clean(item.reason)] = item.quote
        yield item


def told_of(refused: tuple[str, str, str, str], unread: Collection[str] = ()) -> str:
    """What became of a file, or of a part of it, as a line of text.

    Args:
        refused: File, place, code and reason.
        unread: Files of which nothing was read.
    """
    file, place, code, reason = refused
    beside = place_beside(place, reason)
    # Without a place it is of the whole file.
    whole = file in unread or not place
    title = "noted of" if code in NOTED else "not read:" if whole else "left out of"
    return f"{title} {file}: {f'{beside}: ' if beside else ''}{reason}"


def refusals_first(
    refused: Iterable[tuple[str, str, str, str]], unread: Collection[str] = ()
) -> list[tuple[str, str, str, str]]:
    """Files that were not read, then parts that were left out, then what is only noted.

    Of each reason the first in a file comes before the others of that kind, so that none is buried by many.

    Args:
        refused: File, place, code and reason of each.
        unread: Files of which nothing was read.
    """
    seen: set[tuple[str, str]] = set()

    def rank(one: tuple[str, str, str, str]) -> tuple[int, bool]:
        file, place, code, _ = one
        again = (file, code) in seen
        seen.add((file, code))
        return (2 if code in NOTED else 0 if file in unread or not place else 1, again)

    return sorted(refused, key=rank)


def place_beside(place: str, reason: str) -> str:
    """The place of what was left out; empty where the reason names it already."""
    return "" if _MARKS.sub("", place.casefold()) in _MARKS.sub("", reason.casefold()) else place
