"""Names of chromosomes in one form, and which assembly a header speaks of."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.domain.genome import Assembly

_NAMES = (*(str(number) for number in range(1, 23)), "X", "Y")
# Lengths and RefSeq versions as the Genome Reference Consortium published them.
_LENGTHS_37 = (
    249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431,
    135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248,
    59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
)  # fmt: skip
_LENGTHS_38 = (
    248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717,
    133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285,
    58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
)  # fmt: skip
_REFSEQ_38 = (
    11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10,
)  # fmt: skip
_LENGTH_OF_M_IN_HG19 = 16571
"""hg19 has a mitochondrial sequence of its own; that of both assemblies is as long in 37 as in 38."""

_LENGTHS: dict[tuple[str, int], Assembly] = {
    **{(f"chr{name}", length): "GRCh37" for name, length in zip(_NAMES, _LENGTHS_37, strict=True)},
    **{(f"chr{name}", length): "GRCh38" for name, length in zip(_NAMES, _LENGTHS_38, strict=True)},
    ("chrM", _LENGTH_OF_M_IN_HG19): "GRCh37",
}
_REFSEQ: dict[str, Assembly] = {
    **{f"NC_{n:06d}.{version - 1}": "GRCh37" for n, version in enumerate(_REFSEQ_38, 1)},
    **{f"NC_{n:06d}.{version}": "GRCh38" for n, version in enumerate(_REFSEQ_38, 1)},
}
_PLAIN = re.compile(r"(?:chr)?([1-9]|1[0-9]|2[0-2]|X|Y|M|MT)", re.IGNORECASE)
_ACCESSION = re.compile(r"NC_0000(0[1-9]|1[0-9]|2[0-4])\.[0-9]+")
_MITOCHONDRIAL_ACCESSION = "NC_012920.1"
_NAMED_37 = re.compile(r"GRCh37|\bhg19|\bb37|hs37d5|g1k_v37|hs37-", re.IGNORECASE)
_NAMED_38 = re.compile(r"GRCh38|\bhg38|hs38", re.IGNORECASE)


@lru_cache(maxsize=4096)
def chromosome(name: str) -> str:
    """``chr1`` to ``chr22``, ``chrX``, ``chrY``, ``chrM`` for the ways to write them; others as written."""
    match = _PLAIN.fullmatch(name)
    if match:
        number = match.group(1).upper()
        return "chrM" if number == "MT" else f"chr{number}"
    accession = _ACCESSION.fullmatch(name)
    if accession:
        return f"chr{_NAMES[int(accession.group(1)) - 1]}"
    return "chrM" if name == _MITOCHONDRIAL_ACCESSION else name


def assemblies_of_contig(name: str, length: int | None, named: str) -> set[Assembly]:
    """What one ``##contig`` says: by its length, its accession, and the name of its assembly."""
    votes = assemblies_named(named)
    by_accession = _REFSEQ.get(name)
    by_length = _LENGTHS.get((chromosome(name), length)) if length is not None else None
    return votes | {vote for vote in (by_accession, by_length) if vote is not None}


def length_of(chromosome_name: str, assembly: Assembly) -> int | None:
    """Of ``chr1`` to ``chrY``; None for others."""
    return next((n for (name, n), of in _LENGTHS.items() if (name, of) == (chromosome_name, assembly)), None)


def assemblies_named(text: str) -> set[Assembly]:
    """What a text such as the value of ``##reference`` names."""
    votes: set[Assembly] = set()
    if _NAMED_37.search(text):
        votes.add("GRCh37")
    if _NAMED_38.search(text):
        votes.add("GRCh38")
    return votes
