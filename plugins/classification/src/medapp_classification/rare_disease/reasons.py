"""Why a disease stands where it stands: terms for and against it, genes, and cases that are near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.finding import ItemEvidence, SimilarCase

if TYPE_CHECKING:
    from medapp_classification.rare_disease.model import Model
    from medapp_classification.rare_disease.panel import Hit
    from medapp_classification.rare_disease.patient import Patient

BITS: Final = "information (bits)"
TYPICAL: Final = 0.5
"""Share of a disease's cases from which a term is typical of it."""
_SMOOTH: Final = 3.0
_LEAST_BITS: Final = 0.1
_MOST: Final = 0.99
_CASES: Final = 3
SAME: Final = 5e-4
"""Distance below which the terms of two cases are the same."""
TELLING: Final = 3
"""Terms from which two cases with the same ones may be one person."""
_COPIES: Final = {"all": "every copy changed", "one": "one copy changed", "unknown": "copies not stated"}
_HOW: Final = {
    "named": "gene named by the source",
    "allele": "gene by a known allele",
    "place": "gene by its place among known alleles",
}


def _how_near(distance: float, terms: int) -> str:
    """Of the distance from a training case, which is 0 for the same terms and 1 for none in common."""
    if distance < SAME:
        return "the same terms" + (": it may be this very patient" if terms >= TELLING else "")
    return f"shares {100 * (1 - distance):.0f} % of what the terms of both tell"


