"""Bring records into the library: each file in one step, whole or not at all, and tell what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.formats.recognise import RecordFile, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.library import Library

_ANSWER_FIRST = ("table", "vcf")


@dataclass
class RecordsImport:
    """What came of all files.

    Attributes:
        counts: Persons and entries by kind.
        refused: File, place, code and reason of what was not read.
        persons: Keys of whom they spoke of.
        doubtful: Pairs of keys that share a number and contradict each other.
        waiting: Files that a person has to say something of first: tables, genomes.
    """

    files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    persons: dict[str, None] = field(default_factory=dict)
    doubtful: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[RecordFile] = field(default_factory=list)
    cancelled: bool = False


def import_records(
    library: Library,
    files: Sequence[RecordFile],
    progress: Callable[[int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RecordsImport:
    """Read files that were recognised as parts of records.

    Args:
        library: Where they go.
        files: What a scan has found.
        progress: Told the number of files done and the name of the next.
        cancelled: Asked before every file and while one is read, which is then left out.
    """
    done = RecordsImport()
    for source in _sources(files):
        if cancelled is not None and cancelled():
            done.cancelled = True
            break
        if progress is not None:
            progress(done.files, source.name)
        if source.kind in _ANSWER_FIRST:
            done.waiting += source.files
        else:
            _put(library, source, done, cancelled)
        done.files += len(source.files)
    return done


@dataclass(frozen=True)
class _Source:
    """What is read in one step: a file, or a folder of tables that belong together."""

    path: Path
    name: str
    kind: str
    files: tuple[RecordFile, ...]

    @property
    def scope(self) -> str:
        """Inside of what one name is one person: the ids of FHIR are those of a server."""
        return str(self.path.parent) if self.kind == "fhir" else ""

    def items(self, cancelled: Callable[[], bool] | None) -> Iterator[Item]:
        if self.kind == "omop":
            from medapp.formats import omop

            return omop.read(self.path, self.name, cancelled=cancelled)
        return read(self.files[0], cancelled)


def _sources(files: Iterable[RecordFile]) -> list[_Source]:
    tables: dict[Path, list[RecordFile]] = {}
    found = []
    for file in files:
        if file.kind == "omop":
            tables.setdefault(file.path.parent, []).append(file)
        else:
            found.append(_Source(file.path, file.name, file.kind, (file,)))
    return found + [_Source(path, path.name, "omop", tuple(inner)) for path, inner in tables.items()]


class _StoppedError(Exception):
    """Takes back what the library has of the file that is being read."""


def _put(
    library: Library, source: _Source, done: RecordsImport, cancelled: Callable[[], bool] | None
) -> None:
    identity = (str(source.path), source.name, source.kind)
    put_source(library, identity, source.items(cancelled), done, scope=source.scope, cancelled=cancelled)


def put_source(
    library: Library,
    identity: tuple[str, str, str],
    items: Iterable[Item],
    done: RecordsImport,
    *,
    scope: str = "",
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write all that one source says, or nothing of it where that is cancelled.

    Args:
        library: Where it goes.
        identity: Path of the source, its name for the reader, and what it is read as.
        items: What its reader yields.
        done: Told what came of it.
        scope: Inside of what names of subjects are the same person; by default the source.
        cancelled: Asked once all is read.
    """
    path, name, kind = identity

    def all_items() -> Iterator[Item]:
        yield from items
        if cancelled is not None and cancelled():
            raise _StoppedError

    try:
        report = library.records.put(path, kind, all_items(), scope=scope)
    except _StoppedError:
        done.cancelled = True
        return
    done.counts += report.counts
    done.refused += [(name, *rest) for rest in report.refused]
    done.persons.update(dict.fromkeys(report.persons))
    done.doubtful += report.doubtful


def place_beside(place: str, reason: str) -> str:
    """The place of what was left out; empty where the reason names it already."""
    return "" if place and reason.startswith(place) else place
