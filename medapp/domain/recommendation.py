"""Treatment: options with what speaks for and against them, checks, and where every statement comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medapp.domain.record.coding import Code, Quantity
    from medapp.domain.record.time import When

CheckKind = Literal[
    "interaction",
    "duplicate",
    "allergy",
    "condition",
    "pregnancy",
    "lactation",
    "age",
    "renal",
    "hepatic",
    "pharmacogenomics",
    "qt",
    "bleeding",
    "record",
]
Severity = Literal["info", "minor", "significant", "critical"]
Outcome = Literal["found", "clear", "unknown"]
Action = Literal["start", "stop", "change", "continue"]
Verdict = Literal["accepted", "changed", "rejected"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement comes from; never empty.

    Attributes:
        kind: ``guideline``, ``table``, ``model``, ``formula``, ``record``.
        title: Of the guideline, table, model or formula.
        identifier: Guideline id, row of a table, version of a model.
        version: Date or number.
        strength: As the source grades it; empty where it does not.
        population: Whom it holds for; empty where the source does not say.
    """

    kind: Literal["guideline", "table", "model", "formula", "record"]
    title: str
    identifier: str = ""
    version: str = ""
    strength: str = ""
    population: str = ""


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine by its active ingredients.

    Attributes:
        name: As it is called in the record or in what was typed.
        ingredients: Names of the active ingredients, lower case; empty where it was not recognised.
        codes: RxNorm, ATC, NDC ... of the medicine, from the source or by name.
        classes: ATC codes of level 4 that it belongs to.
        dose: In the source's words; empty where not stated.
        entry: `Entry.id` of the record; empty where it is not from there.
    """

    name: str
    ingredients: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    classes: tuple[str, ...] = ()
    dose: str = ""
    entry: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it was recognised; what was not is listed and never dropped."""
        return bool(self.ingredients)


@dataclass(frozen=True, slots=True)
class CheckInput:
    """A value that a check went by.

    Attributes:
        value: None where it is not known.
        when: When it was measured or stated.
        entry: `Entry.id`.
    """

    name: str
    value: Quantity | None
    when: When | None = None
    entry: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check says of one or more medicines.

    Attributes:
        outcome: ``unknown`` where an input is missing, stale or contradicted: `text` says which; it is never
            taken for ``clear``.
        drugs: Names of the medicines that it concerns.
        text: A sentence.
        advice: What the source says to do; empty where it says nothing.
        inputs: With their dates and units.
        vetoes: Whether an option with these medicines may not be proposed.
    """

    key: str
    kind: CheckKind
    outcome: Outcome
    severity: Severity
    drugs: tuple[str, ...]
    text: str
    citation: Citation
    advice: str = ""
    inputs: tuple[CheckInput, ...] = ()
    entries: tuple[str, ...] = ()
    vetoes: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What speaks for or against an option, with where it comes from."""

    direction: Literal["for", "against", "note"]
    text: str
    citation: Citation
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan: what is to be done with one medicine."""

    action: Action
    drug: Drug
    dose: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A predicted share of patients like this one, with its 95 % interval and what it was estimated from.

    Attributes:
        horizon_days: Within how long; 0 for what holds of the visit itself.
    """

    outcome: str
    probability: float
    low: float
    high: float
    horizon_days: float
    citation: Citation


@dataclass(frozen=True, slots=True)
class Option:
    """A set of changes that can be checked line by line.

    Attributes:
        score: Of the model that ranked it, larger is better; None where knowledge alone proposed it.
        changes: Against the current list.
        vetoed: Keys of the checks that forbid it; such an option is shown last and cannot be accepted whole.
    """

    key: str
    title: str
    changes: tuple[Change, ...]
    score: float | None = None
    statements: tuple[Statement, ...] = ()
    checks: tuple[Check, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    vetoed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What a person decided on one line of a plan."""

    option: str
    line: int
    verdict: Verdict
    dose: str = ""
    reason: str = ""
