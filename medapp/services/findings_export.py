"""Write an answer into a folder: JSON, heat maps, CSV, a sheet as PDF, and FHIR of what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.patient import Patient
from medapp.services.findings_fhir import Subject

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.library import Library
    from medapp.services.inbox import InboxItem

TABLE: Final = "findings.csv"
SHEET: Final = "findings.pdf"
FHIR: Final = "findings.fhir.json"


@dataclass(frozen=True)
class ExportedAnswer:
    """Where the files lie.

    Attributes:
        fhir: None where nothing of the answer was accepted or corrected.
        heat_maps: float32 (slices, rows, columns) on the grid of the series, from 0 to 1.
    """

    folder: Path
    report: Path
    table: Path
    sheet: Path
    fhir: Path | None
    heat_maps: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        found = (self.report, self.table, self.sheet, self.fhir, *self.heat_maps)
        return tuple(path for path in found if path is not None)


def subject_of(library: Library, item: InboxItem) -> Subject:
    """Whom an answer is about, as images or record name them, and its images where the library has them."""
    from medapp.library.keys import RECORD_ONLY
    from medapp.services.library_list import identity_of

    series = None
    if item.entry.series_key:
        try:
            series = library.series(item.entry.series_key)
        except KeyError:
            series = None
    if series is not None:
        return Subject(series.study.patient, series)
    key = item.entry.patient
    if key.startswith(RECORD_ONLY):
        person = library.records.listed(key.removeprefix(RECORD_ONLY))
        return Subject(Patient() if person is None else identity_of(person))
    return Subject(next((one.patient for one in library.patients() if one.key == key), Patient()))


def folder_name(item: InboxItem) -> str:
    """A folder for an answer: task and moment; two answers of one task do not lie in the same."""
    moment = "".join(one for one in item.entry.created[:19] if one.isalnum())
    name = "".join(one if one.isalnum() or one in "._-" else "_" for one in item.entry.task).strip(".")
    return "-".join(part for part in (name or "answer", moment, item.entry.id[:8]) if part)


def export_answer(item: InboxItem, subject: Subject, parent: Path) -> ExportedAnswer:
    """Write an answer with what was decided on it into a folder of its own below `parent`.

    An earlier export of the same answer is replaced.

    Raises:
        OSError: Where it cannot be written.
    """
    import numpy as np

    from medapp.services.csv_out import write_csv
    from medapp.services.findings_fhir import bundle_of
    from medapp.services.findings_file import REPORT, heat_name
    from medapp.services.findings_pdf import write_sheet
    from medapp.services.findings_table import COLUMNS, decisions_report, finding_row
    from medapp.services.result_file import write_report

    folder = parent / folder_name(item)
    folder.mkdir(parents=True, exist_ok=True)
    write_report(folder / REPORT, {**item.report, "decisions": decisions_report(item)})
    maps = []
    for number, one in enumerate(item.result.heat_maps):
        np.save(folder / heat_name(number), np.asarray(one.array))
        maps.append(folder / heat_name(number))
    write_csv(folder / TABLE, COLUMNS, (finding_row(item, one) for one in item.result.findings))
    write_sheet(folder / SHEET, item, subject)
    bundle = bundle_of(item, subject)
    fhir = None if bundle is None else folder / FHIR
    if fhir is not None and bundle is not None:
        write_report(fhir, bundle)
    else:
        (folder / FHIR).unlink(missing_ok=True)  # of an earlier export: it was accepted then
    return ExportedAnswer(folder, folder / REPORT, folder / TABLE, folder / SHEET, fhir, tuple(maps))
