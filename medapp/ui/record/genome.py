"""Gene calls and variants as tables. What was not called is unknown, never normal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.ui.record.facts import number
from medapp.ui.record.tables import Cell, Column, Row, Table, amount, text
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.genome import GeneCall, Genotype, Variant, VariantFile

_SEX = {"X": 23, "Y": 24, "M": 25, "MT": 25}
_OTHER = 99


def gene_table(calls: Iterable[GeneCall]) -> Table:
    """One row a gene, by name."""
    columns = (
        Column(tr("Gene"), 12),
        Column(tr("Call"), 16),
        Column(tr("Diplotype"), 36),
        Column(tr("Phenotype"), 0),
        Column(tr("Score"), 8, right=True),
        Column(tr("Missing"), 14, right=True),
    )
    ordered = sorted(calls, key=lambda call: call.gene)
    return Table(columns, tuple(_gene(call) for call in ordered))


def _gene(call: GeneCall) -> Row:
    open_ = call.status == "no-call"
    words = {
        "called": tr("called"),
        "no-call": tr("no call"),
        "outside": tr("from a report"),
    }
    phenotypes = _different(one.phenotype for one in call.diplotypes)
    scores = {one.score for one in call.diplotypes}
    score = next(iter(scores)) if len(scores) == 1 else None
    # Several diplotypes that explain the genotypes equally well may differ in what they mean.
    scored = (
        tr("{low} or {high}", low=number(min(_known(scores))), high=number(max(_known(scores))))
        if len(_known(scores)) > 1
        else _score(score, known=call.status == "called" and bool(phenotypes))
    )
    phenotype = Cell(tr("unknown, which is not normal"), None, "warning") if open_ else text(phenotypes)
    cells = (
        text(call.gene),
        Cell(words[call.status], words[call.status], "warning" if open_ else ""),
        text(_found(call)),
        phenotype,
        amount(scored, score),
        _missing(call),
    )
    return Row(cells, tip="\n".join(call.notes), item=call)


def _missing(call: GeneCall) -> Cell:
    """How many positions are missing; nothing is missing where none was looked at, and nothing is there."""
    if call.status == "outside":
        return amount(tr("from outside"), None)
    if call.status == "no-call" and not call.missing:
        return amount(tr("not looked at"), None)
    return amount(str(len(call.missing)), float(len(call.missing)))


def _missing_positions(call: GeneCall) -> str:
    if call.status == "outside":
        return tr("from outside, no positions looked at")
    if call.status == "no-call" and not call.missing:
        return tr("no positions looked at")
    return ", ".join(call.missing) or tr("none")


def _known(scores: Iterable[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


def _score(score: float | None, *, known: bool) -> str:
    """A gene that the tables give a phenotype without a score has none; otherwise it is not known."""
    if score is not None:
        return number(score)
    return "\u2013" if known else unknown()


def _found(call: GeneCall) -> str:
    """Diplotypes, or alleles where it cannot be told which of them are on one chromosome."""
    if call.diplotypes:
        return _different(one.name for one in call.diplotypes)
    return " + ".join(one.name for one in call.components)


def _different(words: Iterable[str]) -> str:
    told = [word for word in dict.fromkeys(words) if word]
    return f" {tr('or')} ".join(told)


def gene_facts(call: GeneCall) -> list[tuple[str, str]]:
    """What the panel says of a gene."""
    facts = []
    if call.status == "no-call":
        facts.append((tr("No call"), tr("What this gene is like is not known. It may be normal or not.")))
    for one in call.diplotypes:
        functions = ", ".join(f"{half.name}: {half.function or unknown()}" for half in one.haplotypes)
        meaning = [one.phenotype or unknown()]
        if one.score is not None:
            meaning.append(tr("activity score {score}", score=number(one.score)))
        facts.append((one.name, " \u00b7 ".join((*meaning, functions))))
    if call.components:
        found = ", ".join(f"{one.name}: {one.function or unknown()}" for one in call.components)
        facts.append((tr("Alleles, which of them lie together is not known"), found))
    others = [one for one in call.recommended if one not in call.diplotypes]
    named = tr("Guidelines are looked up with")
    facts += [(named, f"{one.name} \u00b7 {one.phenotype or unknown()}") for one in others]
    phased = tr("yes") if call.phased else tr("no")
    facts.append((tr("Phased"), unknown() if call.status == "outside" else phased))
    facts.append((tr("Missing positions"), _missing_positions(call)))
    facts += [(tr("Note"), note) for note in call.notes]
    facts.append((tr("Tables"), call.tables or unknown()))
    return [*facts, *call.facts]


@dataclass(frozen=True, eq=False)
class GenomeView:
    """One genome as the page shows it.

    Attributes:
        title: File, sample and assembly, and the tables that were applied.
        file: What the header of the file says; None where it was not kept.
    """

    title: str
    genes: Table
    variants: Table
    file: VariantFile | None = None

    @classmethod
    def of(
        cls,
        calls: Sequence[GeneCall],
        variants: Sequence[Variant] = (),
        file: VariantFile | None = None,
        *named: str,
    ) -> GenomeView:
        """Of calls and lines; `named` are file, sample and assembly as far as they are known."""
        applied = dict.fromkeys(call.tables for call in calls if call.tables)
        # What single genes were looked up in beside is said of the gene.
        tables = [one for one in applied if not any(one.startswith(f"{each};") for each in applied)]
        title = " \u00b7 ".join(part for part in (*named, *tables) if part)
        return cls(title, gene_table(calls), variant_table(variants), file)


def variant_table(variants: Sequence[Variant], sample: int = 0) -> Table:
    """One row a variant, in the order of the chromosomes."""
    columns = (
        Column(tr("Place"), 18),
        Column(tr("Id"), 14, optional=True),
        Column(tr("Change"), 0),
        Column(tr("Genotype"), 16),
        Column(tr("Depth"), 8, right=True, optional=True),
        Column(tr("Quality"), 9, right=True, optional=True),
        Column(tr("Filter"), 14),
        Column(tr("Line"), 8, right=True),
    )
    return Table(columns, tuple(_variant(one, sample) for one in variants))


def _variant(one: Variant, sample: int) -> Row:
    genotype = one.genotypes[sample] if sample < len(one.genotypes) else None
    called = genotype is not None and genotype.is_called
    filters = tr("not applied") if one.filters is None else ", ".join(one.filters) or "PASS"
    alternates = ", ".join(one.alternates) or unknown()
    depth = genotype.depth if genotype else None
    cells = (
        Cell(f"{one.chromosome}:{one.position}", _place(one)),
        text(", ".join(one.ids), known=False),
        text(f"{one.reference} \u2192 {alternates}"),
        Cell(
            genotype_text(genotype),
            None if not called else genotype_text(genotype),
            "" if called else "warning",
        ),
        amount(unknown() if depth is None else str(depth), depth),
        amount(unknown() if one.quality is None else number(one.quality), one.quality),
        Cell(filters, filters, "warning" if one.filters else ""),
        amount(str(one.line), float(one.line)),
    )
    return Row(cells, item=one)


def _place(one: Variant) -> float:
    name = one.chromosome.removeprefix("chr")
    rank = int(name) if name.isdecimal() and len(name) < 3 else _SEX.get(name, _OTHER)  # noqa: PLR2004
    return rank * 1e10 + one.position


def genotype_text(genotype: Genotype | None) -> str:
    """As a VCF writes it (``0/1``, ``1|0``); what was not called says so."""
    if genotype is None:
        return unknown()
    if not genotype.alleles or all(allele is None for allele in genotype.alleles):
        return tr("no call")
    between = "|" if genotype.phased else "/"
    words = between.join("." if allele is None else str(allele) for allele in genotype.alleles)
    return words if genotype.is_called else tr("{genotype} (in part)", genotype=words)


def variant_facts(one: Variant, file: VariantFile | None) -> list[tuple[str, str]]:
    """What the panel says of a variant, and where it stands."""
    facts = [(tr("Place"), f"{one.chromosome}:{one.position}")]
    if file is not None:
        facts += [
            (tr("Assembly"), file.assembly or unknown()),
            (tr("File"), file.source.file or unknown()),
            (tr("Samples"), ", ".join(file.samples) or unknown()),
        ]
    facts.append((tr("Line"), str(one.line) if one.line else unknown()))
    facts.append((tr("Change"), f"{one.reference} \u2192 {', '.join(one.alternates) or unknown()}"))
    facts.append((tr("Genotypes"), ", ".join(genotype_text(each) for each in one.genotypes) or unknown()))
    return [*facts, *((key, value or tr("yes")) for key, value in one.info)]
