"""What came of an import: for a reader, and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.cli import show
from medapp.formats.errors import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.patient import Rejected
    from medapp.library import ImportReport
    from medapp.services.records import RecordsImport

_SHOWN: Final = 20
_NAMED: Final = 8
_LONGEST: Final = 60
_ASKED: Final = "question"
_STRANGE: Final = "not-dicom"
"""Code of what is neither an image nor begins as any record does: a letter beside the data, a picture."""


def report(images: ImportReport, records: RecordsImport) -> dict[str, Any]:
    """All of it, for JSON."""
    read, refused, waits = _files(images, records)
    return {
        "files": images.files,
        "files_read": read,
        "files_not_read": refused,
        "files_waiting": waits,
        "series": len(images.series_keys),
        "counts": dict(sorted(records.counts.items())),
        "patients": list(records.persons),
        "refused": [
            *({"file": str(item.path), "place": "", "code": item.code, "reason": item.reason, "whole": True}
              for item in images.rejected),
            *({"file": file, "place": place, "code": code, "reason": reason,
               "whole": file in records.unread} for file, place, code, reason in records.refused),
        ],
        "doubtful": [list(pair) for pair in records.doubtful],
        "kept_apart": [{"files": files, "numbers": count} for files, count in records.apart],
        "without_unit": dict(records.unitless.most_common()),
        "encodings": dict(records.encodings),
        "waiting": [{"file": file.name, "path": file.shown or str(file.path), "kind": file.kind}
                    for file in records.waiting],
        "cancelled": records.cancelled,
    }  # fmt: skip


def refused_files(images: ImportReport, records: RecordsImport, named: Iterable[Path]) -> set[str]:
    """Files of which nothing was read though they are images or records, or were named themselves."""
    from medapp.services.records import NOTED

    roots = {str(path.absolute()) for path in named}
    found = {
        str(item.path)
        for item in images.rejected
        if not _is_nothing(item) and (item.code != _STRANGE or str(item.path.absolute()) in roots)
    }
    noted = NOTED | {_ASKED}
    return found | {
        file for file, _, code, _ in records.refused if file in records.unread and code not in noted
    }


def _is_nothing(item: Rejected) -> bool:
    """Whether it holds nothing that could be lost, as a table without a row; one of no bytes was cut."""
    return item.code == EMPTY and item.path.is_file() and item.path.stat().st_size > 0


def _files(images: ImportReport, records: RecordsImport) -> tuple[int, int, int]:
    """How many files were read, were not, and wait."""
    refused = len({str(item.path) for item in images.rejected} | records.unread)
    waits = len(records.waiting)
    return max(0, images.files - refused - waits), refused, waits


def tell(images: ImportReport, records: RecordsImport) -> None:
    """Print what was taken in, what was not and why, and how many files and patients that is."""
    rows = [("patients", len(records.persons)), ("series of images", len(images.series_keys))]
    # A person stands in the counts once for every source that names them: patients are counted above.
    rows += [(kind, count) for kind, count in sorted(records.counts.items()) if kind != "Person"]
    shown = [(what, str(count)) for what, count in rows if count]
    if shown:
        show.table(("what", "taken in"), shown)
    for item in images.rejected:
        show.remark(f"not read: {item.path}: {item.reason}")
    _tell_refused(records)
    if records.doubtful:
        count = len({key for pair in records.doubtful for key in pair})
        show.remark(
            f"{count} records share a number of one issuer with another and differ in name, birth date "
            "or sex: they are kept apart until a person says who is who; `medapp import --questions` "
            "tells which"
        )
    for tables, count in records.apart:
        show.remark(
            f"kept apart: {count} patients' numbers stand in more than one of {', '.join(tables)}; each "
            "table has patients of its own. Import them together with --same-numbers where they are the same"
        )
    for file, encoding in records.encodings.items():
        show.remark(
            f"{file} is not in UTF-8 and was read as {encoding}; where words look wrong, say another "
            "encoding in the mapping"
        )
    _tell_units(records)
    read, refused, waits = _files(images, records)
    parts = [f"{read} read"]
    parts += [f"{refused} not read"] if refused else []
    parts += [f"{waits} {'waits' if waits == 1 else 'wait'} for an answer"] if waits else []
    files = "1 file" if images.files == 1 else f"{images.files} files"
    patients = "1 patient" if len(records.persons) == 1 else f"{len(records.persons)} patients"
    show.remark(f"{files}: {', '.join(parts)}; {patients}")


def _tell_refused(records: RecordsImport) -> None:
    from medapp.services.records import NOTED, refusals_first, told_of

    told = [one for one in records.refused if one[2] != _ASKED]  # what is asked stands with its table
    # Every file that was not read is named, as those are that are no images; of the rest, the first.
    whole = {one[0]: one for one in reversed(told) if one[0] in records.unread and one[2] not in NOTED}
    parts = [one for one in refusals_first(told, records.unread) if one[0] not in whole]
    for one in [*reversed(whole.values()), *parts[:_SHOWN]]:
        file, place, _, reason = one
        quote = records.quotes.get((file, place, reason), "")
        show.remark(f"{told_of(one, records.unread)}{_quoted(quote)}")
    if len(parts) > _SHOWN:
        show.remark(f"and {len(parts) - _SHOWN} more; --json tells all")


def _quoted(text: str) -> str:
    """What is written there, for whoever imports the file: on the terminal alone, never in JSON or a log."""
    flat = " ".join(text.split())
    return f" (it says “{flat if len(flat) <= _LONGEST else f'{flat[:_LONGEST]}…'}”)" if flat else ""


def _tell_units(records: RecordsImport) -> None:
    total = sum(records.unitless.values())
    if not total:
        return
    named = [f"{name} ({count})" for name, count in records.unitless.most_common(_NAMED)]
    more = len(records.unitless) - len(named)
    rest = f" and {more} more" if more > 0 else ""
    show.remark(
        f"{total} values have no unit: {', '.join(named)}{rest}. A mapping says it: unit of a column, units "
        "of its names"
    )
