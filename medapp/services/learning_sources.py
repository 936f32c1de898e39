"""Records and tables under paths, one source after the other, to be read as often as is needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import UnreadableError
from medapp.formats.recognise import RecordFile, read, recognise
from medapp.services.relative_times import offset_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.formats.tables import Mapping
    from medapp.services.relative_times import Offset

_OWN_SCOPE: Final = frozenset({"ccda", "phenopacket"})
"""Formats whose files number their patients each by itself."""
_OF_A_VALUE: Final = frozenset({"value", "words", "age", "outcome"})


@dataclass(frozen=True)
class LearningSource:
    """What is read in one step: a file, or a folder of tables that belong together.

    Attributes:
        name: For the reader, as entries name it.
        scope: Inside of what the number of a patient is one patient.
        titles: Variables of a table with one row a patient; None for anything else.
        items: Reads it.
        offset: Of a table that counts its times from an event.
    """

    name: str
    scope: str
    titles: tuple[str, ...] | None
    items: Callable[[], Iterator[Item]]
    offset: Offset | None = None


@dataclass
class LearningSources:
    """What lies under paths.

    Attributes:
        files: Number of files, by kind.
        refused: File, place, code and reason of tables that cannot be read.
        questions: What a person would have to answer about tables; they are read without those columns.
        unconfirmed: Tables of which nobody has confirmed what their columns mean.
        encodings: Tables that are not in UTF-8, with the encoding that was taken for theirs, in words.
    """

    found: list[LearningSource] = field(default_factory=list)
    files: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    encodings: list[tuple[str, str]] = field(default_factory=list)


def sources_under(
    paths: Iterable[Path],
    scratch: Path,
    *,
    confirmed: Callable[[RecordFile], tuple[Mapping, bool] | None] | None = None,
    join_tables: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> LearningSources:
    """Recognise what can be read under paths.

    Args:
        paths: Files, folders and archives with records of any kind, and tables.
        scratch: Where archives are unpacked; has to stay as long as the sources are read.
        confirmed: What a person has confirmed of a table, and whether its numbers are the same patients in
            all tables of the folder; others are read by what is proposed.
        join_tables: Whether a number is taken for the same patient in all tables of a folder. Without that it
            is so only in layouts that are known, and where a person has said so.
        cancelled: Asked now and then.
    """
    from medapp.formats.dicom.scan import scan

    made = LearningSources()
    omop: dict[Path, None] = {}
    tables: list[RecordFile] = []
    for file in scan(paths, scratch=scratch, recognise=_any_record, cancelled=cancelled):
        if not isinstance(file, RecordFile) or file.kind in {"vcf", "dicom"}:
            continue
        made.files[file.kind] += 1
        if file.kind == "omop":
            omop[file.path.parent] = None
        elif file.kind == "table":
            tables.append(file)
        else:
            made.found.append(_of_file(file, cancelled))
    for file in tables:
        if file.path.parent not in omop:  # beside OMOP's tables lie those of its vocabulary
            _add_table(made, file, confirmed(file) if confirmed else None, join=join_tables, stop=cancelled)
    made.found += [_of_omop(folder, cancelled) for folder in omop]
    return made


def _any_record(path: Path) -> RecordFile | None:
    """A record, else a table with a row of words at its start."""
    from medapp.formats.tables import looks_like
    from medapp.formats.tables.delimited import head_of

    known = recognise(path)
    if known is not None:
        return known
    try:
        return RecordFile(path, "table") if looks_like(head_of(path)) else None
    except UnreadableError:
        return None


def _of_file(file: RecordFile, cancelled: Callable[[], bool] | None) -> LearningSource:
    place = file.path if file.kind in _OWN_SCOPE else file.path.parent
    return LearningSource(file.name, f"{file.kind} {place}", None, lambda: read(file, cancelled))


def _of_omop(folder: Path, cancelled: Callable[[], bool] | None) -> LearningSource:
    def items() -> Iterator[Item]:
        from medapp.formats import omop

        return iter(omop.read(folder, folder.name, cancelled=cancelled))

    return LearningSource(folder.name, str(folder), None, items)


def _add_table(
    made: LearningSources,
    file: RecordFile,
    said: tuple[Mapping, bool] | None,
    *,
    join: bool,
    stop: Callable[[], bool] | None,
) -> None:
    from medapp.formats import tables
    from medapp.formats.tables.encodings import words
    from medapp.services.tables import scope_of

    try:
        mapping = said[0] if said is not None else tables.propose(file.path, file.name)
    except (UnreadableError, OSError) as error:
        code = error.code if isinstance(error, UnreadableError) else "malformed"
        reason = error.reason if isinstance(error, UnreadableError) else "the file cannot be opened"
        made.refused.append((file.name, "", code, reason))
        return
    made.questions += [(file.name, question) for question in mapping.questions]
    if words(mapping.encoding):
        made.encodings.append((file.name, words(mapping.encoding)))
    if said is None:
        made.unconfirmed.append(file.name)
    shared = said[1] if said is not None else bool(mapping.layout)
    scope = str(file.path.parent) if join else scope_of(file, mapping, shared=shared) or f"table {file.path}"
    mapping = without_questions(mapping)
    titles = None
    if mapping.content == "wide":
        titles = tuple(column.header for column in mapping.columns if column.role in _OF_A_VALUE)
    final = mapping

    def items() -> Iterator[Item]:
        return iter(tables.read(file.path, final, file.name, cancelled=stop))

    made.found.append(LearningSource(file.name, scope, titles, items, offset_of(final)))


def without_questions(mapping: Mapping) -> Mapping:
    """A mapping that leaves out what has to be answered first, to look at the rest."""
    for column in mapping.columns:
        if not column.question:
            continue
        is_number = column.role == "sex" and column.kind == "number" and mapping.content == "wide"
        mapping = mapping.with_column(column.header, role="value" if is_number else "ignore")
    return mapping
