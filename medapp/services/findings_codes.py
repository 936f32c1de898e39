"""Codes, units and words of findings as FHIR writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from medapp.domain.record.coding import HPO, ICD10CM, LOINC, OMIM, SNOMED, UCUM

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


def words(finding: Finding) -> str:
    """What the model said, in a line."""
    parts = []
    if finding.value is not None:
        parts.append(f"{finding.value:g} {finding.unit}".strip())
    elif finding.probability is not None:
        parts.append(f"probability {finding.probability:.3f}")
    if finding.low is not None and finding.high is not None:
        parts.append(f"95 % interval {finding.low:.4g} to {finding.high:.4g}")
    if finding.in_set is not None:
        parts.append("in the prediction set" if finding.in_set else "not in the prediction set")
    elif finding.answers:
        parts.append(f"prediction set: {' or '.join(finding.answers)}")
    return ", ".join(parts)
