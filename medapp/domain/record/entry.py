"""One fact of a record, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medapp.domain.record.clinical import Content
    from medapp.domain.record.time import Since, When

Format = Literal["dicom", "fhir", "hl7v2", "ccda", "omop", "table", "phenopacket", "vcf"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from.

    Attributes:
        file: Name of the file inside what was imported, with ``!member`` for a member of an archive.
        format: What it was read as.
        place: The resource (``Observation/17``), segment (``OBX[3]``), element (XPath) or row.
    """

    file: str
    format: Format
    place: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact about one person.

    Attributes:
        id: Stable in its source: reading the same file again gives the same.
        subject: `Person.subject` of the same source.
        source: Where it came from.
        content: What it says.
        encounter: `id` of the encounter it belongs to; empty where there is none.
        recorded: When it was written down, as distinct from when it holds.
        since: When it was, counted from an event, where the source says no date.
    """

    id: str
    subject: str
    source: Source
    content: Content
    encounter: str = ""
    recorded: When | None = None
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that could not be read; the rest of the file may still be.

    Attributes:
        code: Stable word: ``malformed``, ``version``, ``entity``, ``too-large``, ``encoding``,
            ``no-subject``, ``invalid``, ``unknown-kind``, ``unsupported``.
        reason: A sentence for the reader, with the place and without patient data.
        whole: Whether nothing of the file was read.
        quote: What is written there, where that helps: patient data. It is shown once to whom imports the
            file, and kept nowhere.
    """

    source: Source
    code: str
    reason: str
    whole: bool = False
    quote: str = field(default="", repr=False)
