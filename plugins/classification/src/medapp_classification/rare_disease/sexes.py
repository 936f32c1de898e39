"""Diseases of organs that only one sex has, and diseases whose training cases are all of one sex.

The former are left out for a patient of the other sex: their terms, by the branches of the ontology, are of
ovaries, testes and what belongs to them. The latter are only marked: that a gene lies on the X chromosome, or
that every published case is a boy, does not keep girls from the disease. Where the sex of organs may differ
from that which is stated, nothing is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp_classification.rare_disease.ontology import Ontology
    from medapp_classification.rare_disease.patient import Patient
    from medapp_classification.rare_disease.reference import Reference

SEXES: Final = ("male", "female")
"""In the order of the training cases' numbers."""
_ROOTS: Final = (
    (
        "HP:0010461", "HP:0012874", "HP:0012041", "HP:0008185", "HP:0012863", "HP:0033019", "HP:0033403",
        "HP:0033839",
    ),
    (
        "HP:0010460", "HP:0030012", "HP:0000868", "HP:0008647", "HP:0010465", "HP:0020155", "HP:0032571",
        "HP:0033020", "HP:0033338", "HP:0034558",
    ),
)  # fmt: skip
"""Branches of organs of males, and of females: their anatomy, physiology, fertility, tumours."""
_BETWEEN: Final = (
    "HP:0000037", "HP:0000062", "HP:0000133", "HP:0008730", "HP:0010458", "HP:0012244", "HP:0034546",
    "HP:0031170",
)  # fmt: skip
"""Branches of differences of sex development: organs and the stated sex need not agree."""
_SERIES: Final = (
    ("spermatogenic failure",),
    ("ovarian dysgenesis", "premature ovarian failure", "oocyte/zygote/embryo maturation arrest"),
)
"""How the names begin of series of diseases (OMIM) that are of those organs."""
_MOSTLY: Final = 0.5
"""Share of what its terms tell from which a disease is one of those organs."""
_PARTLY: Final = 0.2
"""The same for one whose name begins so."""
_ENOUGH: Final = 5
"""Cases with a stated sex from which it is worth saying that all are of one."""


_NEVER: Final = -1e6
"""A score below every other: its exponential is 0."""


@dataclass(frozen=True, eq=False)
class Sexes:
    """Of each disease, in the model's order.

    Attributes:
        organs: Sex whose organs the disease is of, by place in `SEXES`; -1 for both or not certain.
        alone: Sex that all of its cases have, where there are enough; -1 for both, or too few.
        counts: Cases with a stated sex.
    """

    organs: np.ndarray
    alone: np.ndarray
    counts: np.ndarray


def sexes_of(reference: Reference, titles: Sequence[str]) -> Sexes:
    """By the terms and the stated sexes of training cases, and by the names of series of diseases."""
    ontology = reference.graph.ontology
    size = len(reference.diseases)
    counts = np.zeros((size, len(SEXES)), dtype=int)
    known = reference.cohort.sex >= 0
    np.add.at(counts, (reference.row_of[known], reference.cohort.sex[known].astype(int)), 1)
    between = _branches(ontology, _BETWEEN)
    organs = np.full(size, -1)
    for sex in range(len(SEXES)):
        own = sorted(_branches(ontology, _ROOTS[sex]) - between)
        named = np.array([title.casefold().startswith(_SERIES[sex]) for title in titles], dtype=bool)
        mostly = _shares(reference, own) >= np.where(named, _PARTLY, _MOSTLY)
        organs[mostly & (counts[:, 1 - sex] == 0)] = sex
    organs[_shares(reference, sorted(between)) > 0] = -1
    total = counts.sum(axis=1)
    alone = np.where((counts.max(axis=1) == total) & (total >= _ENOUGH), counts.argmax(axis=1), -1)
    return Sexes(organs, alone, total)


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What the stated sex rules out.

    Attributes:
        rows: Of the diseases, (diseases,).
        doubt: Why nothing is ruled out although a sex is stated; empty where there is no doubt.
    """

    rows: np.ndarray
    doubt: str = ""


def left_out(patient: Patient, sexes: Sexes, ontology: Ontology) -> LeftOut:
    """Diseases of organs that a patient of this sex has not."""
    nothing = np.zeros(len(sexes.organs), dtype=bool)
    if patient.sex not in SEXES:
        return LeftOut(nothing)
    sex = SEXES.index(patient.sex)
    present = set(patient.present)
    between = present & _branches(ontology, _BETWEEN)
    other = present & (_branches(ontology, _ROOTS[1 - sex]) - _branches(ontology, _BETWEEN))
    if between or other:
        labels = ", ".join(sorted(ontology.labels[place] for place in between | other))
        return LeftOut(nothing, f"the record says {patient.sex}, and has {labels}")
    return LeftOut(sexes.organs == 1 - sex)


def without(scores: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Scores (..., diseases) by which what is left out has no share and stands after all else."""
    found: np.ndarray = np.where(out, _NEVER, scores)
    return found


def remark_of(row: int, patient: Patient, sexes: Sexes) -> str:
    """A sentence where the sex speaks against a disease and does not rule it out; empty where it does not."""
    alone, organs = int(sexes.alone[row]), int(sexes.organs[row])
    if organs >= 0 and patient.sex != SEXES[organs]:
        said = f"is {patient.sex}" if patient.sex else "has no stated sex"
        return f"A disease of organs of {SEXES[organs]}s; the patient {said}."
    if patient.sex not in SEXES or alone < 0 or SEXES[alone] == patient.sex:
        return ""
    return (
        f"All {sexes.counts[row]} training cases with a stated sex are {SEXES[alone]}, this patient is "
        f"{patient.sex}: that does not rule it out, but look at it twice."
    )


def _branches(ontology: Ontology, roots: tuple[str, ...]) -> frozenset[int]:
    places = [place for code in roots if (place := ontology.place(code)) is not None]
    return frozenset(down for place in places for down in ontology.downward(place))


def _shares(reference: Reference, places: list[int]) -> np.ndarray:
    """Share of these terms in what the terms of all cases of each disease tell, (diseases,)."""
    told = reference.observed.raw.multiply(reference.information).tocsr()
    every = np.asarray(told.sum(axis=1)).ravel()
    own = np.asarray(told[:, places].sum(axis=1)).ravel() if places else np.zeros(len(every))
    size = len(reference.diseases)
    total = np.bincount(reference.row_of, every, minlength=size)
    found: np.ndarray = np.bincount(reference.row_of, own, minlength=size) / np.maximum(total, 1e-9)
    return found
