"""What the reader of a ranking has to know: terms that were not used, variants that were not, and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp_classification.rare_disease.model import Model
    from medapp_classification.rare_disease.ontology import Ontology
    from medapp_classification.rare_disease.panel import Hit
    from medapp_classification.rare_disease.patient import Patient
    from medapp_classification.rare_disease.sexes import LeftOut
    from medapp_classification.rare_disease.variants import Candidates

_SHOWN: Final = 20


def notices_of_terms(patient: Patient, ontology: Ontology) -> list[Notice]:
    """Terms that did not count, or counted as others than the record has."""
    found = []
    if patient.unknown:
        names = _ids(patient.unknown)
        message = f"Not matched, for HPO {ontology.version} does not have them: {names}"
        found.append(Notice("terms-unknown", message, values={"terms": [one for one, _ in patient.unknown]}))
    if patient.outside:
        message = f"Left aside, for they are no phenotypic abnormalities: {_ids(patient.outside)}"
        values = {"terms": [one for one, _ in patient.outside]}
        found.append(Notice("terms-outside", message, "info", values))
    if patient.written:
        pairs = [f"{old} is now {ontology.ids[place]}" for place, old in patient.written.items()]
        found.append(Notice("terms-renamed", f"Old ids: {', '.join(pairs)}", "info"))
    if patient.contradicted:
        labels = ", ".join(ontology.labels[place] for place in patient.contradicted)
        message = (
            f"Said to be absent while it, or a kind of it, is said to be present; taken as present: {labels}"
        )
        found.append(Notice("terms-contradict", message))
    return found


def notices_of_genome(
    candidates: Candidates, hits: Mapping[str, Hit], model: Model, *, asked: bool
) -> list[Notice]:
    """What became of the variants."""
    found = []
    for reason, count in candidates.left_out.items():
        message = f"{count} {'variant was' if count == 1 else 'variants were'} left out: {reason}"
        found.append(Notice("variants-left-out", message, "info", {"count": count}))
    if candidates.from_genome and candidates.assembly != "GRCh38":
        said = f"is on {candidates.assembly}" if candidates.assembly else "does not say its assembly"
        message = (
            f"The genome {said}, known alleles are on GRCh38: it counts only by the genes that its file names"
        )
        found.append(Notice("genome-assembly", message))
    if asked and not candidates.found:
        found.append(Notice("genome-empty", "The genome holds no candidate variant: it was not used"))
    elif candidates.found:
        found.append(_of_hits(candidates, hits, model))
    return found


def _of_hits(candidates: Candidates, hits: Mapping[str, Hit], model: Model) -> Notice:
    count, genes = len(candidates.found), len(model.panel.names)
    where = ", ".join(sorted(hits)[:_SHOWN]) if hits else "none"
    if len(hits) > _SHOWN:
        where += f" and {len(hits) - _SHOWN} more"
    unplaced = sum(not one.genes and not one.silent for one in candidates.found)
    word = "variant" if count == 1 else "variants"
    message = f"{count} candidate {word}; genes of ranked diseases hit ({len(hits)} of {genes}): {where}"
    if unplaced:
        message += f". For {unplaced} the file names no gene: they count only at places of known alleles"
    if not hits:
        message += ". The genome was not used"
    values = {"candidates": count, "genes": sorted(hits)}
    return Notice("genome-used" if hits else "genome-no-hit", message, "info" if hits else "warning", values)


def notices_of_sex(out: LeftOut, patient: Patient, model: Model) -> list[Notice]:
    """What the stated sex ruled out, or why it ruled out nothing."""
    if out.doubt:
        message = (
            f"No disease was left out for the sex, for it may not be that of the organs: {out.doubt}. "
            "Look at the sex of the record"
        )
        return [Notice("sex-in-doubt", message)]
    names = [title for title, gone in zip(model.titles, out.rows, strict=True) if gone]
    if not names:
        return []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    message = (
        f"Left out, for they are of organs that a {patient.sex} patient has not: "
        f"{', '.join(sorted(names)[:_SHOWN])}{more}"
    )
    return [Notice("sex-left-out", message, "info", {"diseases": len(names)})]


def what_is_ranked(model: Model) -> Notice:
    """That other diseases exist, and what probabilities mean."""
    message = (
        f"{len(model.diseases)} diseases with published cases are ranked; one that is not among them cannot "
        "be named. Probabilities hold if the disease is one of them. "
        f"HPO {model.ontology.version}."
    )
    return Notice("ranked-diseases", message, "info", {"diseases": len(model.diseases)})


def _ids(terms: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{code} ({words})" if words and words != code else code for code, words in terms)
