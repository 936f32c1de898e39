"""Tables from a folder: definitions, phenotypes and messages in the JSON that PharmCAT and ClinPGx publish.

Their licences differ (CPIC: CC0; PharmCAT: MPL 2.0), so none is part of the program.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from medapp.domain.genome import Haplotype
from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.stream import read_bytes
from medapp.knowledge.pgx.names import split_diplotype
from medapp.knowledge.pgx.tables import (
    Definition,
    Exemption,
    Meaning,
    Message,
    NamedAllele,
    Phenotypes,
    Position,
    Priority,
    Tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES_VARIABLE = "MEDAPP_PGX_TABLES"
SHARED_VARIABLE = "MEDAPP_SHARED"
_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
_LARGEST = 256 << 20
_NEWEST = "*_definition_alleles"


def find_tables(data_folder: Path | None = None) -> Path | None:
    """The folder of the tables, None where there is none.

    Looked for in the environment variable MEDAPP_PGX_TABLES, in ``knowledge/pgx`` of the user's data folder,
    then in the folder of real data beside a checkout (MEDAPP_SHARED names another).
    """
    places: list[Path] = []
    named = os.environ.get(TABLES_VARIABLE)
    if named:
        places.append(Path(named).expanduser())
    if data_folder is not None:
        places.append(data_folder / "knowledge" / "pgx")
    shared = os.environ.get(SHARED_VARIABLE)
    places.append((Path(shared) if shared else _BESIDE) / "ehr" / "pgx_knowledge")
    return next((one for one in places if any(one.glob(_NEWEST))), None)


def load_tables(folder: Path) -> Tables:
    """All tables below a folder; where there are several versions, the newest of each gene.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is no such table.
    """
    exemptions: dict[str, Any] = {}
    for path in _files(folder, "*_definition_alleles", "exemptions.json*"):
        exemptions.update(_read(path))
    definitions: dict[str, Definition] = {}
    for path in _files(folder, "*_definition_alleles", "*_translation.json*"):
        one = _checked(path, _definition, exemptions)
        definitions[one.gene] = one
    phenotypes = _all_phenotypes(folder)
    if not definitions:
        message = "no allele definitions in the folder of the tables"
        raise UnreadableError(MALFORMED, message)
    versions = sorted({one.version for one in definitions.values()})
    messages = tuple(
        _message(raw) for path in _files(folder, ".", "messages.json*") for raw in _rows(_read(path))
    )
    folders = tuple(dict.fromkeys(one.folder for one in phenotypes.values()))
    return Tables(f"CPIC and ClinPGx {versions[-1]}", definitions, phenotypes, messages, folders)


def load_phenotypes(folder: Path) -> Tables:
    """What pairs of alleles mean, without their definitions: all that guidelines are looked up by.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is no such table.
    """
    found = _all_phenotypes(folder)
    version = max((one.version for one in found.values()), default="")
    folders = tuple(dict.fromkeys(one.folder for one in found.values()))
    return Tables(f"CPIC and ClinPGx {version}".strip(), {}, found, (), folders)


def _all_phenotypes(folder: Path) -> dict[str, Phenotypes]:
    found: dict[str, Phenotypes] = {}
    for pattern in ("*_phenotype_cpic", "*_phenotype"):
        for path in _files(folder, pattern, "*.json*"):
            table = _checked(path, _phenotypes, path.parent.name)
            found[table.gene] = table
    return found


def _files(folder: Path, group: str, pattern: str) -> Iterator[Path]:
    """Files of a group of folders, the oldest version first, so that newer ones replace them."""
    groups = [folder] if group == "." else sorted(folder.glob(group), key=_version)
    for one in groups:
        yield from sorted(one.glob(pattern))


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.name))


def _read(path: Path) -> Any:  # noqa: ANN401  JSON of any shape; the callers check what they take
    try:
        return orjson.loads(read_bytes(path, _LARGEST))
    except ValueError as error:
        raise _wrong(path) from error


def _wrong(path: Path) -> UnreadableError:
    return UnreadableError(MALFORMED, f"{path.name} is not a table of alleles or phenotypes")


def _checked(path: Path, build: Any, *more: Any) -> Any:  # noqa: ANN401  returns what `build` does
    try:
        return build(_read(path), *more)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise _wrong(path) from error


def _rows(raw: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [row for row in raw if isinstance(row, dict)] if isinstance(raw, list) else []


def _position(raw: dict[str, Any]) -> Position:
    return Position(
        chromosome=raw["chromosome"],
        position=int(raw["position"]),
        reference=raw["ref"],
        alternates=tuple(raw["alts"] or ()),
        rsid=raw.get("rsid") or "",
        hgvs=raw.get("chromosomeHgvsName") or "",
    )


def _definition(raw: dict[str, Any], exemptions: dict[str, Any]) -> Definition:
    gene = raw["gene"]
    exemption = _exemption(exemptions.get(gene, {}))
    positions = [_position(one) for one in raw["variants"]]
    kept = [
        index
        for index, one in enumerate(positions)
        if (one.position, one.reference) not in exemption.ignored_positions
    ]
    alleles = [
        NamedAllele(
            one["name"], tuple(one["alleles"][index] for index in kept), is_reference=bool(one["reference"])
        )
        for one in raw["namedAlleles"]
        if one["name"].lower() not in exemption.ignored_alleles and not one.get("structuralVariant")
    ]
    alleles.sort(key=lambda one: not one.is_reference)
    if not alleles or not alleles[0].is_reference:
        raise ValueError(gene)
    return Definition(
        gene=gene,
        chromosome=raw["chromosome"],
        version=str(raw.get("version") or ""),
        positions=tuple(positions[index] for index in kept),
        alleles=tuple(one for one in alleles if one.is_reference or one.defined),
        suballeles=dict(raw.get("suballelesMap") or {}),
        exemption=exemption,
    )


def _exemption(raw: dict[str, Any]) -> Exemption:
    priorities = tuple(
        Priority(
            frozenset(tuple(sorted(split_diplotype(name))) for name in one["list"]),
            tuple(sorted(split_diplotype(one["pick"]))),
        )
        for one in raw.get("unphasedDiplotypePriorities") or ()
    )
    return Exemption(
        ignored_alleles=frozenset(name.lower() for name in raw.get("ignoredAlleles") or ()),
        ignored_positions=frozenset(
            (int(one["position"]), str(one["ref"])) for one in raw.get("ignoredPositions") or ()
        ),
        required_positions=frozenset(raw.get("requiredPositions") or ()),
        extra_positions=tuple(_position(one) for one in raw.get("extraPositions") or ()),
        priorities=priorities,
    )


def _phenotypes(raw: dict[str, Any], folder: str) -> Phenotypes:
    haplotypes = {
        one["name"]: Haplotype(one["name"], one.get("functionValue") or "", number(one.get("activityValue")))
        for one in raw.get("namedAlleles") or ()
    }
    meanings = {}
    for one in raw.get("diplotypes") or ():
        copies = frozenset([(name, int(count)) for name, count in one["diplotypekey"].items()])
        meanings[copies] = _meaning(one.get("phenotype") or "", one.get("activityScore"))
    return Phenotypes(raw["gene"], str(raw.get("version") or ""), haplotypes, meanings, folder)


@lru_cache(maxsize=4096)
def _meaning(phenotype: str, score: object) -> Meaning:
    """One object for the thousands of pairs that mean the same."""
    return Meaning(phenotype, number(score), _score_text(score))


def number(text: object) -> float | None:
    """An activity value; None for ``n/a`` and the like."""
    try:
        return float(str(text).lstrip("≥"))
    except ValueError:
        return None


def _score_text(score: object) -> str:
    return str(score) if number(score) is not None else ""


def _message(raw: dict[str, Any]) -> Message:
    when = raw.get("matches") or {}

    def words(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for text in when.get(name) or () for part in str(text).split(";"))

    return Message(
        gene=when.get("gene") or "",
        kind=raw.get("exception_type") or "",
        text=re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", raw.get("message") or "")).strip(),
        called=words("hapsCalled"),
        alleles_missing=words("hapsMissing"),
        positions_missing=words("variantsMissing"),
        heterozygous=words("variant"),
        diplotypes=words("dips"),
        drugs=words("drugs"),
    )


__all__ = ["TABLES_VARIABLE", "find_tables", "load_tables", "number"]
