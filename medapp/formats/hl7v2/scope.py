"""What is known while the segments of a message are read in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Item, Refusal, Source

if TYPE_CHECKING:
    from medapp.domain.record import Immunization, Medication, Note, Observation, Report, When
    from medapp.domain.record.clinical import Content
    from medapp.formats.hl7v2.segments import Segment

MALFORMED = "malformed"


@dataclass(slots=True)
class Order:
    """The last ORC or OBR: what the segments after it stand below."""

    control: str = ""
    status: str = ""
    entered: When | None = None
    start: When | None = None


@dataclass(slots=True)
class Dose:
    """A medicine or vaccine that RXR and TQ1 may still add to."""

    place: str
    content: Medication | Immunization
    recorded: When | None = None


@dataclass(slots=True)
class Open:
    """Entries that later segments may still add to."""

    observation: tuple[str, Observation] | None = None
    report: tuple[str, Report] | None = None
    results: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    medication: Dose | None = None
    note: tuple[str, Note] | None = None
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Scope:
    """State of one message.

    Attributes:
        file: Name of the file.
        number: Of the message in the file, from 1.
        kind: MSH-9 code (``ADT``), `trigger` its event (``A01``).
        subject: Of the person that is spoken of; empty before the first PID.
        specimen: In words, of the last OBR or SPM; `specimen_of_group` of one before its OBRs.
        category: Of the last OBR.
        waiting: What was said before the PID.
        found: What the message yields, in its order.
    """

    file: str
    number: int
    kind: str = ""
    trigger: str = ""
    subject: str = ""
    encounter: str = ""
    specimen: str = ""
    specimen_of_group: str = ""
    category: str = ""
    effective: tuple[When | None, When | None] = (None, None)
    order: Order = field(default_factory=Order)
    open: Open = field(default_factory=Open)
    waiting: list[tuple[str, Content]] = field(default_factory=list)
    found: list[Item] = field(default_factory=list)
    without_subject: bool = False

    @property
    def name(self) -> str:
        """The message in words, without patient data."""
        event = f"{self.kind}^{self.trigger}" if self.trigger else self.kind
        return f"message {self.number} ({event})" if event else f"message {self.number}"

    def source(self, place: str) -> Source:
        """Where a segment lies."""
        return Source(self.file, "hl7v2", f"message {self.number} {place}")

    def add(
        self, place: str, content: Content, *, recorded: When | None = None, encounter: str | None = None
    ) -> str:
        """Keep an entry; its id."""
        name = f"{self.number}/{place}"
        if not self.subject:
            self.without_subject = True
            return name
        visit = self.encounter if encounter is None else encounter
        self.found.append(Entry(name, self.subject, self.source(place), content, visit, recorded))
        return name

    def refuse(self, code: str, reason: str, place: str, quote: str = "") -> None:
        """Say what of the message could not be read."""
        where = f"{self.name} {place}"
        source = Source(self.file, "hl7v2", where)
        self.found.append(Refusal(source, code, f"{where}: {reason}", quote=quote))

    def check_date(self, segment: Segment, *numbers: int) -> None:
        """Say where a field that should be a moment is none."""
        from medapp.formats.hl7v2.types import moment

        for number in numbers:
            text = segment.text(number)
            if text and moment(text) is None:
                reason = f"field {number} is no date and is left out"
                self.refuse("invalid", reason, segment.place, text)
