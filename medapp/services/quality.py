"""What is wrong with the records and tables under a path; nothing is stored and nothing is changed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.domain.record import Refusal
from medapp.services.learning_sources import sources_under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from medapp.formats.recognise import RecordFile
    from medapp.formats.tables import Mapping
    from medapp.knowledge.quality import QualityReport


@dataclass(frozen=True)
class QualityOfPaths:
    """What was found.

    Attributes:
        files: Number of files read, by kind.
        refused: File, place, code and reason of what could not be read.
        questions: What a person would have to answer about tables; the columns were looked at without it.
        encodings: Tables that are not in UTF-8, with the encoding that was taken for theirs.
        unread: Files of which nothing was read.
    """

    report: QualityReport
    files: dict[str, int]
    refused: tuple[tuple[str, str, str, str], ...]
    questions: tuple[tuple[str, str], ...]
    encodings: tuple[tuple[str, str], ...] = ()
    unread: frozenset[str] = frozenset()

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
            "encodings": [{"file": file, "encoding": encoding} for file, encoding in self.encodings],
        }


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
    from medapp.knowledge.quality import Audit

    def confirmed(file: RecordFile) -> tuple[Mapping, bool] | None:
        mapping = (mappings or {}).get(file.path)
        return (mapping, True) if mapping is not None else None

    audit = Audit()
    with tempfile.TemporaryDirectory() as scratch:
        sources = sources_under(
            paths, Path(scratch), confirmed=confirmed, join_tables=True, cancelled=cancelled
        )
        refused = []
        read: set[str] = set()
        for source in sources.found:
            if source.titles is not None:
                audit.expect(source.name, source.titles)
            for item in source.items():
                if isinstance(item, Refusal):
                    refused.append((item.source.file, item.source.place, item.code, item.reason))
                else:
                    read.add(item.source.file)
                    audit.add(item, source.scope)
    return QualityOfPaths(
        audit.report(today),
        dict(sources.files),
        (*refused, *sources.refused),
        tuple(sources.questions),
        tuple(sources.encodings),
        frozenset(file for file, *_ in (*refused, *sources.refused)) - read,
    )
