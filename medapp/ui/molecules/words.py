"""Names of columns and values of molecules, as they are read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from medapp.services.molecule_known import CLUSTER, LIKE_KNOWN
from medapp.services.molecule_rows import HARM, METABOLITES, PATTERNS
from medapp.ui.molecules.choosing import NAME, NUMBER, SMILES
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.molecule import Alert, Metabolite, Property
    from medapp.ui.molecules.columns import Molecules

_LARGE: Final = 1000
_KNOWN_FROM: Final = 0.3
"""Similarity to the nearest known molecule below which nothing alike was learned from."""
FIRST: Final = (
    "weight", "logp", "polar surface", "drug-likeness", "synthetic accessibility", PATTERNS, "score",
    METABOLITES, f"{HARM}herg", f"{HARM}ames", f"{HARM}dili", CLUSTER, LIKE_KNOWN,
)  # fmt: skip
"""Columns that the table begins with, where they are there."""
FULFILLED: Final = "fulfilled: "
"""Begins the names of columns that tell how far a wish is fulfilled; the table begins with all of them."""


def column_title(molecules: Molecules, column: str) -> str:
    """The head of a column, with its unit."""
    fixed = {
        NUMBER: tr("No."),
        NAME: tr("Name"),
        SMILES: tr("SMILES"),
        PATTERNS: tr("Patterns"),
        METABOLITES: tr("Metabolites"),
        "logp": "logP",
    }
    if column in fixed:
        return fixed[column]
    unit = molecules.units.get(column, "")
    name = molecules.titles.get(column, "") or _capital(column.removeprefix(HARM))
    return f"{name} ({unit})" if unit else name


def short_title(molecules: Molecules, column: str) -> str:
    """The same for the head of a narrow column: a harm by its key."""
    if column.startswith(HARM):
        name = column.removeprefix(HARM)
        return {"herg": "hERG", "ames": "AMES", "dili": tr("Liver"), "clintox": "ClinTox"}.get(name, name)
    return column_title(molecules, column)


def property_title(name: str) -> str:
    """The name of a property."""
    return "logP" if name == "logp" else _capital(name)


def number(value: float) -> str:
    """Three figures, whole numbers as they are; empty where there is none."""
    if not math.isfinite(value):
        return ""
    if value == round(value) and abs(value) < _LARGE:
        return f"{value:.0f}"
    return f"{value:.0f}" if abs(value) >= _LARGE else f"{value:.3g}"


def value_text(one: Property) -> str:
    """A value with its unit and interval."""
    if one.value is None:
        return tr("unknown")
    text = f"{number(one.value)} {one.unit}".strip()
    if one.low is not None and one.high is not None:
        text += f"  ({number(one.low)} – {number(one.high)})"
    return text


def nearest_text(similarity: float | None) -> str:
    """How like what was learned from a molecule is."""
    if similarity is None:
        return tr("nearest unknown")
    if similarity < _KNOWN_FROM:
        return tr("nothing alike was learned (nearest {value})", value=f"{similarity:.2f}")
    return tr("nearest {value}", value=f"{similarity:.2f}")


def is_strange(similarity: float | None) -> bool:
    """Whether nothing alike was learned from."""
    return similarity is not None and similarity < _KNOWN_FROM


def alert_text(alert: Alert) -> str:
    """What an alert says, in one line."""
    said = "" if alert.probability is None else f"{alert.probability:.2f}"
    atoms = tr("above usual") if alert.atoms and alert.probability is not None else ""
    near = "" if alert.probability is None else nearest_text(alert.nearest)
    return " · ".join(part for part in (said, alert.note, atoms, near) if part)


def metabolite_text(one: Metabolite) -> str:
    """Score, enzyme, reaction and what changes it in the patient."""
    parts = (
        f"{one.score:.2f}",
        one.enzyme or tr("enzyme unknown"),
        one.reaction,
        one.note,
    )
    return " · ".join(part for part in parts if part)


def unlearned() -> str:
    """What has to be said wherever harm of metabolites is told."""
    return tr(
        "No labels of metabolites were trained on: what is said of a metabolite is said as of a drug of its "
        "structure."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
