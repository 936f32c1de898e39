"""Marks on drawings, places in the graph, bars, and words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property, Site
from medapp.services.molecule_project import new_run
from medapp.services.molecule_rows import read_batch
from medapp.ui.molecules.columns import Molecules
from medapp.ui.molecules.giving import as_lines, is_taken
from medapp.ui.molecules.harm_panel import ordered
from medapp.ui.molecules.marks import mixed, of_alert, of_metabolite, of_sites
from medapp.ui.molecules.pathway import nodes_of
from medapp.ui.molecules.properties import lines_of
from medapp.ui.molecules.words import alert_text, metabolite_text, number, short_title, value_text
from tests.unit.ui_molecules.conftest import METABOLISED, ROWS, put


def test_sites_of_one_enzyme_are_marked_by_their_score():
    sites = (Site(3, "3A4", 0.9, 1), Site(5, "3A4", 0.01, 2), Site(7, "2D6", 1.0, 1))
    marks = of_sites(sites, "3A4")
    assert [mark.atom for mark in marks] == [3, 5]
    assert 1 >= marks[0].weight > marks[1].weight > 0


def test_atoms_of_an_alert_speak_for_it_or_against_it():
    marks = of_alert(Alert("a", "A", 0.5, atoms=((1, 2.0), (2, -1.0))))
    assert [(mark.atom, mark.weight, mark.kind) for mark in marks] == [(1, 1.0, "for"), (2, 0.5, "against")]
    assert of_alert(Alert("a", "A")) == ()
    assert of_metabolite(METABOLISED.metabolites[0])[0].weight == 1.0


def test_a_mixed_colour_lies_between():
    assert mixed("#ff0000", "#000000", 1) == "#ff0000"
    assert mixed("#ff0000", "#0000ff", 0.5) == "#800080"


def made(smiles, parent, score):
    return Metabolite(smiles, parent, score, "CYP", "r", 1)


def test_a_parent_stands_on_the_line_of_what_it_most_likely_becomes():
    nodes = nodes_of(
        "M", [made("A", "M", 0.9), made("B", "M", 0.5), made("A1", "A", 0.3), made("A2", "A", 0.2)]
    )
    by_name = {node.smiles: node for node in nodes}
    assert [by_name[name].column for name in ("M", "A", "A1", "B")] == [0, 1, 2, 1]
    assert by_name["A"].line == by_name["A1"].line == by_name["M"].line == 0
    assert [by_name[name].line for name in ("A2", "B")] == [1, 2]
    assert nodes[by_name["A1"].parent].smiles == "A"
    places = [(node.column, node.line) for node in nodes]
    assert len(set(places)) == len(places)


def test_of_many_the_likeliest_with_all_on_the_way_to_them():
    listed = [made("A", "M", 0.01), made("A1", "A", 0.9), made("B", "M", 0.5), made("C", "M", 0.4)]
    assert {node.smiles for node in nodes_of("M", listed, most=3)} == {"M", "A", "A1", "B"}
    assert [node.smiles for node in nodes_of("M", [made("X", "unknown", 0.9)])] == ["M"]
    assert len(nodes_of("M", [made("X", "Y", 0.9), made("Y", "X", 0.9)])) == 1


@pytest.fixture
def molecules(tmp_path):
    put(tmp_path / "rows", *ROWS)
    found = Molecules()
    found.take(new_run("screen", "Screening"), 0, read_batch(tmp_path / "rows", 0))
    return found


def test_bars_lie_between_the_least_and_the_largest_of_all(molecules):
    weight, likeness = lines_of(ROWS[3], molecules)
    assert weight.title == "Weight"
    assert weight.value == "120 g/mol"
    assert weight.place == pytest.approx((120 - 46.1) / (300 - 46.1), abs=1e-5)
    assert likeness.place == 0.5
    row = MoleculeRow(
        1, properties=(
            Property("weight", None, "g/mol", note="cannot be computed"),
            Property("half-life", 4.0, "h", 1.0, 9.0, predicted=True),
            Property("odd", 7.0),
        ),
    )  # fmt: skip
    unknown, interval, alone = lines_of(row, molecules)
    assert (unknown.value, unknown.place, unknown.remark) == ("unknown", None, "cannot be computed")
    assert interval.interval == (0.0, 1.0)
    assert interval.place == pytest.approx(3 / 8)
    assert interval.remark == "predicted"
    assert alone.place is None


def test_how_far_a_wish_is_fulfilled_is_read_beside_the_wish(molecules):
    row = MoleculeRow(1, smiles="C", properties=(Property("fulfilled: half-life 6..", 0.315),))
    (wish,) = lines_of(row, molecules)
    assert (wish.title, wish.value, wish.place) == ("Half-life 6..", "fulfilled 0.315", pytest.approx(0.315))


def test_words(molecules):
    assert [number(one) for one in (180.0, 0.12345, 12345.6, float("nan"))] == ["180", "0.123", "12346", ""]
    assert value_text(Property("x", 2.5, "h", 1.0, 4.0)) == "2.5 h  (1 – 4)"
    assert short_title(molecules, "weight") == "Weight (g/mol)"
    assert "nothing alike" in alert_text(Alert("a", "A", 0.5, nearest=0.1))
    assert "nearest unknown" in alert_text(Alert("a", "A", 0.5))
    assert "ketoconazole" in metabolite_text(METABOLISED.metabolites[0])


def test_harm_above_what_is_usual_comes_first():
    usual, above = Alert("a", "Assay: A", 0.9), Alert("b", "hERG: B", 0.2, atoms=((0, 1.0),))
    pattern = Alert("pains", "quinone")
    assert ordered((usual, pattern, above), "") == [above, usual]
    assert ordered((usual, pattern, above), "Assay") == [usual]
    assert ordered((above, usual), "", unusual_first=False) == [usual, above]
    weak = replace(above, probability=0.99, note="hardly better than chance")
    assert ordered((weak, usual, above), "") == [above, weak, usual]


def test_what_is_hardly_better_than_chance_is_marked_beside_its_number():
    weak = Alert("sider eye", "Adverse reactions: Eye", 0.94, nearest=0.7, note="hardly better than chance")
    assert alert_text(weak) == "0.94 · hardly better than chance · nearest 0.70"


def test_what_is_taken(tmp_path):
    for name in ("a.smi", "b.CSV", "c.sdf.gz", "d.medmol", "e.mol"):
        assert is_taken(tmp_path / name)
    for name in ("a.dcm", "b.json", "c.gz", "d"):
        assert not is_taken(tmp_path / name)
    assert as_lines("\n CCO   ethanol \n\n\tC\n") == "CCO ethanol\nC\n"
    assert as_lines(" \n") == ""
