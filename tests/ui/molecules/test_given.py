"""What was given stands in the table before anything was run on it; it is read in a job."""

from __future__ import annotations

import gzip
from datetime import datetime

import pytest
from PySide6.QtGui import QGuiApplication

from medapp.services.structures import Draughtsman
from medapp.ui.molecules.choosing import Choice, Range
from tests.ui.molecules.conftest import given, run
from tests.ui.molecules.test_page import texts


def listed(qtbot, page, count):
    qtbot.waitUntil(lambda: len(page.molecules.shown) == count and not page.listing.is_busy, timeout=60000)


def test_pasted_ones_are_listed_counted_and_drawn(qtbot, page, window):
    given(qtbot, page, "OCC ethanol\nnonsense\nC(C)(C)(C)(C)C five\n")
    listed(qtbot, page, 3)
    assert texts(page, "number") == ["1", "2", "3"]
    assert texts(page, "name") == ["ethanol", "", "five"]
    assert texts(page, "smiles") == ["OCC", "nonsense", "C(C)(C)(C)(C)C"]
    said = page.workspace.given.said.text()
    assert said.startswith("3 molecules")
    assert "Nothing was run" in said
    assert page.molecules.chosen == 0
    detail = page.workspace.detail
    qtbot.waitUntil(lambda: detail.name.full_text == "ethanol" and detail.structure.is_drawn, timeout=60000)
    assert page.detail.row.smiles == "OCC"
    page.workspace.acts.copy.trigger()
    assert QGuiApplication.clipboard().text() == "OCC"
    assert not window.problems


def test_a_task_goes_before_what_was_given(qtbot, page, window):
    given(qtbot, page, "OCC ethanol\nCCCO propanol\nC(C)(C)(C)(C)C five\n")
    listed(qtbot, page, 3)
    page.molecules.set_choice(Choice(words="propanol"))
    page.workspace.tasks.shown_only.setChecked(True)
    done = run(qtbot, page, "molecules.screen", predict=False)
    assert done.places == (1,)
    page.molecules.set_choice(Choice())
    qtbot.waitUntil(lambda: texts(page, "smiles")[0] == "OCC", timeout=30000)
    run(qtbot, page, "molecules.screen", predict=False)
    qtbot.waitUntil(lambda: texts(page, "smiles")[:2] == ["CCO", "CCCO"], timeout=30000)
    assert texts(page, "smiles")[2].startswith("Refused: It is impossible")
    page.molecules.choose(0)
    qtbot.waitUntil(lambda: page.detail.row is not None and page.detail.row.smiles == "CCO", timeout=30000)
    first = page.molecules.project
    page.giving.paste("CC ethane")
    qtbot.waitUntil(lambda: page.molecules.project.folder != first.folder, timeout=30000)
    listed(qtbot, page, 1)
    page.giving.open_recent(first)
    listed(qtbot, page, 3)
    qtbot.waitUntil(lambda: texts(page, "smiles")[2].startswith("Refused: It is impossible"), timeout=30000)
    assert texts(page, "smiles")[0] == "CCO"
    assert not window.problems


def test_records_of_an_sdf_are_listed_with_their_smiles(qtbot, page, tmp_path, window):
    with Draughtsman() as draughtsman:
        records = [draughtsman.molfile("CCO", "ethanol"), "torn\n\n\n  9  9\nM  END\n"]
    path = tmp_path / "some.sdf.gz"
    path.write_bytes(gzip.compress("".join(f"{one}$$$$\n" for one in records).encode()))
    page.giving.open_files([path])
    listed(qtbot, page, 2)
    assert texts(page, "smiles") == ["CCO", ""]
    assert texts(page, "name") == ["ethanol", "torn"]
    assert not window.problems


def test_a_long_file_is_filtered_before_anything_was_run(qtbot, page, tmp_path):
    path = tmp_path / "long.smi"
    path.write_text("".join(f"{'C' * (n % 50 + 1)}O m{n}\n" for n in range(3000)))
    page.giving.open_files([path])
    listed(qtbot, page, 3000)
    page.molecules.set_choice(Choice(words="m2999"))
    assert texts(page, "number") == ["3000"]
    page.molecules.set_choice(Choice(by="smiles"))
    assert texts(page, "smiles")[0] == f"{'C' * 50}O"
    page.molecules.set_choice(Choice(ranges=(Range("weight", 0, None),)))
    assert not texts(page, "number")  # nothing is known of any


def test_what_is_no_file_of_molecules_is_said_at_once(qtbot, page, tmp_path, window):
    path = tmp_path / "rates.csv"
    path.write_text("a,b\n1,2\n")
    page.giving.open_files([path])
    qtbot.waitUntil(lambda: bool(window.problems), timeout=30000)
    assert "rates.csv cannot be read" in window.problems[0].what
    assert "no column of SMILES" in window.problems[0].what
    assert page.workspace.given.said.text() == "There are no molecules in it yet."
    assert not page.listing.is_busy


@pytest.mark.parametrize("kind", ["smiles", "csv"])
def test_what_was_given_goes_out_as_it_is(qtbot, page, tmp_path, kind):
    given(qtbot, page, "OCC ethanol\n")
    listed(qtbot, page, 1)
    out = tmp_path / "out"
    page.exporting.write(out, kind)
    kept = out.with_name("out.smi" if kind == "smiles" else "out.csv")
    qtbot.waitUntil(kept.is_file, timeout=60000)
    assert "OCC" in kept.read_text()
    assert "ethanol" in kept.read_text()


def test_projects_of_before_are_told_from_each_other(qtbot, page, window):
    given(qtbot, page, "CCO\nCC\n")
    first = page.molecules.project
    given(qtbot, page, "CCN\nCC\n")
    panel = page.workspace.given
    panel.recent.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(panel.recent.actions()) == 2, timeout=20000)
    today = datetime.now().astimezone().strftime("%Y-%m-%d ")
    assert all(f"2 pasted molecules · {today}" in one.text() for one in panel.recent.actions())
    assert [one.isEnabled() for one in panel.recent.actions()] == [False, True]
    panel.recent.actions()[1].trigger()
    qtbot.waitUntil(lambda: page.molecules.project.folder == first.folder, timeout=20000)
    buttons = [one.full_text for one in page.workspace.empty.recent]
    assert len(buttons) == 2
    assert all(today in one for one in buttons)
    assert not window.problems
