"""Rows of molecules as CSV and JSON: a line for each, with unit, interval and what is in doubt."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

from medapp.api.wire_molecules import RowWriter
from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property, Site
from medapp.services.molecule_files import write_csv, write_json
from tests.unit.api.test_wire_molecules import REFUSED, WHOLE


def rows(tmp_path):
    path = tmp_path / "rows"
    with RowWriter(path) as writer:
        writer.write(REFUSED)
        writer.write(WHOLE)
    return path


def test_csv(tmp_path):
    assert write_csv(rows(tmp_path), tmp_path / "out.csv") == 2
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        refused, whole = csv.DictReader(file)
    assert (refused["given"], refused["refused"]) == ("C1CC", "the ring is not closed")
    assert refused["logp"] == ""
    assert whole["logp"] == "-0.31"
    assert [whole[name] for name in ("half-life (h)", "half-life low", "half-life high")] == ["3.2", "1", "8"]
    assert whole["half-life note"] == "limited"
    assert (whole["ames of a metabolite"], whole["ames metabolite"]) == ("0.1", "CC=O")
    assert whole["ames of a metabolite similarity to known"] == "0.550"
    assert whole["atoms of 2E1"] == "0"
    assert (whole["metabolites"], whole["likeliest metabolite"]) == ("1", "CC=O")
    assert (whole["nearest"], whole["nearest_similarity"]) == ("CCCO", "0.600")
    assert whole["warning"] == refused["warning"] == "Not for diagnostic use"


def test_json(tmp_path):
    assert write_json(rows(tmp_path), tmp_path / "out.json", {"task": "molecules.screen"}) == 2
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert told["warning"] == "Not for diagnostic use"
    assert told["provenance"] == {"task": "molecules.screen"}
    first, second = told["molecules"]
    assert first["refused"]
    assert second["sites"] == [{"atom": 0, "enzyme": "2E1", "score": 0.8, "rank": 1}]
    assert second["metabolites"][0]["smiles"] == "CC=O"


def test_nothing_is_a_table_without_lines(tmp_path):
    (tmp_path / "rows").touch()
    assert write_csv(tmp_path / "rows", tmp_path / "out.csv") == 0
    assert write_json(tmp_path / "rows", tmp_path / "out.json", {}) == 0
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["molecules"] == []


def table(tmp_path, *molecules):
    path = tmp_path / "rows"
    path.unlink(missing_ok=True)
    with RowWriter(path) as writer:
        for row in molecules:
            writer.write(row)
    write_csv(path, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


HARMED = MoleculeRow(
    1, "CCO", "a", "CCO", metabolites=(Metabolite("CC=O", "CCO", 0.7, "ADH", "oxidation", 1),),
    alerts=(Alert("herg", "h", 0.6, nearest=0.3, note="hardly better"), Alert("ames", "a", 0.2, nearest=0.7)),
)  # fmt: skip
WORSE = replace(
    HARMED, number=2, alerts=(
        Alert("herg", "h", 0.1, nearest=0.5), Alert("ames", "a", 0.3, nearest=1.0),
        Alert("ames", "a", 0.9, "C=O", nearest=0.4), Alert("ames", "a", 0.5, "CC=O", nearest=0.6),
    ),
)  # fmt: skip


def test_harm_has_the_same_columns_in_the_same_order_whatever_comes_first(tmp_path):
    head, *lines = table(tmp_path, HARMED, WORSE)
    assert table(tmp_path, WORSE, HARMED)[0] == table(tmp_path, HARMED)[0] == head
    ames = [
        "ames", "ames similarity to known", "ames of a metabolite", "ames metabolite",
        "ames of a metabolite similarity to known",
    ]  # fmt: skip
    assert head[6:17] == ["herg", "herg note", *(name.replace("ames", "herg") for name in ames[1:]), *ames]
    first, second = (dict(zip(head, line, strict=True)) for line in lines)
    assert [second[name] for name in ames] == ["0.3", "1.000", "0.9", "C=O", "0.400"]
    assert [first[name] for name in ames] == ["0.2", "0.700", "", "", ""]
    assert first["herg note"] == "hardly better"
    for line in (first, second):
        assert all(float(line[name]) >= 0 for name in head[6:17:5] if name in {"herg", "ames"})


def test_the_order_of_properties_and_patterns_is_that_of_the_task(tmp_path):
    def row(names, patterns, enzymes):
        return MoleculeRow(
            1, smiles="C", properties=tuple(Property(name, 1.0, "h", *ends, note=note)
                                            for name, ends, note in names),
            alerts=tuple(Alert(name, "x") for name in patterns),
            sites=tuple(Site(0, one, 0.5, 1) for one in enzymes),
        )  # fmt: skip

    bare, whole = ("b", (), ""), ("b", (0.5, 2.0), "limited")
    rows = [
        row([bare], ["pains"], ["3A4"]),
        row([("a", (), ""), whole, ("c", (), "")], ["nih", "brenk"], ["1A2", "3A4"]),
    ]
    expected = [
        "a (h)", "b (h)", "b low", "b high", "b note", "c (h)", "brenk", "nih", "pains", "atoms of 1A2",
        "atoms of 3A4",
    ]  # fmt: skip
    assert table(tmp_path, *rows)[0][6:-3] == expected
    assert table(tmp_path, *reversed(rows))[0][6:-3] == expected


def test_other_columns_of_the_users_file_stand_behind_who_it_is(tmp_path):
    others = (("ID", " 7 "), ("LogP", "2.1"), ("Name ", "n"), ("logp", "x"), ("warning", ""))
    head, line, refused = table(
        tmp_path, replace(WHOLE, others=others), replace(REFUSED, others=(*others[:1], ("late", "=SUM(A1)")))
    )
    assert head[:4] == ["number", "given", "name", "smiles"]
    assert head[4:12] == [
        "ID", "late", "given LogP", "Name ", "given given logp", "given warning", "refused", "notes"
    ]  # fmt: skip
    found = dict(zip(head, line, strict=True))
    assert [found[name] for name in ("ID", "given LogP", "given given logp", "logp")] == [
        " 7 ", "2.1", "x", "-0.31"
    ]  # fmt: skip
    assert dict(zip(head, refused, strict=True))["ID"] == " 7 "


def test_texts_of_a_foreign_file_are_no_formulas_and_keep_what_they_say(tmp_path):
    others = (("=cmd()", "+1 (0)"), ("a", "@x"), ("b", "-3.5"), ("c", "-a"), ("d", "\t=1"))
    head, line = table(tmp_path, replace(WHOLE, given="=HYPERLINK(1)", name="=1+1", others=others))
    assert head[4:9] == ["'=cmd()", "a", "b", "c", "d"]
    assert line[1:9] == ["'=HYPERLINK(1)", "'=1+1", "CCO", "'+1 (0)", "'@x", "-3.5", "'-a", "'\t=1"]


def test_rows_of_earlier_versions_are_still_read(tmp_path):
    from medapp.api.codec import dump, load

    old = json.loads(dump(WHOLE))
    del old["others"]
    assert load(json.dumps(old).encode(), MoleculeRow) == WHOLE
