"""Everything that lies under some paths, grouped into series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.patient import Rejected, Series
from medapp.formats.dicom.grouping import Grouper
from medapp.formats.dicom.scan import scan
from medapp.formats.recognise import RecordFile, recognise_or_refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Collection:
    """What was found.

    Attributes:
        files: Files looked at, members of archives among them.
        records: Files that hold something of a record.
    """

    series: tuple[Series, ...]
    rejected: tuple[Rejected, ...]
    files: int
    records: tuple[RecordFile, ...] = ()


def collect(
    paths: Iterable[Path],
    *,
    scratch: Path | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    grouper: Grouper | None = None,
) -> Collection:
    """Scan and group. Arguments as of `medapp.formats.dicom.scan.scan`; `grouper` may hold files already."""
    grouper = grouper or Grouper()
    volumes: list[Series] = []
    rejected: list[Rejected] = []
    records: list[RecordFile] = []
    files = 0

    def count(done: int) -> None:
        nonlocal files
        files = done
        if progress is not None:
            progress(done)

    for found in scan(
        paths, scratch=scratch, progress=count, cancelled=cancelled, recognise=recognise_or_refuse
    ):
        if isinstance(found, Rejected):
            rejected.append(found)
        elif isinstance(found, RecordFile):
            records.append(found)
        elif isinstance(found, Series):
            volumes.append(found)
        else:
            grouper.add(found)
    return Collection((*grouper.series(), *volumes), tuple(rejected), files, tuple(records))
