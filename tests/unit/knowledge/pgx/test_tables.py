"""Tables from a folder: where it is looked for, what is refused, and what the exemptions of a gene change."""

from __future__ import annotations

import gzip
import json

import pytest

from medapp.formats.errors import UnreadableError
from medapp.knowledge.pgx import ALSO_POSSIBLE, find_tables, load_tables, printed_lines, recommended
from tests.unit.knowledge.pgx.made_up import (
    ALLELES,
    PLACES,
    call,
    definition,
    make_tables,
    names,
    phenotypes,
    sample,
    write,
)

ALLELE_FOLDER = "v1.0.0_definition_alleles"


def loaded(folder, exemption=None, gene="GENE9", **changes):
    raw = definition(gene, ALLELES) | changes
    write(folder, ALLELE_FOLDER, f"{gene}_translation", raw)
    write(folder, ALLELE_FOLDER, "exemptions", {gene: exemption or {}})
    return load_tables(folder)


def extra_place(position):
    reference, alternates = PLACES.get(position, ("A", ["G"]))
    return {
        "chromosome": "chr5",
        "position": position,
        "rsid": f"rs{position}",
        "ref": reference,
        "alts": alternates,
    }


def test_found_by_variable_data_folder_and_shared(tmp_path, monkeypatch):
    monkeypatch.delenv("MEDAPP_PGX_TABLES", raising=False)
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "shared"))
    assert find_tables(tmp_path) is None
    shared = tmp_path / "shared" / "ehr" / "pgx_knowledge"
    (shared / ALLELE_FOLDER).mkdir(parents=True)
    assert find_tables(tmp_path) == shared
    own = tmp_path / "knowledge" / "pgx"
    (own / ALLELE_FOLDER).mkdir(parents=True)
    assert find_tables(tmp_path) == own
    named = tmp_path / "named"
    (named / ALLELE_FOLDER).mkdir(parents=True)
    monkeypatch.setenv("MEDAPP_PGX_TABLES", str(named))
    assert find_tables(tmp_path) == named


def test_newest_version_wins_and_gzip_is_read(tmp_path):
    make_tables(tmp_path)
    newer = tmp_path / "v10.0.0_definition_alleles"
    newer.mkdir()
    raw = definition("GENE9", {"*1": ALLELES["*1"]}) | {"version": "2032"}
    (newer / "GENE9_translation.json.gz").write_bytes(gzip.compress(json.dumps(raw).encode()))
    tables = load_tables(tmp_path)
    assert tables.definitions["GENE9"].version == "2032"
    assert tables.definitions["DPYD"].version == "2031-01-01"


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"gene": "X", "variants": 3}', "[" * 100_000, '{"gene": "X", "chromosome": "chr1"}'],
)
def test_broken_tables_are_refused(tmp_path, text):
    (tmp_path / ALLELE_FOLDER).mkdir()
    (tmp_path / ALLELE_FOLDER / "X_translation.json").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match="X_translation"):
        load_tables(tmp_path)


def test_empty_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="no allele definitions"):
        load_tables(tmp_path)


def test_ignored_alleles_and_positions(tmp_path):
    tables = loaded(tmp_path, {"ignoredAlleles": ["*4"], "ignoredPositions": [extra_place(400)]})
    assert [one.position for one in tables.definitions["GENE9"].positions] == [100, 200, 300, 500]
    found = call(tables, sample(p100="0/1", p200="0/1", p400="1/1"))
    assert names(found) == ["*2/*3"]


def test_other_allele_at_an_ignored_place_stays(tmp_path):
    tables = loaded(tmp_path, {"ignoredPositions": [extra_place(400) | {"ref": "GTT"}]})
    assert len(tables.definitions["GENE9"].positions) == 5


def test_required_positions(tmp_path):
    tables = loaded(tmp_path, {"requiredPositions": [200]})
    found = call(tables, sample(p200=None))
    assert found.status == "no-call"
    assert "are missing: rs200" in found.notes[-1]
    assert call(tables, sample(p100=None)).status == "called"


def test_pick_of_the_curators_for_unphased_data(tmp_path):
    priority = {"list": ["*1/*4", "*2/*3"], "pick": "*2/*3"}
    tables = loaded(tmp_path, {"unphasedDiplotypePriorities": [priority]})
    found = call(tables, sample(p100="0/1", p200="0/1"))
    assert names(found) == ["*2/*3"]
    assert (ALSO_POSSIBLE, "*1/*4") in found.facts
    assert names(call(tables, sample(plain="0|0", p100="0|1", p200="0|1"))) == ["*1/*4"]


def test_extra_positions_are_reported(tmp_path):
    tables = loaded(tmp_path, {"extraPositions": [extra_place(900)]})
    from tests.unit.knowledge.pgx.made_up import line

    found = call(tables, [*sample(), line(900, "0/1")])
    assert found.facts == (("rs900", "A/G"),)
    assert call(tables, sample()).facts == ()


def test_suballeles_are_reported_as_their_core_allele(tmp_path):
    raw = definition("GENE9", ALLELES | {"*8.001": {300: "C", 400: "GA"}})
    write(tmp_path, ALLELE_FOLDER, "GENE9_translation", raw | {"suballelesMap": {"*8.001": "*8"}})
    assert names(call(load_tables(tmp_path), sample(p300="0/1", p400="0/1"))) == ["*1/*8"]


def test_one_position_stands_for_a_gene_without_call(tmp_path):
    raw = definition("SLCO1B1", ALLELES)
    raw["variants"][0]["rsid"] = "rs4149056"
    write(tmp_path, ALLELE_FOLDER, "SLCO1B1_translation", raw)
    write(
        tmp_path, "v1.0.0_phenotype", "SLCO1B1", phenotypes("SLCO1B1", {"*1": "Normal", "*2": "No function"})
    )
    tables = load_tables(tmp_path)
    found = call(tables, sample(p100="0/1", p300="1/1", p400="1/1"), "SLCO1B1")
    assert found.status == "no-call"
    assert printed_lines(found, tables) == ("rs4149056 A/rs4149056 G",)
    assert [(one.name, one.phenotype) for one in recommended(found)] == [
        ("*1/*2", "Intermediate Metabolizer")
    ]
    assert "rs4149056 alone" in found.notes[-1]
    assert call(tables, sample(p100=None, p300="1/1", p400="1/1"), "SLCO1B1").recommended == ()


def message(text, **conditions):
    return {"exception_type": "note", "matches": {"gene": "GENE9"} | conditions, "message": text}


def test_messages_of_the_tables(tmp_path):
    raw = [
        message("missing <b>three</b>", hapsMissing=["*3"]),
        message("place", variantsMissing=["rs400"]),
        message("called", hapsCalled=["*2; *3"]),
        message("pair", dips=["*1/*4"]) | {"exception_type": "ambiguity"},
        message("het", variant=["rs500"]),
        message("about all"),
        {"matches": {"gene": "GENE8", "hapsCalled": ["*1"]}, "message": "other gene"},
        "no message",
    ]
    write(tmp_path, ".", "messages", raw)
    tables = loaded(tmp_path)

    def notes(**genotypes):
        return call(tables, sample(**genotypes)).notes

    assert "missing three" in notes(p200=None)
    assert "place" in notes(p400=None)
    assert "called" in notes(p100="0/1")
    (only,) = notes()
    assert "have no phenotypes of GENE9" in only
    assert "pair" in notes(p100="0/1", p200="0/1")
    assert "pair" not in notes(plain="0|0", p100="0|1", p200="0|1")
    assert "het" in notes(p500="0/2")
