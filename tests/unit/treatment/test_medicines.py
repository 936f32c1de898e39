"""Names of medicines to ingredients."""

from __future__ import annotations

import numpy as np
import pytest

from medapp.api import TaskRefused
from medapp_treatment.medicines import ingredients_of
from medapp_treatment.molecules import among, fingerprints, pairs_in


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", ("acetaminophen", "oxycodone")),
        ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", ("metoprolol",)),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", ("epinephrine",)),
        ("Yaz 28 Day Pack", ("drospirenone", "ethinyl estradiol")),
        ("Vitamin B 12 5 MG/ML Injectable Solution", ("cyanocobalamin",)),
        ("Insulin Human Regular", ("insulin",)),
        ("insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML [Humulin]", ("insulin",)),
        ("Potassium Chloride", ("potassium chloride",)),
        ("Piperacillin-Tazobactam Na", ("piperacillin", "tazobactam")),
        ("HEPARIN SODIUM", ("heparin",)),
        ("Carbamazepine[Tegretol]", ("carbamazepine",)),
        ("something nobody knows", ("something nobody knows",)),
        ("  ", ()),
        ("500 mg", ()),
    ],
)
def test_a_name_gives_its_ingredients(name, found):
    assert ingredients_of(name) == found


def test_a_known_molecule_has_bits_and_an_unknown_one_has_none():
    bits = fingerprints(("aspirin", "simvastatin", "something nobody knows"))
    assert bits.shape == (3, 1024)
    assert (bits[:2].sum(axis=1) > 10).all()
    assert not bits[2].any()
    assert (bits[0] != bits[1]).any()


def test_pairs_are_read_and_found_both_ways(tmp_path):
    table = tmp_path / "ddi_ndfrt_onc.tsv"
    table.write_text("drugbank1\tdrug1\tdrugbank2\tdrug2\nA\twarfarin\tB\taspirin\nA\taspirin\tA\taspirin\n")
    pairs = pairs_in(tmp_path)
    assert pairs == {frozenset({"warfarin", "aspirin"})}
    found = among(pairs, ("aspirin", "metformin", "warfarin"))
    np.testing.assert_array_equal(found, [[0, 0, 1], [0, 0, 0], [1, 0, 0]])


@pytest.mark.parametrize("text", ["", "one\ttwo\n1\t2\n"])
def test_a_table_of_pairs_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "ddi_ndfrt_onc.tsv").write_text(text)
    with pytest.raises(TaskRefused, match="no column drug1"):
        pairs_in(tmp_path)
    with pytest.raises(TaskRefused, match="holds no table"):
        pairs_in(tmp_path / "nothing")