class Reasons:
    """Reasons for one patient."""

    def __init__(self, model: Model, patient: Patient, hits: dict[str, Hit] | None) -> None:
        """Hold what they are taken from."""
        self.model, self.patient, self.hits = model, patient, hits
        self.reference, self.ontology = model.reference, model.ontology
        self.reached = {up for place in patient.present for up in self.ontology.upward(place)}

    def items(self, row: int, evidence: float) -> tuple[ItemEvidence, ...]:
        """What speaks for a disease, then what speaks against it, then its genes.

        Args:
            row: Of the disease in the model's order.
            evidence: Of its genes, in nats.
        """
        seen = self._seen(row)
        terms = [self._present(place, row, seen) for place in self.patient.present]
        terms += [self._excluded(place, row, seen) for place in self.patient.excluded]
        ordered = sorted(terms, key=lambda one: -(one.effect or 0))
        return (*ordered, *self._genes(row, evidence))

    def typical(self, row: int, most: int = 3) -> list[int]:
        """Places of terms that most cases of the disease have and of which the patient's record is silent."""
        seen = self._seen(row)
        frequency = seen / max(float(self.reference.weight[row]), 1e-9)
        asked = self.reached | {
            down for place in self.patient.excluded for down in self.ontology.downward(place)
        }
        worth = frequency * self.reference.information
        places = [
            int(place)
            for place in np.argsort(-worth, kind="stable")
            if frequency[place] >= TYPICAL and int(place) not in asked
        ]
        # Of a term and what is above it only the more telling one.
        kept: list[int] = []
        for place in places:
            if not any(place in self.ontology.upward(other) for other in kept):
                kept.append(place)
            if len(kept) == most:
                break
        return kept

    def cases(self, row: int, near: np.ndarray) -> tuple[SimilarCase, ...]:
        """Nearest training cases of a disease; `near` is the similarity to all cases."""
        start = int(self.reference.starts[row])
        own = near[start : start + int(self.reference.cases[row])]
        cohort = self.reference.cohort
        found = []
        for one in np.argsort(-own, kind="stable")[:_CASES]:
            case = start + int(one)
            paper = cohort.publications[int(cohort.publication[case])]
            name = f"{paper}, training case {case + 1}"
            distance = round(1 - float(own[one]), 4)
            words = _how_near(distance, len(self.patient.present))
            found.append(SimilarCase(name, distance, f"{self.model.titles[row]}; {words}"))
        return tuple(found)

    def _seen(self, row: int) -> np.ndarray:
        found: np.ndarray = self.reference.seen[row].toarray().ravel()
        return found

    def _count(self, place: int, row: int) -> int:
        start, size = int(self.reference.starts[row]), int(self.reference.cases[row])
        return int(self.reference.observed.whole[start : start + size, [place]].sum())

    def _ratio(self, place: int, row: int, seen: np.ndarray) -> tuple[float, float]:
        """Smoothed frequency in the disease, and how usual the term is."""
        usual = float(self.reference.usual[place])
        return (float(seen[place]) + _SMOOTH * usual) / (float(self.reference.weight[row]) + _SMOOTH), usual

    def _of_cases(self, place: int, row: int) -> str:
        count, size = self._count(place, row), int(self.reference.cases[row])
        return f"{count} of {size} training {'case' if size == 1 else 'cases'}"

    def _present(self, place: int, row: int, seen: np.ndarray) -> ItemEvidence:
        frequency, usual = self._ratio(place, row, seen)
        bits = float(np.log2(frequency / usual))
        matched = f"against: seen in {self._of_cases(place, row)} of this disease"
        if bits > 0 and seen[place] > 0:
            matched = f"{self.ontology.labels[place]}: seen in {self._of_cases(place, row)} of this disease"
        else:
            nearest = self._nearest(place, row, seen)
            if nearest is not None:
                other, bits = nearest
                label = self.ontology.labels[other]
                matched = f"{label} (more general): seen in {self._of_cases(other, row)} of this disease"
        return self._item(place, "present", bits, matched)

    def _nearest(self, place: int, row: int, seen: np.ndarray) -> tuple[int, float] | None:
        """The term above that tells most for the disease, with what it tells in bits; None for none."""
        found: list[tuple[float, int]] = []
        for up in self.ontology.upward(place):
            if seen[up] > 0:
                frequency, usual = self._ratio(up, row, seen)
                found.append((float(np.log2(frequency / usual)), up))
        best = max(found, default=(0.0, -1))
        return (best[1], best[0]) if best[0] > _LEAST_BITS else None

    def _excluded(self, place: int, row: int, seen: np.ndarray) -> ItemEvidence:
        frequency, usual = self._ratio(place, row, seen)
        bits = float(np.log2((1 - min(frequency, _MOST)) / (1 - min(usual, _MOST))))
        side = "against" if bits < 0 else "for"
        return self._item(
            place,
            "looked for and not found",
            bits,
            f"{side}: seen in {self._of_cases(place, row)} of this disease",
        )

    def _item(self, place: int, value: str, bits: float, matched: str) -> ItemEvidence:
        code = self.ontology.ids[place]
        return ItemEvidence(
            self.ontology.labels[place],
            value,
            round(bits, 3),
            BITS,
            self.patient.entries.get(place, ()),
            code=f"HPO|{code}",
            matched=matched,
        )

    def _genes(self, row: int, evidence: float) -> list[ItemEvidence]:
        disease = self.model.diseases[row]
        genes = self.model.panel.genes.get(disease, ())
        if not genes:
            return [ItemEvidence("Gene of the disease", "not known from the training cases")]
        if self.hits is None:
            return [ItemEvidence(f"Gene of the disease: {', '.join(genes)}", "no genome was looked at")]
        bits = round(evidence / float(np.log(2)), 3)
        found = [self.hits[gene] for gene in genes if gene in self.hits]
        if not found:
            title = f"Gene of the disease: {', '.join(genes)}"
            return [ItemEvidence(title, "no candidate variant", bits, BITS)]
        return [self._gene(hit, disease, bits) for hit in found]

    def _gene(self, hit: Hit, disease: str, bits: float) -> ItemEvidence:
        share = self.model.panel.all_copies[disease]
        known = "; an allele is known to cause this disease" if disease in hit.known else ""
        return ItemEvidence(
            f"{hit.gene}: {', '.join(one.place for one in hit.candidates)}",
            _COPIES[hit.copies],
            bits,
            BITS,
            tuple(dict.fromkeys(one.entry for one in hit.candidates if one.entry)),
            code=f"HGNC symbol|{hit.gene}",
            matched=f"{_HOW[hit.how]}; about {share:.0%} of cases have every copy changed{known}",
        )
