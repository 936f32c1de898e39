"""A file is not exported under an ending that says something else than is in it."""

from __future__ import annotations

import pytest

from medapp.ui.molecules.exporting import ExportModel


@pytest.mark.parametrize(("name", "kind"), [("a.xlsx", "csv"), ("a.csv", "sdf"), ("a.sdf", "smiles")])
def test_an_ending_of_another_kind_is_refused(opened, session, tmp_path, name, kind):
    ExportModel(session, opened).write(tmp_path / name, kind)
    (problem,) = session.problems
    assert name in problem.what
    assert {"csv": ".csv", "sdf": ".sdf", "smiles": ".smi"}[kind] in problem.what
    assert not (tmp_path / name).exists()
