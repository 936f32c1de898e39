"""What kind of record a file holds, by its content and never by its name; and its reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import UnreadableError
from medapp.formats.stream import start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.domain.record.entry import Format

_HEAD: Final = 1 << 16


@dataclass(frozen=True)
class RecordFile:
    """A file that holds something of a record.

    Attributes:
        path: The file; for a member of an archive the unpacked one.
        kind: What it is read as.
        shown: Its name for the reader, with ``!member`` for a member of an archive.
    """

    path: Path
    kind: Format
    shown: str = ""

    @property
    def name(self) -> str:
        """Its name for the reader."""
        return self.shown or self.path.name


def recognise(path: Path) -> RecordFile | None:
    """A file as a part of a record; None where it is none.

    Raises:
        OSError: Where it cannot be read.
    """
    try:
        kind = kind_of(start_of(path, _HEAD))
    except UnreadableError:
        return None
    return RecordFile(path, kind) if kind else None


def recognise_or_refuse(path: Path) -> RecordFile | None:
    """The same; a text that looks like part of a record and is none is refused with what is wrong.

    Raises:
        OSError: Where it cannot be read.
        UnreadableError: Where it looks like part of a record that cannot be read.
    """
    head = start_of(path, _HEAD)
    kind = kind_of(head)
    if kind:
        return RecordFile(path, kind)
    from medapp.formats.unrecognised import why

    wrong = why(head)
    if wrong is not None:
        raise wrong
    return None


def kind_of(head: bytes) -> Format | None:
    """What content that starts so is read as; None where it is no record."""
    from medapp.formats import ccda, fhir, hl7v2, phenopackets, vcf
    from medapp.formats.omop.layout import looks_like as is_omop
    from medapp.formats.recognise_table import is_table

    kinds: tuple[tuple[Format, Callable[[bytes], bool]], ...] = (
        ("fhir", fhir.looks_like),
        ("phenopacket", phenopackets.looks_like),
        ("hl7v2", hl7v2.looks_like),
        ("ccda", ccda.looks_like),
        ("vcf", vcf.looks_like),
        ("omop", lambda start: is_omop(("",), (start,))),
        ("table", is_table),
    )
    return next((kind for kind, looks_like in kinds if looks_like(head)), None)


def read(
    file: RecordFile,
    cancelled: Callable[[], bool] | None = None,
    *,
    progress: Callable[[float], None] | None = None,
    strict: bool = False,
) -> Iterator[Item]:
    """All that a file says that needs no answer first: a table is read with a mapping, a VCF by its sample.

    Args:
        file: Of a kind that is read alone.
        cancelled: Asked now and then; reading ends where it says so.
        progress: Told then which share of the file is read, 0 to 1.
        strict: Whether resources of FHIR that do not conform to R4B are refused.

    Raises:
        ValueError: Where it is of such a kind.
    """
    from medapp.formats import ccda, fhir, hl7v2, phenopackets

    if file.kind == "fhir":
        return fhir.read(file.path, file.name, cancelled=cancelled, progress=progress, strict=strict)
    readers = {"phenopacket": phenopackets.read, "hl7v2": hl7v2.read, "ccda": ccda.read}
    if file.kind not in readers:
        message = f"{file.kind} is not read alone"
        raise ValueError(message)
    return readers[file.kind](file.path, file.name, cancelled=cancelled, progress=progress)
