"""Tables of medicines from a folder, and the program's own that ship with it.

Licences of the published tables differ and one of them states none, so they are not part of the program: a
clinic names the folder that it keeps them in.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Citation
from medapp.knowledge.therapy.interactions import TITLE, Interactions, interactions
from medapp.knowledge.therapy.own import Own, load_own
from medapp.knowledge.therapy.rows import read_rows
from medapp.knowledge.therapy.vocabulary import MAPPING, Vocabulary, own_names, with_mapping, with_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.knowledge.pgx import Guidelines
    from medapp.knowledge.pgx import Tables as PgxTables
    from medapp.knowledge.pgx.guidelines import Recommendation

TABLES_VARIABLE: Final = "MEDAPP_DRUG_TABLES"
SHARED_VARIABLE: Final = "MEDAPP_SHARED"
INTERACTIONS: Final = ("ddi_ndfrt_onc.tsv", "ddi_ndfrt_onc.tsv.gz")
RXNORM_NAMES: Final = ("ndfrt_rxnorm_mapping.csv", "ndfrt_rxnorm_mapping.csv.gz")
_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"


@dataclass(frozen=True)
class DrugTables:
    """All that checks look up.

    Attributes:
        interactions: None where the table is not installed: then it is not checked.
        guidelines, pgx: None where the tables of pharmacogenomics are not installed.
        folder: Where the published tables of medicines lie; empty where there are none.
    """

    vocabulary: Vocabulary
    own: Own
    interactions: Interactions | None = None
    guidelines: Guidelines | None = None
    pgx: PgxTables | None = None
    folder: str = ""
    sources: tuple[Citation, ...] = ()

    @cached_property
    def recommended(self) -> Mapping[str, tuple[Recommendation, ...]]:
        """Recommendations of guidelines by ingredient; of a combination by each of its parts."""
        found: defaultdict[str, list[Recommendation]] = defaultdict(list)
        for one in self.guidelines.recommendations if self.guidelines else ():
            for drug in one.drugs:
                for name in self.vocabulary.canonical(drug):
                    found[name].append(one)
        return {name: tuple(each) for name, each in found.items()}


def find_drug_tables(data_folder: Path | None = None) -> Path | None:
    """The folder of the published tables, None where there is none.

    Looked for in the environment variable MEDAPP_DRUG_TABLES, in ``knowledge/drugs`` of the user's data
    folder, then in the folder of real data beside a checkout (MEDAPP_SHARED names another).
    """
    places: list[Path] = []
    named = os.environ.get(TABLES_VARIABLE)
    if named:
        places.append(Path(named).expanduser())
    if data_folder is not None:
        places.append(data_folder / "knowledge" / "drugs")
    shared = os.environ.get(SHARED_VARIABLE)
    places.append((Path(shared) if shared else _BESIDE) / "ehr" / "drug_knowledge")
    return next((one for one in places if _first(one, INTERACTIONS) or _first(one, RXNORM_NAMES)), None)


def load_drug_tables(
    folder: Path | None,
    own_folder: Path,
    *,
    guidelines: Guidelines | None = None,
    pgx: PgxTables | None = None,
) -> DrugTables:
    """Read everything.

    Args:
        folder: As `find_drug_tables` found it; None for the program's own tables alone.
        own_folder: ``therapy`` of the resources.
        guidelines: Of pharmacogenomics; their medicines are names too.
        pgx: The tables that their results are looked up by.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is not the table that it should be.
    """
    vocabulary = own_names(
        read_rows(own_folder / "ingredients.tsv", "ingredient", "atc", "synonyms", "brands", "other_atc"),
        read_rows(own_folder / "combinations.tsv", "name", "ingredients"),
    )
    sources: list[Citation] = []
    pairs = _first(folder, INTERACTIONS)
    rows = read_rows(pairs, "drug1", "drug2", "source", "severity", "label") if pairs else ()
    names = dict.fromkeys(row[column].replace("_", " ") for row in rows for column in ("drug1", "drug2"))
    vocabulary = with_names(vocabulary, names, TITLE)
    if guidelines is not None:
        drugs = dict.fromkeys(drug for one in guidelines.recommendations for drug in one.drugs)
        vocabulary = with_names(vocabulary, drugs, "guidelines of CPIC and DPWG")
        title = "CPIC and DPWG guidelines of ClinPGx"
        sources.append(Citation("guideline", title, version=guidelines.version))
    mapping = _first(folder, RXNORM_NAMES)
    if mapping is not None:
        found = read_rows(mapping, "rxcui", "drugname", separator=";")
        vocabulary = with_mapping(vocabulary, ((row["rxcui"], row["drugname"]) for row in found))
        sources.append(Citation("table", MAPPING, mapping.name, _hash(mapping)))
    table = None
    if pairs is not None:
        table = interactions(rows, vocabulary, _hash(pairs))
        sources.append(Citation("table", TITLE, pairs.name, table.version))
    own = load_own(own_folder, vocabulary)
    where = str(folder) if folder is not None else ""
    return DrugTables(vocabulary, own, table, guidelines, pgx, where, tuple(sources))


def _first(folder: Path | None, names: tuple[str, ...]) -> Path | None:
    if folder is None:
        return None
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _hash(path: Path) -> str:
    """The table states no version: the start of its sha256 tells which it was."""
    return "sha256 " + hashlib.sha256(path.read_bytes()).hexdigest()[:12]
