"""What guidelines say of medicines and genes, CPIC and DPWG apart; a gene without a result is unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, CheckInput, Citation
from medapp.knowledge.pgx.guidelines import Guidelines
from medapp.knowledge.pgx.text import recommended
from medapp.knowledge.therapy.reported import joined, reported_calls
from medapp.knowledge.therapy.saying import not_checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from medapp.domain.genome import Diplotype, GeneCall
    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Outcome, Severity
    from medapp.domain.record import Record
    from medapp.knowledge.pgx.guidelines import Recommendation
    from medapp.knowledge.therapy.loading import DrugTables

SOURCES: Final = ("CPIC", "DPWG")
_NONE: Final = "No recommendation"
_STRONG: Final = "Strong"
_OTHER: Final = "another medicine"
_DOSE: Final = "another dose"
_MEANS_NONE: Final = frozenset({"", "no result", "n/a", "unknown"})


_AGES: Final = {"pediatrics": (0.0, 18.0), "adults": (18.0, float("inf"))}
"""Years that populations of the guidelines mean."""
_SENTENCE: Final = re.compile(r"(?<=\.)\s+|\n")
_FLATLY: Final = re.compile(
    r"^(?:avoid\b|do not use\b|[^:]*\bis contra-?indicated\b)(?!.*\bif\b)", re.IGNORECASE | re.DOTALL
)
"""Without a condition: ``X: avoid it`` holds for some only, as does ``avoid it if ...``."""
_BESIDES: Final = "Other Considerations"
_BARE: Final = 2
"""Words of a sentence that need not name the medicine: ``Avoid``, ``Avoid use``."""
_NO_NEED: Final = re.compile(r"^(?:there is )?no (?:need|reason) to avoid\b|^no action\b", re.IGNORECASE)
_NORMAL: Final = re.compile(r"\bnormal\b", re.IGNORECASE)
_NO_RECOMMENDATION: Final = re.compile(r"does not provide a recommendation", re.IGNORECASE)


@dataclass(frozen=True)
class _Asked:
    """One medicine and the recommendations of one source about it."""

    medicine: Medicine
    source: str
    all: tuple[Recommendation, ...]

    @property
    def genes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gene for one in self.all for gene in one.results))


def check_genes(
    medicines: Sequence[Medicine],
    calls: Sequence[GeneCall],
    tables: DrugTables,
    record: Record | None = None,
    age: float | None = None,
) -> Iterator[Check]:
    """Every medicine that a guideline is about: what fits the genes, and which genes are not known.

    Genes that the record reports count besides those of the genome. `age` is in years; what holds for
    children or adults only is left out where it says that the patient is none of them.
    """
    known = [one for one in medicines if one.drug.is_known]
    if not known:
        return
    if tables.guidelines is None or tables.pgx is None:
        title = Citation("guideline", "CPIC and DPWG")
        reason = (
            "no table: guidelines for genes are not installed. Put PharmCAT's tables into the folder that "
            "MEDAPP_PGX_TABLES names, or into knowledge/pgx of the program's data folder"
        )
        yield not_checked("pharmacogenomics", known, reason, title)
        return
    entries: dict[str, str] = {}
    if record is not None:
        reported, entries = reported_calls(record, tables.pgx)
        calls = joined(calls, reported)
    by_gene = {call.gene: call for call in calls}
    for medicine in known:
        for source in SOURCES:
            every = _about(medicine, source, tables)
            asked = _Asked(medicine, source, tuple(one for one in every if _is_for(one.population, age)))
            if every and not asked.all:
                yield _of_others(medicine, source, every, age)
            elif asked.all:
                for check in _of_medicine(asked, by_gene, tables):
                    yield _with_entries(check, entries)
        yield from _unlisted(medicine, tables)


def _with_entries(check: Check, entries: Mapping[str, str]) -> Check:
    """The check with the entries of the record that its genes are from."""
    if not any(one.name in entries for one in check.inputs):
        return check
    inputs = tuple(replace(one, entry=entries.get(one.name, one.entry)) for one in check.inputs)
    more = tuple(one.entry for one in inputs if one.entry)
    return replace(check, inputs=inputs, entries=tuple(dict.fromkeys((*check.entries, *more))))


def _unlisted(medicine: Medicine, tables: DrugTables) -> Iterator[Check]:
    for one in tables.guidelines.unlisted if tables.guidelines else ():
        names = {name for drug in one.drugs for name in tables.vocabulary.canonical(drug)}
        if names & set(medicine.drug.ingredients):
            genes = ", ".join(one.genes)
            reason = f"the tables hold no single recommendation of {one.source}'s guideline for {genes}"
            citation = Citation("guideline", f"{one.source} {' '.join(one.drugs)}", one.guideline)
            part = f"{one.guideline}:{medicine.drug.name}"
            yield not_checked("pharmacogenomics", [medicine], reason, citation, part=part)


def _about(medicine: Medicine, source: str, tables: DrugTables) -> tuple[Recommendation, ...]:
    found = [one for name in medicine.drug.ingredients for one in tables.recommended.get(name, ())]
    once = {id(one): one for one in found if one.source == source}
    return tuple(once.values())


def _of_others(medicine: Medicine, source: str, every: Sequence[Recommendation], age: float | None) -> Check:
    whom = ", ".join(dict.fromkeys(one.population for one in every))
    reason = f"what {source} recommends is for {whom} alone, and the patient is {age:.3g} years old"
    citation = Citation("guideline", f"{source} {medicine.drug.name}", every[0].guideline)
    return not_checked(
        "pharmacogenomics", [medicine], reason, citation, part=f"{source}:{medicine.drug.name}"
    )


def _is_for(population: str, age: float | None) -> bool:
    """Whether a recommendation for children or for adults only holds at an age; any does at none."""
    if age is None:
        return True
    low, high = _AGES.get(population.casefold(), (0.0, float("inf")))
    return low <= age < high


def _of_medicine(asked: _Asked, calls: Mapping[str, GeneCall], tables: DrugTables) -> Iterator[Check]:
    assert tables.pgx is not None and tables.guidelines is not None  # noqa: S101, PT018  the caller looked
    version = tables.guidelines.version
    unknown = [gene for gene in asked.genes if not has_result(calls.get(gene))]
    called = [calls[gene] for gene in asked.genes if gene in calls and gene not in unknown]
    fitting = Guidelines(asked.all).fitting(called, tables.pgx) if called else ()
    said: set[tuple[str, str, str]] = set()
    for one in fitting:
        same = (one.guideline, one.population, one.text)
        if same not in said:
            said.add(same)
            yield _recommendation(asked, one, calls, version)
    if called and not fitting and not unknown:
        yield _silent(asked, called, version)
    if unknown:
        yield _unknown(asked, unknown, calls, version)


def has_result(call: GeneCall | None) -> bool:
    """Whether anything was called that a guideline can be looked up by; what was not is never normal."""
    if call is None:
        return False
    return any(
        one.haplotypes or one.phenotype.casefold() not in _MEANS_NONE or one.score is not None
        for one in recommended(call)
    )


def _recommendation(asked: _Asked, one: Recommendation, calls: Mapping[str, GeneCall], version: str) -> Check:
    outcome, severity, vetoes = _graded(one)
    drug = asked.medicine.drug
    results = ", ".join(f"{gene} {_result(result)}" for gene, result in one.results.items())
    population = f" ({one.population})" if one.population else ""
    text = f"{asked.source}{population}, {results}: {_implied(one)}."
    if not one.asks and one.strength == _NONE:
        text = f"{asked.source}{population} gives no recommendation for {results}."
    citation = Citation(
        "guideline",
        f"{asked.source} {' '.join(one.drugs)}",
        f"{one.guideline} {one.identifier}".strip(),
        version,
        one.strength,
        one.population,
    )
    return Check(
        f"pharmacogenomics:{asked.source}:{one.guideline}:{one.identifier or results}:{drug.name}",
        "pharmacogenomics",
        outcome,
        severity,
        (drug.name,),
        text,
        citation,
        advice=one.text,
        inputs=_inputs(one.results, calls),
        entries=(drug.entry,) if drug.entry else (),
        vetoes=vetoes,
    )


def _implied(one: Recommendation) -> str:
    return "; ".join(text.rstrip(".") for text in one.implications) or "no implication stated"


def _graded(one: Recommendation) -> tuple[Outcome, Severity, bool]:
    """By the flags of the table and, where it states no strength, by the words of the recommendation.

    What forbids is a strong recommendation for another medicine, or one that flatly says to avoid it or that
    it is contraindicated, whichever body says it; not where another dose would do.
    """
    if not one.asks:
        is_open = one.strength == _NONE and not _is_usual(one)
        return ("unknown" if is_open else "clear"), "info", False
    if _OTHER not in one.asks and _NO_NEED.search(one.text):
        return "found", "info", False
    if _OTHER in one.asks and (one.strength == _STRONG or _forbids(one)):
        return "found", "critical", _DOSE not in one.asks
    return "found", "significant", False


def _forbids(one: Recommendation) -> bool:
    """Whether a sentence says so of the medicine without a condition, and no other dose would do."""
    if _DOSE in one.asks:
        return False
    names = [drug.casefold() for drug in one.drugs]
    said = _SENTENCE.split(one.text.split(_BESIDES)[0])
    return any(
        _FLATLY.search(part)
        and (len(part.split()) <= _BARE or any(name in part.casefold() for name in names))
        for part in said
    )


def _is_usual(one: Recommendation) -> bool:
    """Whether there is no recommendation because nothing is to be changed: nothing is left open then.

    DPWG writes so of the results that doses are made for.
    """
    every = all(isinstance(result, str) and _NORMAL.search(result) for result in one.results.values())
    return every or _NO_RECOMMENDATION.search(one.text) is not None


def _silent(asked: _Asked, called: Sequence[GeneCall], version: str) -> Check:
    names = ", ".join(f"{call.gene} {_called(call)}" for call in called)
    reason = f"no recommendation of {asked.source} fits {names}"
    citation = Citation("guideline", f"{asked.source} {asked.medicine.drug.name}", version=version)
    part = f"{asked.source}:{asked.medicine.drug.name}"
    return not_checked("pharmacogenomics", [asked.medicine], reason, citation, part=part)


def _unknown(asked: _Asked, genes: Sequence[str], calls: Mapping[str, GeneCall], version: str) -> Check:
    listed = ", ".join(genes)
    word = "genes" if len(genes) > 1 else "gene"
    reason = f"{asked.source} looks at the {word} {listed}, of which no result is known"
    titles = ", ".join(dict.fromkeys(one.guideline for one in asked.all))
    citation = Citation("guideline", f"{asked.source} {asked.medicine.drug.name}", titles, version)
    part = f"{asked.source}:{asked.medicine.drug.name}"
    inputs = _inputs(dict.fromkeys(genes), calls)
    return not_checked("pharmacogenomics", [asked.medicine], reason, citation, part=part, inputs=inputs)


def _inputs(genes: Iterable[str], calls: Mapping[str, GeneCall]) -> tuple[CheckInput, ...]:
    return tuple(
        CheckInput(gene, None, note=_called(calls[gene]) if has_result(calls.get(gene)) else "unknown")
        for gene in genes
    )


def _called(call: GeneCall) -> str:
    return " or ".join(_text(one) for one in recommended(call)) or "no result"


def _text(one: Diplotype) -> str:
    score = "" if one.score is None else f"activity score {one.score:g}"
    return ", ".join(part for part in (one.name, one.phenotype, score) if part)


def _result(result: str | frozenset[tuple[str, int]]) -> str:
    if isinstance(result, str):
        return result
    return "/".join(name for name, copies in sorted(result) for _ in range(copies))
