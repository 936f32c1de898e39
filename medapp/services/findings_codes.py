"""Codes, units and words of findings as FHIR writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.domain.record.coding import HPO, ICD10CM, LOINC, OMIM, SNOMED, UCUM
from medapp.services.finding_words import gain_words, interval_title

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.domain.segmentation import Code

Node = dict[str, Any]
_SYSTEMS: Final = {
    "SCT": SNOMED,
    "LN": LOINC,
    "LOINC": LOINC,
    "OMIM": OMIM,
    "HP": HPO,
    "HPO": HPO,
    "ORPHA": "http://www.orpha.net",
    "MONDO": "http://purl.obolibrary.org/obo/mondo.owl",
    "ICD10CM": ICD10CM,
    "I10C": ICD10CM,
    "RADLEX": "http://radlex.org",
    "UCUM": UCUM,
}
"""By designators of coding schemes (DICOM PS3.16 table 8-1) and prefixes of identifiers."""
_PREFIXED: Final = {"OMIM", "ORPHA"}
"""Schemes whose identifiers are often written with the scheme before them (``OMIM:154700``)."""
_SMALL: Final = 0.1
_TINY: Final = 0.001
_ANSWERS: Final = {"present": ("52101004", "Present"), "absent": ("2667000", "Absent")}


def concept(code: Code | None, text: str) -> Node:
    """A CodeableConcept; without a system where the URI of the scheme is not known."""
    found: Node = {"text": text}
    if code is None or not code.value:
        return found
    value = code.value.strip()
    if code.scheme in _PREFIXED:
        value = value.removeprefix(f"{code.scheme}:")
    coding: Node = {"code": value, "display": code.meaning or text}
    system = _SYSTEMS.get(code.scheme)
    if system:
        coding = {"system": system} | coding
    return {"coding": [coding]} | found


def coded(answer: str) -> Node:
    """Present or absent (SNOMED CT)."""
    code, display = _ANSWERS[answer]
    return {"coding": [{"system": SNOMED, "code": code, "display": display}], "text": display}


def quantity(value: float, unit: str) -> Node:
    """A Quantity: with its UCUM code where the unit is one of UCUM; without a unit where it is not known."""
    from medapp.knowledge.units import ucum

    found: Node = {"value": value}
    if not unit:
        return found
    code = unit if unit in {"1", "%", "d"} else ucum(unit)
    return found | {"unit": unit} | ({"system": UCUM, "code": code} if code else {})


def share(value: float) -> float:
    """A probability with as many digits as it is worth: three decimals, below 0.1 two figures."""
    return float(f"{value:.2g}") if 0 < value < _SMALL else round(value, 3)


def words(finding: Finding) -> str:
    """What the model said, in a line."""
    parts, is_share = [], finding.value is None
    if finding.value is not None:
        parts.append(f"{finding.value:.5g} {finding.unit}".strip())
    elif finding.probability is not None:
        parts.append(f"probability {_told(finding.probability, is_share=True)}")
    if finding.low is not None and finding.high is not None:
        low, high = (_told(one, is_share=is_share) for one in (finding.low, finding.high))
        parts.append(f"{interval_title(finding)} {low} to {high}")
    if finding.is_chance:
        # What it excludes has no meaning then.
        parts.append("no better than chance in tests")
    elif finding.in_set is not None:
        parts.append("in the prediction set" if finding.in_set else "not in the prediction set")
    elif finding.answers:
        parts.append(f"prediction set: {' or '.join(finding.answers)}")
    if finding.gain:
        said = gain_words(finding).removesuffix(".")
        parts.append(said[:1].lower() + said[1:])
    return ", ".join(parts)


def _told(value: float, *, is_share: bool) -> str:
    """As the two ends of an interval and what lies between are best compared: with as many decimals."""
    if not is_share:
        return f"{value:.4g}"
    return f"{value:.2g}" if 0 < value < _TINY else f"{value:.3f}"
