"""Structures are drawn in a process beside this one, which may hang, crash and be closed."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from medapp.services.structures import Draughtsman, Drawing, Look, StructureError

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


@pytest.fixture
def draughtsman():
    with Draughtsman() as made:
        yield made


def test_atoms_are_marked_in_the_colours_that_are_asked_for(draughtsman):
    look = Look({-1: "#101112", 8: "#ff2030"}, "#405060")
    text = draughtsman.svg(Drawing(ASPIRIN, (300, 200), ((1, "#00c0a0"),), numbers=True), look).decode()
    assert "#00C0A0" in text
    assert "#101112" in text
    assert "#FF2030" in text
    assert "<rect" not in text  # it lies on whatever is behind
    assert "#00C0A0" not in draughtsman.svg(Drawing(ASPIRIN, (300, 200)), look).decode()


def test_atoms_that_are_not_there_are_left_out(draughtsman):
    assert draughtsman.svg(Drawing("CCO", (100, 100), ((99, "#00c0a0"),)), Look())


def test_pictures_and_molfiles(draughtsman):
    assert draughtsman.png(Drawing(ASPIRIN, (300, 200)), Look(paper=True)).startswith(b"\x89PNG")
    text = draughtsman.molfile("CCO", "ethanol")
    assert text.startswith("ethanol\n")
    assert " V2000" in text


def test_what_is_no_structure_is_refused_and_the_process_goes_on(draughtsman):
    with pytest.raises(StructureError, match="no SMILES"):
        draughtsman.svg(Drawing("C(C", (100, 100)), Look())
    assert draughtsman.svg(Drawing("CC", (100, 100)), Look())


@pytest.mark.skipif(os.name == "nt", reason="a process is stopped by a signal")
def test_one_that_hangs_is_ended_and_the_next_is_drawn():
    with Draughtsman(limit=0.5) as made:
        made.svg(Drawing("CC", (100, 100)), Look())
        os.kill(made._process.pid, signal.SIGSTOP)
        with pytest.raises(StructureError, match="took too long"):
            made.svg(Drawing("CCO", (100, 100)), Look())
        assert made.svg(Drawing("CCO", (100, 100)), Look())


def test_a_closed_one_draws_nothing_and_lets_go_of_whoever_waits():
    made = Draughtsman()
    failed = []

    def ask():
        try:
            for _ in range(10_000):
                made.svg(Drawing("CCO", (100, 100)), Look())
        except StructureError:
            failed.append(True)

    waiting = threading.Thread(target=ask)
    waiting.start()
    made.close()
    waiting.join(30)
    assert failed
    assert made._process is None


def test_what_two_molecules_differ_in(draughtsman):
    found = draughtsman.differences(ASPIRIN, "O=C(O)c1ccccc1O", 5)
    assert found.common == 10
    assert found.own == (0, 1, 2)  # the acetyl group
    assert found.other == ()
    assert found.in_time
    same = draughtsman.differences(ASPIRIN, ASPIRIN, 5)
    assert (same.common, same.own, same.other) == (13, (), ())
    assert draughtsman.differences("CC", "c1ccccc1", 5).common == 0
    with pytest.raises(StructureError, match="no SMILES"):
        draughtsman.differences(ASPIRIN, "C(C", 5)


def peptide(order):
    """Of the six residues of a small alphabet."""
    rests = {
        "A": "C",
        "F": "Cc1ccccc1",
        "L": "CC(C)C",
        "K": "CCCCN",
        "W": "Cc1c[nH]c2ccccc12",
        "D": "CC(=O)O",
    }
    return "".join(f"NC({rests[one]})C(=O)" for one in order) + "O"


def test_differences_that_take_too_long_are_not_told(draughtsman):
    found = draughtsman.differences(peptide("FLKWDAFLKWDA"), peptide("WKLFADDKWLFA"), 1)
    assert not found.in_time
    assert (found.common, found.own, found.other) == (0, (), ())
    assert draughtsman.differences("CCO", "CCN", 5).in_time
