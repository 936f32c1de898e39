"""What is wrong with the records and tables under a path; nothing is stored and nothing is changed."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.record import Refusal
from medapp.formats.errors import UnreadableError
from medapp.formats.recognise import RecordFile, read, recognise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from medapp.domain.record import Item
    from medapp.formats.tables import Mapping
    from medapp.knowledge.quality import Audit, QualityReport

_OWN_SCOPE: Final = frozenset({"ccda", "phenopacket"})
"""Formats whose files number their patients each by itself."""
_OF_A_VALUE: Final = frozenset({"value", "words", "age", "outcome"})


@dataclass(frozen=True)
class QualityOfPaths:
    """What was found.

    Attributes:
        files: Number of files read, by kind.
        refused: File, place, code and reason of what could not be read.
        questions: What a person would have to answer about tables; the columns were looked at without it.
    """

    report: QualityReport
    files: dict[str, int]
    refused: tuple[tuple[str, str, str, str], ...]
    questions: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "files": self.files,
            **self.report.to_dict(),
            "refused": [
                {"file": file, "place": place, "code": code, "reason": reason}
                for file, place, code, reason in self.refused
            ],
            "questions": [{"file": file, "question": question} for file, question in self.questions],
        }


@dataclass
class _Found:
    """What is gathered on the way."""

    audit: Audit
    files: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    cancelled: Callable[[], bool] | None = None

    def take(self, items: Iterable[Item], scope: str) -> None:
        for item in items:
            if isinstance(item, Refusal):
                self.refused.append((item.source.file, item.source.place, item.code, item.reason))
            else:
                self.audit.add(item, scope)


def check_quality(
    paths: Iterable[Path],
    *,
    today: date | None = None,
    mappings: dict[Path, Mapping] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> QualityOfPaths:
    """Look for duplicates, missing values, outliers, unit mismatches, wrong dates and contradictions.

    Args:
        paths: Files, folders and archives with records of any kind, and tables.
        today: For dates that are yet to come.
        mappings: What a person has confirmed of tables; others are looked at by what is proposed.
        cancelled: Asked now and then.
    """
    from medapp.formats.dicom.scan import scan
    from medapp.knowledge.quality import Audit

    found = _Found(Audit(), cancelled=cancelled)
    omop: dict[Path, None] = {}
    tables: list[RecordFile] = []
    with tempfile.TemporaryDirectory() as scratch:
        files = scan(paths, scratch=Path(scratch), recognise=_any_record, cancelled=cancelled)
        for file in files:
            if not isinstance(file, RecordFile) or file.kind in {"vcf", "dicom"}:
                continue
            found.files[file.kind] += 1
            if file.kind == "omop":
                omop[file.path.parent] = None
            elif file.kind == "table":
                tables.append(file)
            else:
                place = file.path if file.kind in _OWN_SCOPE else file.path.parent
                found.take(read(file, cancelled), f"{file.kind} {place}")
        for file in tables:
            if file.path.parent not in omop:  # beside OMOP's tables lie those of its vocabulary
                _take_table(found, file, (mappings or {}).get(file.path))
        for folder in omop:
            _take_omop(found, folder)
    return QualityOfPaths(
        found.audit.report(today), dict(found.files), tuple(found.refused), tuple(found.questions)
    )


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


def _take_omop(found: _Found, folder: Path) -> None:
    from medapp.formats import omop

    found.take(omop.read(folder, folder.name, cancelled=found.cancelled), str(folder))


def _take_table(found: _Found, file: RecordFile, confirmed: Mapping | None) -> None:
    from medapp.formats import tables

    try:
        mapping = confirmed or tables.propose(file.path, file.name)
    except (UnreadableError, OSError) as error:
        code = error.code if isinstance(error, UnreadableError) else "malformed"
        reason = error.reason if isinstance(error, UnreadableError) else "the file cannot be opened"
        found.refused.append((file.name, "", code, reason))
        return
    found.questions += [(file.name, question) for question in mapping.questions]
    mapping = _without_questions(mapping)
    if mapping.content == "wide":
        titles = (column.header for column in mapping.columns if column.role in _OF_A_VALUE)
        found.audit.expect(file.name, titles)
    items: Iterator[Item] = tables.read(file.path, mapping, file.name, cancelled=found.cancelled)
    found.take(items, str(file.path.parent))


def _without_questions(mapping: Mapping) -> Mapping:
    """A mapping that leaves out what has to be answered first, to look at the rest."""
    for column in mapping.columns:
        if not column.question:
            continue
        is_number = column.role == "sex" and column.kind == "number" and mapping.content == "wide"
        mapping = mapping.with_column(column.header, role="value" if is_number else "ignore")
    return mapping
