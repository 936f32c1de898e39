"""What is known of one patient's enzymes: genes that were called, and medicines that block or increase them.

The table is of the medicines that the FDA names as inhibitors and inducers of isoforms in its tables for the
study of interactions. A gene that was not called is unknown, and nothing is said of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Medication

if TYPE_CHECKING:
    from medapp.domain.genome import Genome
    from medapp.domain.record import Record

_OVER: Final = frozenset({
    "stopped", "cancelled", "canceled", "entered-in-error", "not-taken", "completed", "aborted", "draft",
    "declined", "unknown",
})  # fmt: skip
_USUAL: Final = "normal metabolizer"
_GENES: Final = {"CYP3A4": "3A4", "CYP2D6": "2D6", "CYP2C9": "2C9", "CYP2C19": "2C19", "CYP2B6": "2B6",
                 "CYP1A2": "1A2", "CYP2C8": "2C8", "CYP2A6": "2A6", "CYP2E1": "2E1"}  # fmt: skip


def notes_of(record: Record | None, genome: Genome | None) -> dict[str, str]:
    """By isoform what changes it in this patient; isoforms of which nothing is known are missing.

    The gene's phenotype stands there as it was called; medicines as the record names them, not taken for
    stopped where it says neither when they end nor that they did.
    """
    found: dict[str, list[str]] = {}
    for isoform, text in (*_of_genome(genome), *_of_record(record)):
        if text not in found.setdefault(isoform, []):
            found[isoform].append(text)
    return {isoform: "; ".join(texts) for isoform, texts in found.items()}


def _of_genome(genome: Genome | None) -> list[tuple[str, str]]:
    found = []
    for call in () if genome is None else genome.calls:
        isoform = _GENES.get(call.gene)
        phenotypes = {one.phenotype for one in call.recommended or call.diplotypes if one.phenotype}
        if isoform is None or call.status == "no-call" or len(phenotypes) != 1:
            continue
        phenotype = phenotypes.pop()
        if phenotype.lower() not in {_USUAL, "indeterminate"}:
            found.append((isoform, f"{call.gene}: {phenotype}"))
    return found


def _of_record(record: Record | None) -> list[tuple[str, str]]:
    found = []
    for entry in () if record is None else record.entries:
        content = entry.content
        if not isinstance(content, Medication) or not _is_taken(content):
            continue
        words = " ".join((content.concept.text, *(code.display for code in content.concept.codes))).lower()
        said = set(re.findall(r"[a-z]{4,}", words))
        found += [(isoform, f"{name} ({what})") for name, isoform, what in _table() if name in said]
    return found


def _is_taken(content: Medication) -> bool:
    return (
        content.status.lower() not in _OVER
        and content.intent != "do-not-perform"
        and content.taken.end is None
    )


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, str, str], ...]:
    lines = files(__package__).joinpath("inhibitors.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip())
    return tuple((name, isoform, what) for name, isoform, what in rows)
