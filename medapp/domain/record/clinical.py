"""What an entry says. Words of status are FHIR R4's, in lower case with hyphens; empty where not stated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from medapp.domain.record.coding import Concept, Quantity
from medapp.domain.record.time import Period, When


@dataclass(frozen=True, slots=True)
class CodedValue:
    """A value out of a list."""

    concept: Concept


Value = Quantity | CodedValue | str | bool | When | None
"""What an observation found; a number without any unit is a `Quantity` with an empty unit."""


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is usual; `text` as the source words it, `applies` for whom."""

    low: Quantity | None = None
    high: Quantity | None = None
    text: str = ""
    applies: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of an observation, such as the systolic of a blood pressure."""

    concept: Concept
    value: Value = None
    absent: str = ""
    flags: tuple[str, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """A measurement or finding.

    Attributes:
        category: ``laboratory``, ``vital-signs``, ``social-history``, ``survey``, ``imaging``,
            ``genomics``, ...; empty where not stated.
        effective: The moment it holds for (specimen taken), else when it was issued.
        flags: HL7 table 0078 / v3 ObservationInterpretation: ``H``, ``L``, ``HH``, ``A``, ``N`` ...
        absent: Why there is no value (FHIR data-absent-reason).
        specimen: What was measured.
        members: Ids of the observations of a panel.
    """

    concept: Concept
    status: str = ""
    category: str = ""
    effective: Period = field(default_factory=Period)
    value: Value = None
    absent: str = ""
    flags: tuple[str, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()
    components: tuple[Component, ...] = ()
    specimen: str = ""
    method: str = ""
    body_site: str = ""
    comment: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition, diagnosis or phenotype.

    Attributes:
        category: ``problem-list-item``, ``encounter-diagnosis``, ``health-concern``, ``phenotype``.
        status: Clinical: ``active``, ``recurrence``, ``inactive``, ``remission``, ``resolved``.
        certainty: Verification: ``confirmed``, ``provisional``, ``refuted``, ``entered-in-error`` ...;
            a phenotype that was looked for and not found is ``refuted``.
        onset: From when to when; `end` is the abatement.
    """

    concept: Concept
    category: str = ""
    status: str = ""
    certainty: str = ""
    severity: str = ""
    onset: Period = field(default_factory=Period)
    body_site: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine that was ordered, dispensed, given or is said to be taken.

    Attributes:
        kind: Which of these; only ``administration`` says that it went into the patient.
        intent: Of a request: ``order``, ``proposal`` ...; ``do-not-perform`` where it forbids the medicine.
        dose: Amount each time.
        frequency: In words or as written (``BID``, ``every 8 h``).
        instruction: The whole dosage text as written.
    """

    concept: Concept
    kind: Literal["request", "dispense", "administration", "statement"]
    status: str = ""
    intent: str = ""
    taken: Period = field(default_factory=Period)
    dose: Quantity | None = None
    route: str = ""
    frequency: str = ""
    instruction: str = ""
    as_needed: bool | None = None
    reason: Concept = field(default_factory=Concept)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What happened at an exposure; severity ``mild``, ``moderate``, ``severe``."""

    manifestations: tuple[Concept, ...] = ()
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance.

    Attributes:
        category: ``food``, ``medication``, ``environment``, ``biologic``.
        criticality: ``low``, ``high``, ``unable-to-assess``.
        negated: Whether the entry says that there is none ("no known allergies").
    """

    concept: Concept
    category: str = ""
    kind: str = ""
    criticality: str = ""
    status: str = ""
    certainty: str = ""
    onset: Period = field(default_factory=Period)
    reactions: tuple[Reaction, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something that was done."""

    concept: Concept
    status: str = ""
    performed: Period = field(default_factory=Period)
    body_site: str = ""
    reason: Concept = field(default_factory=Concept)
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Immunization:
    """A vaccine that was given, or not (`status` ``not-done``)."""

    concept: Concept
    status: str = ""
    given: When | None = None
    dose: Quantity | None = None
    route: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Encounter:
    """A visit or stay.

    Attributes:
        kind: v3 ActCode: ``AMB``, ``IMP``, ``EMER``, ``VR``, ...
    """

    concept: Concept = field(default_factory=Concept)
    kind: str = ""
    status: str = ""
    during: Period = field(default_factory=Period)
    reason: Concept = field(default_factory=Concept)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A diagnostic report: its results by id, and its words."""

    concept: Concept
    category: str = ""
    status: str = ""
    effective: Period = field(default_factory=Period)
    issued: When | None = None
    results: tuple[str, ...] = ()
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A document or text.

    Attributes:
        text: Plain text; empty where only `link` is stated. A link is shown, never opened.
    """

    concept: Concept
    status: str = ""
    written: When | None = None
    author: str = ""
    title: str = ""
    text: str = ""
    media_type: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class StudyReference:
    """An imaging study as the record knows it; `uid` brings it to the images."""

    uid: str
    started: When | None = None
    modalities: tuple[str, ...] = ()
    description: str = ""
    accession: str = ""
    series: int | None = None
    body_site: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """What is kept and counted but not told apart further (claims, plans, devices, goals, ...).

    Attributes:
        kind: The source's own name of the type (``Claim``, ``CarePlan``, ``Device``).
    """

    kind: str
    concept: Concept = field(default_factory=Concept)
    status: str = ""
    during: Period = field(default_factory=Period)
    facts: tuple[tuple[str, str], ...] = ()


Content = (
    Observation
    | Problem
    | Medication
    | Allergy
    | Procedure
    | Immunization
    | Encounter
    | Report
    | Note
    | StudyReference
    | Other
)
