"""Calls of other methods in PharmCAT's format: gene, diplotype, phenotype, activity score between tabs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.genome import Diplotype, GeneCall
from medapp.domain.record import Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.stream import read_bytes
from medapp.knowledge.pgx.meaning import diplotype, haplotype
from medapp.knowledge.pgx.names import NO_CALL, split_diplotype
from medapp.knowledge.pgx.reasons import explained
from medapp.knowledge.pgx.rules import OUTSIDE_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from medapp.domain.genome import Haplotype
    from medapp.knowledge.pgx.tables import Phenotypes, Tables

_LARGEST = 16 << 20
_GENE = re.compile(r"[A-Z][A-Z0-9-]{1,14}")
_COPIES = re.compile(r"(\*\d+)x(\d+)")
_MANY = 3
_COLUMNS = 4
_SHORT = {
    "PM": "Poor",
    "IM": "Intermediate",
    "NM": "Normal",
    "EM": "Normal",
    "RM": "Rapid",
    "UM": "Ultrarapid",
}
_SPEED = re.compile(
    r"\b(poor|intermediate|normal|extensive|rapid|ultra-?\s?rapid)\s+metaboli[sz]ers?\b", re.IGNORECASE
)
_MODIFIER = re.compile(r"\b(likely|possible)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """One line; empty where a column is empty."""

    gene: str
    diplotype: str = ""
    phenotype: str = ""
    score: str = ""
    line: int = 0


def read_outside(path: Path, name: str) -> Iterator[OutsideCall | Refusal]:
    """All lines of a file; a refusal with its line for each that is no call."""
    try:
        text = read_bytes(path, _LARGEST).decode("utf-8-sig")
    except (OSError, UnreadableError, UnicodeDecodeError) as error:
        code = error.code if isinstance(error, UnreadableError) else "encoding"
        yield Refusal(
            Source(name, "table"), code, "the file of outside calls cannot be read as UTF-8", whole=True
        )
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        cells += [""] * (_COLUMNS - len(cells))
        if not _GENE.fullmatch(cells[0]) or not any(cells[1:_COLUMNS]):
            reason = f"line {number} is no call of a gene: gene, diplotype, phenotype, activity score"
            yield Refusal(Source(name, "table", f"line {number}"), "invalid", reason)
            continue
        yield OutsideCall(cells[0], cells[1], cells[2], cells[3], number)


def outside_call(tables: Tables, gene: str, lines: Sequence[OutsideCall]) -> GeneCall:
    """What was reported of one gene; it stands above what a VCF says.

    An activity score stands above a phenotype, and that above a diplotype; where they contradict each other
    a note says so.
    """
    found: list[Diplotype] = []
    notes: list[str] = ["This comes from an outside report, which gives no positions."]
    for line in lines:
        one = _diplotype(tables, line, notes)
        if one is not None and one not in found:
            found.append(one)
    if not found:
        return GeneCall(
            gene, "no-call", notes=("The outside report has no call.",), tables=tables.named(gene)
        )
    call = GeneCall(gene, "outside", tuple(found), notes=tuple(notes), tables=tables.named(gene))
    return explained(call, tables)


def not_called(tables: Tables, gene: str) -> GeneCall:
    """A gene that only another method can call."""
    note = f"{gene} is not called from a VCF: {OUTSIDE_ONLY[gene]}. Add an outside call."
    return GeneCall(gene, "no-call", notes=(note,), tables=tables.named(gene))


def _diplotype(tables: Tables, line: OutsideCall, notes: list[str]) -> Diplotype | None:
    table = tables.phenotypes.get(line.gene)
    names = () if line.diplotype.lower() in NO_CALL else split_diplotype(line.diplotype)
    phenotype = "" if line.phenotype.lower() in NO_CALL else standard_phenotype(line.phenotype)
    if not (names or phenotype or line.score):
        return None
    expected = _expected(tables, line.gene, names, table) if names else Diplotype(())
    shown = tuple(haplotype(tables, line.gene, name) for name in names)
    if table is not None and table.uses_score and line.score:
        return _by_score(line, table, shown, expected, phenotype, notes)
    if phenotype:
        if names and expected.phenotype and expected.phenotype != phenotype:
            notes.append(
                f"The phenotype that was reported is not that of the diplotype ({expected.phenotype})."
            )
        score = expected.score if expected.phenotype == phenotype else None
        if table is not None and table.uses_score and score is None:
            scores = table.scores_of(phenotype)
            score = float(scores[0]) if len(scores) == 1 else None
            if len(scores) > 1:
                notes.append(f"This phenotype has several activity scores: {', '.join(scores)}.")
        return Diplotype(shown, phenotype, score)
    return Diplotype(shown, expected.phenotype, expected.score)


def _by_score(
    line: OutsideCall,
    table: Phenotypes,
    shown: tuple[Haplotype, ...],
    expected: Diplotype,
    phenotype: str,
    notes: list[str],
) -> Diplotype:
    meaning = table.of_score(line.score)
    if meaning is None:
        notes.append("The activity score that was reported is none that CPIC assigns.")
        return Diplotype(shown, phenotype or expected.phenotype, None)
    if (phenotype and phenotype != meaning.phenotype) or (
        expected.score is not None and expected.score != meaning.score
    ):
        notes.append(
            "The activity score that was reported is not that of the diplotype or phenotype beside it."
        )
    return Diplotype(shown, meaning.phenotype, meaning.score)


def _expected(tables: Tables, gene: str, names: Sequence[str], table: Phenotypes | None) -> Diplotype:
    """What the tables say of a diplotype; many copies of an allele are counted as the tables count them."""
    known = table.haplotypes if table else {}
    return diplotype(tables, gene, [_copies(name, known) for name in names])


def _copies(name: str, known: Mapping[str, Haplotype]) -> str:
    match = _COPIES.fullmatch(name)
    if match is None or name in known or int(match[2]) < _MANY:
        return name
    many = f"{match[1]}x≥3"
    return many if many in known else name


def standard_phenotype(text: str) -> str:
    """CPIC's term for a phenotype: spelling, capitals and the usual abbreviations."""
    plain = text.strip()
    if plain.upper() in _SHORT:
        return f"{_SHORT[plain.upper()]} Metabolizer"
    match = _SPEED.search(plain)
    if match is None:
        return plain
    speed = match[1].lower().replace("-", "").replace(" ", "")
    speed = "normal" if speed == "extensive" else speed
    modifier = _MODIFIER.search(plain)
    words = [modifier[1].capitalize()] if modifier else []
    return " ".join([*words, speed.capitalize(), "Metabolizer"])
