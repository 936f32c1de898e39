"""Where an entry came from: the file on this machine, and the very text that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.formats.errors import UnreadableError
from medapp.library.keys import RECORD_ONLY

if TYPE_CHECKING:
    from medapp.domain.record import Entry
    from medapp.library import Library


@dataclass(frozen=True)
class SourceText:
    """What there is to show.

    Attributes:
        path: Of the file; empty where it is not known, with ``!member`` for a member of an archive.
        text: What stands at the place; empty with a `problem`.
        problem: Why there is no text.
    """

    path: str
    text: str = ""
    problem: str = ""


def source_text(library: Library, patient_key: str, entry: Entry) -> SourceText:
    """Read what an entry was read from; takes long enough to be called in a thread."""
    from medapp.formats.excerpt import excerpt

    if entry.source.format == "dicom":
        return SourceText("", problem="it is known from the headers of the images")
    path = library.records.source_path(_keys(library, patient_key), entry)
    if not path:
        return SourceText("", problem="the library does not know its file any more")
    if "!" in path and not Path(path).exists():
        return SourceText(path, problem="it lies inside of an archive, which is not opened for this")
    file = Path(path)
    # Tables of OMOP are one source, the folder.
    if file.is_dir():
        file = file / entry.source.file.replace("\\", "/").rpartition("/")[2]
    try:
        text = excerpt(file, entry.source.format, entry.source.place)
    except UnreadableError as error:
        return SourceText(str(file), problem=error.reason)
    except OSError as error:
        return SourceText(str(file), problem=(error.strerror or str(error)).lower())
    if not text:
        return SourceText(str(file), problem="the file does not hold it any more where it was read")
    return SourceText(str(file), text)


def _keys(library: Library, patient_key: str) -> list[str]:
    if patient_key.startswith(RECORD_ONLY):
        return [patient_key.removeprefix(RECORD_ONLY)]
    matches = library.records.matches(patient=patient_key)
    return [match.person for match in matches if match.verdict == "same"]
