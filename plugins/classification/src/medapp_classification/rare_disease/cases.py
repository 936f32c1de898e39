"""Training cases out of a folder of phenopackets, and the cohort that a model keeps of them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from medapp_classification.rare_disease.ontology import as_term
from medapp_classification.rare_disease.patient import years

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp_classification.rare_disease.ontology import Ontology

_SEXES: Final = {"MALE": "male", "FEMALE": "female"}
_ALL_COPIES: Final = frozenset({"homozygous", "hemizygous"})
_ASSEMBLY: Final = frozenset({"hg38", "GRCh38"})
_LEAST_TERMS: Final = 1


class DataError(ValueError):
    """A folder that holds no cases to learn from; the message says what it should hold."""


@dataclass(frozen=True)
class Case:
    """One published case with its diagnosis.

    Attributes:
        publication: ``PMID:24573067``; the name of the packet where it states none.
        disease, title: Id and name of what was diagnosed.
        present, excluded: Places of terms, as observed.
        sex: ``male``, ``female`` or None.
        age: In years when last seen; None where it is not known.
        genes: Symbols of the genes that explain it.
        alleles: ``chr1-1232279-A-G`` on GRCh38, those that a VCF can hold.
        copies: ``all`` where every copy of the gene is changed, ``one`` where one is, ``unknown``.
    """

    publication: str
    disease: str
    title: str
    present: tuple[int, ...]
    excluded: tuple[int, ...] = ()
    sex: str | None = None
    age: float | None = None
    genes: tuple[str, ...] = ()
    alleles: tuple[str, ...] = ()
    copies: str = "unknown"


@dataclass
class Reading:
    """What was read and what was not, by reason."""

    cases: list[Case] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_cases(folder: Path, ontology: Ontology, tick: Callable[[], None] = lambda: None) -> Reading:
    """Read all phenopackets of a folder: ``*.json``, ``*.ndjson`` and ``*.ndjson.gz``.

    Args:
        folder: Where they lie; folders in it are not looked into.
        ontology: That terms are looked up in.
        tick: Called now and then; what it raises ends the reading.

    Raises:
        DataError: Where there is none with a diagnosis and a term.
        OSError: Where a file cannot be read.
    """
    found = Reading()
    for number, packet in enumerate(_packets(folder, found.left_out)):
        if number % 200 == 0:
            tick()
        case = _case(packet, ontology) if isinstance(packet, dict) else "no packet"
        if isinstance(case, Case):
            found.cases.append(case)
        else:
            found.left_out[case] += 1
    if not found.cases:
        message = (
            f"{folder.name} holds no phenopackets with a diagnosis and a term; "
            "it should hold *.json, *.ndjson or *.ndjson.gz"
        )
        raise DataError(message)
    return found


def _packets(folder: Path, left_out: Counter[str]) -> Iterator[object]:
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if name.endswith((".ndjson", ".ndjson.gz", ".jsonl")):
            opener = gzip.open if name.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8") as lines:
                yield from (_parsed(line, left_out) for line in lines if line.strip())
        elif name.endswith(".json"):
            yield _parsed(path.read_text(encoding="utf-8"), left_out)


def _parsed(text: str, left_out: Counter[str]) -> object:
    try:
        return json.loads(text)
    except ValueError:
        left_out["no JSON"] += 1
        return {}


def _case(packet: dict[str, Any], ontology: Ontology) -> Case | str:
    """A case, or why it is none."""
    try:
        diagnosis = next((one["diagnosis"] for one in packet.get("interpretations", ())), None)
        if diagnosis is None or not diagnosis.get("disease", {}).get("id"):
            return "no diagnosis"
        present, excluded = _terms(packet, ontology)
        if len(present) < _LEAST_TERMS:
            return "no term of a phenotypic abnormality"
        subject = packet.get("subject", {})
        age = subject.get("timeAtLastEncounter", {}).get("age", {}).get("iso8601duration", "")
        genes, alleles, copies = _genotype(diagnosis.get("genomicInterpretations", ()))
        return Case(
            publication_of(packet),
            diagnosis["disease"]["id"],
            diagnosis["disease"].get("label", ""),
            present,
            excluded,
            _SEXES.get(subject.get("sex", "")),
            years(age) if age else None,
            genes,
            alleles,
            copies,
        )
    except (AttributeError, KeyError, TypeError):
        return "not as the schema says"


def publication_of(packet: dict[str, Any]) -> str:
    """Where a case was published: cases of one publication are never on both sides of a split."""
    for reference in packet.get("metaData", {}).get("externalReferences", ()):
        name = str(reference.get("id", ""))
        if name:
            return name
    return str(packet.get("id", ""))


def _terms(packet: dict[str, Any], ontology: Ontology) -> tuple[tuple[int, ...], tuple[int, ...]]:
    present: dict[int, None] = {}
    excluded: dict[int, None] = {}
    for feature in packet.get("phenotypicFeatures", ()):
        place = ontology.place(as_term(str(feature.get("type", {}).get("id", ""))))
        if place is not None:
            (excluded if feature.get("excluded") else present)[place] = None
    above = {up for place in present for up in ontology.upward(place)}
    return tuple(present), tuple(place for place in excluded if place not in above)


def _genotype(found: list[dict[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    genes: dict[str, None] = {}
    alleles: dict[str, None] = {}
    states: list[str] = []
    for one in found:
        descriptor = one.get("variantInterpretation", {}).get("variationDescriptor", {})
        gene = descriptor.get("geneContext", {}).get("symbol") or one.get("gene", {}).get("symbol")
        if gene:
            genes[str(gene)] = None
        record = descriptor.get("vcfRecord", {})
        if record and record.get("genomeAssembly") in _ASSEMBLY:
            alleles[allele_name(record["chrom"], record["pos"], record["ref"], record["alt"])] = None
        states.append(str(descriptor.get("allelicState", {}).get("label", "")))
    return tuple(genes), tuple(alleles), _copies(states)


def _copies(states: list[str]) -> str:
    if any(state in _ALL_COPIES for state in states) or len(states) > 1:
        return "all"
    return "one" if states == ["heterozygous"] else "unknown"


def allele_name(chromosome: str, position: int | str, reference: str, alternate: str) -> str:
    """One name of an allele, shortened to what differs: callers pad indels in different ways."""
    ref, alt, at = str(reference).upper(), str(alternate).upper(), int(position)
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        ref, alt, at = ref[1:], alt[1:], at + 1
    name = str(chromosome)
    name = name if name.startswith("chr") else f"chr{'M' if name == 'MT' else name}"
    return f"{name}-{at}-{ref}-{alt}"
