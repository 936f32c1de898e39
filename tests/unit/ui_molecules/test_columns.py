"""Molecules as columns: filled while rows arrive, filtered, sorted, and the best of them."""

from __future__ import annotations

import numpy as np

from medapp.domain.molecule import MoleculeRow, Property
from medapp.services.molecule_project import new_run
from medapp.services.molecule_rows import PATTERNS, read_batch
from medapp.ui.molecules.choosing import Choice, Range, pareto, shown
from medapp.ui.molecules.columns import Molecules
from tests.unit.ui_molecules.conftest import METABOLISED, ROWS, put, screened


def filled(tmp_path):
    put(tmp_path / "rows", *ROWS)
    found = Molecules()
    found.take(new_run("molecules.screen", "Screening"), 0, read_batch(tmp_path / "rows", 0))
    return found


def names(molecules, choice):
    return [molecules.names[at] for at in shown(molecules, choice)]


def test_columns_grow_with_rows_and_hold_what_is_not_known_as_that(tmp_path):
    many = [screened(n + 1, f"m{n}", "C" * (n % 9 + 1), float(n), 0.5) for n in range(3000)]
    put(tmp_path / "rows", *many)
    molecules, run, offset, line = Molecules(), new_run("s", "S"), 0, 0
    while len(batch := read_batch(tmp_path / "rows", offset, most=700)):
        molecules.take(run, line, batch)
        offset, line = batch.end, line + len(batch)
    assert len(molecules) == 3000
    np.testing.assert_array_equal(molecules.values("weight"), np.arange(3000))
    assert np.isnan(molecules.values("unheard of")).all()
    assert molecules.offsets_of(2999)[run.id] > molecules.offsets_of(0)[run.id]


def test_a_run_on_some_fills_their_places_alone(tmp_path):
    molecules = filled(tmp_path)
    put(tmp_path / "more", METABOLISED)
    run = new_run("m", "M", places=(3,))
    molecules.take(run, 0, read_batch(tmp_path / "more", 0))
    np.testing.assert_array_equal(molecules.values("metabolites"), [np.nan, np.nan, np.nan, 2])
    assert set(molecules.offsets_of(0)) != set(molecules.offsets_of(3))
    assert len(molecules) == 4


def test_the_way_from_a_seed_is_followed_and_ends(tmp_path):
    def step(number, *parents):
        return MoleculeRow(
            number, smiles="C" * number, properties=tuple(Property("parent", one) for one in parents)
        )

    put(
        tmp_path / "rows",
        step(1),
        step(2, 1.0),
        step(3),
        step(4, 2.0),
        step(5, 6.0),
        step(6, 5.0),
        step(7, 99.0),
    )
    molecules = Molecules()
    molecules.take(new_run("o", "O", makes=True), 0, read_batch(tmp_path / "rows", 0))
    assert molecules.way_to(3) == (0, 1, 3)
    assert molecules.way_to(2) == (2,)
    assert molecules.way_to(4) == (5, 4)
    assert molecules.way_to(6) == (6,)


def test_what_another_run_works_with_is_not_refused_any_more(tmp_path):
    molecules = filled(tmp_path)
    assert list(molecules.is_refused) == [False, False, True, False]
    put(tmp_path / "more", METABOLISED)
    molecules.take(new_run("m", "M", places=(2,)), 0, read_batch(tmp_path / "more", 0))
    assert not molecules.is_refused.any()
    assert molecules.names[2] == "torn"


def test_what_nobody_looked_for_patterns_in_is_not_free_of_them(tmp_path):
    put(tmp_path / "rows", *ROWS)
    molecules = Molecules()
    molecules.take(new_run("molecules.generate", "G", makes=True), 0, read_batch(tmp_path / "rows", 0))
    np.testing.assert_array_equal(molecules.values(PATTERNS), [np.nan, 2, np.nan, np.nan])
    assert names(molecules, Choice(without_patterns=True)) == []


def test_ranges_words_and_chips(tmp_path):
    molecules = filled(tmp_path)
    assert names(molecules, Choice()) == ["heavy", "light", "torn", "middle"]
    assert names(molecules, Choice(ranges=(Range("weight", 100, 200),))) == ["middle"]
    assert names(molecules, Choice(ranges=(Range("weight", None, 300),))) == ["heavy", "light", "middle"]
    assert names(molecules, Choice(ranges=(Range("weight"),))) == ["heavy", "light", "middle"]
    assert names(molecules, Choice(ranges=(Range("unheard of", 0, 1),))) == []
    assert names(molecules, Choice(without_patterns=True)) == ["heavy", "middle"]
    assert names(molecules, Choice(without_refused=True)) == ["heavy", "light", "middle"]
    assert names(molecules, Choice(words="CCO")) == ["light"]
    assert names(molecules, Choice(words="mid cccc")) == ["middle"]
    assert molecules.value(PATTERNS, 1) == 2


def test_the_order_puts_what_has_no_value_last_whichever_way(tmp_path):
    molecules = filled(tmp_path)
    assert names(molecules, Choice(by="weight")) == ["light", "middle", "heavy", "torn"]
    assert names(molecules, Choice(by="weight", falling=True)) == ["heavy", "middle", "light", "torn"]
    assert names(molecules, Choice(by="name")) == ["heavy", "light", "middle", "torn"]
    assert names(molecules, Choice(by="name", falling=True)) == ["torn", "middle", "light", "heavy"]
    assert names(molecules, Choice(by="smiles", falling=True))[-1] == "torn"
    assert names(molecules, Choice(by="number", falling=True)) == ["middle", "torn", "light", "heavy"]


def test_a_choice_comes_back_and_an_odd_one_is_none():
    choice = Choice("a b", (Range("weight", 1.0, None),), True, False, "weight", True)
    assert Choice.from_json(choice.to_json()) == choice
    assert Choice.from_json({}) == Choice()
    assert Choice.from_json({**choice.to_json(), "ranges": 3}) == Choice()


def test_the_best_are_those_that_no_other_betters():
    x = np.array([1, 2, 3, 3, np.nan, 2], np.float32)
    y = np.array([3, 2, 1, 2, 0, 2], np.float32)
    assert list(pareto(x, y, x_high=False, y_high=False)) == [True, True, True, False, False, True]
    assert list(pareto(x, y, x_high=True, y_high=True)) == [True, False, False, True, False, False]
    assert not pareto(x[:0], y[:0], x_high=True, y_high=True).any()
    drawn = np.random.default_rng(1).random((2, 200)).astype(np.float32)
    best = pareto(*drawn, x_high=False, y_high=True)
    for at in range(200):
        betters = (drawn[0] <= drawn[0][at]) & (drawn[1] >= drawn[1][at])
        betters &= (drawn[0] < drawn[0][at]) | (drawn[1] > drawn[1][at])
        assert best[at] == (not betters.any())
