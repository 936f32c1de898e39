"""What is found wrong with data, where, and what may be done about it; all of it as JSON too."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

Kind = Literal["duplicate", "missing", "outlier", "impossible", "unit", "date", "contradiction"]
"""``outlier`` is far from the others, ``impossible`` is outside of what a living body can have."""

Action = Literal["keep", "drop", "convert", "indicator", "median", "locf", "model"]
"""What is done with a value: ``locf`` carries the patient's last one forward, ``indicator`` keeps it and says
in a column of its own that it was found, ``model`` predicts it from the other variables."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_ALWAYS: Final[frozenset[Action]] = frozenset({"keep", "drop", "indicator"})
_OF_VALUES: Final[frozenset[Action]] = _ALWAYS | frozenset[Action]({"median", "locf", "model"})
_OF_UNITS: Final[frozenset[Action]] = _ALWAYS | frozenset[Action]({"convert"})
ALLOWED: Final[dict[Kind, frozenset[Action]]] = {
    "duplicate": _ALWAYS,
    "missing": _OF_VALUES,
    "outlier": _OF_VALUES,
    "impossible": _OF_VALUES,
    "unit": _OF_UNITS,
    "date": _ALWAYS,
    "contradiction": _ALWAYS,
}
"""Which actions make sense for what."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        reason: Stable word: ``same``, ``no-value``, ``far``, ``below``, ``above``, ``negative``,
            ``convertible``, ``not-convertible``, ``no-unit``, ``future``, ``before-birth``, ``after-death``,
            ``end-before-start``, ``two-values``, ``flag``, ``range``, ``order``, ``status``, ``person``.
        variable: What was measured, in words; empty where it is not about a value.
        file: As the source has it.
        place: Resource, segment, element or row.
        entry: Number of the entry in the stream, from 0; -1 for a person and for an empty cell.
        part: Number of the component; -1 for the value itself.
    """

    kind: Kind
    reason: str
    variable: str
    file: str
    place: str
    entry: int = -1
    part: int = -1


@dataclass(frozen=True, slots=True)
class VariableQuality:
    """How complete and even one variable is.

    Attributes:
        system: Terminology of its code; empty for a column of a table.
        units: Every unit with how often it is stated; the empty one where none is.
        numbers: Values that are numbers.
        missing: Entries, or cells of a table with one row a patient, that say nothing.
        share_missing: Share of rows without a value in such a table, else of patients.
        median: In the commonest unit; None without numbers.
        lacking: Rows or patients without a value.
        of: All rows or patients that could have one.
        counted: What those are: rows of a table with one row a patient, else patients.
    """

    system: str
    code: str
    title: str
    units: tuple[tuple[str, int], ...]
    entries: int
    numbers: int
    missing: int
    share_missing: float
    outliers: int = 0
    impossible: int = 0
    median: float | None = None
    lacking: int = 0
    of: int = 0
    counted: Literal["rows", "patients"] = "patients"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done with one kind of finding.

    Attributes:
        variable: Title of the only variable it is for; empty for all.
        why: Why it is proposed.
    """

    kind: Kind
    action: Action
    variable: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: Where the kind is unknown or the action is not for it.
        """
        if self.action not in ALLOWED.get(self.kind, ()):
            message = f"{self.action!r} is nothing to do about {self.kind!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found.

    Attributes:
        counts: How many of each kind; all kinds are named.
        reasons: The same by ``kind/reason``.
        findings: Where; no more than some of each kind, see `shown`.
        shown: How many of each kind are in `findings`.
        incomplete: Patients with the number of variables that they lack, the most first; no more than some.
        proposed: A rule a kind, for a person to confirm or change.
    """

    persons: int
    entries: int
    counts: tuple[tuple[Kind, int], ...]
    reasons: tuple[tuple[str, int], ...]
    variables: tuple[VariableQuality, ...]
    findings: tuple[Finding, ...]
    shown: tuple[tuple[Kind, int], ...]
    incomplete: tuple[tuple[str, int], ...]
    proposed: tuple[Rule, ...]

    def count(self, kind: Kind) -> int:
        """How many of one kind."""
        return dict(self.counts)[kind]

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        found = asdict(self)
        for name in ("counts", "reasons", "shown"):
            found[name] = dict(found[name])
        found["incomplete"] = [{"subject": who, "missing": count} for who, count in self.incomplete]
        for variable in found["variables"]:
            variable["units"] = dict(variable["units"])
        return found
