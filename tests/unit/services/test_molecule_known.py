"""Runs that take each other's place, the known set beside their rows, and both in a project file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medapp.api.codec import dump
from medapp.domain.molecule import MoleculeRow, Property
from medapp.services.molecule_known import read_known
from medapp.services.molecule_project import begin, new_run, pack, read, save, unpack


def placed(number, name, smiles, across, up):
    properties = (Property("map across", across), Property("map up", up))
    return MoleculeRow(number, "", name, smiles, properties=properties)


def test_a_known_set_is_read_and_the_unnamed_have_no_name(tmp_path):
    path = tmp_path / "rows.known"
    rows = [placed(1, "aspirin", "CC", 1.5, -2.0), placed(9, "", "CCO", 0.25, 3.0)]
    rows.append(MoleculeRow(10, "", "x", "C"))
    path.write_bytes(b"".join(dump(row) + b"\n" for row in rows) + b'{"torn')
    known = read_known(path)
    assert known.names == ("aspirin", "", "x")
    assert known.smiles == ("CC", "CCO", "C")
    assert known.across[:2].tolist() == [1.5, 0.25]
    assert known.up[:2].tolist() == [-2.0, 3.0]
    assert np.isnan(known.across[2])
    assert known.name_of == {"CC": "aspirin", "C": "x"}
    assert len(read_known(tmp_path / "none").across) == 0
    path.write_bytes(b"nonsense\n")
    with pytest.raises(ValueError, match="line 1 column 1"):
        read_known(path)


@pytest.fixture
def project(tmp_path):
    return begin(tmp_path / "home", "some", text="CCO\n")


def test_a_map_takes_the_place_of_those_before_it_once_it_is_whole(project):
    screen, first, second = (new_run(f"molecules.{name}", name) for name in ("screen", "space", "space"))
    project = project.with_run(screen).with_run(first)
    assert project.told == (screen,)
    first = replace(first, is_whole=True)
    project = project.with_run(first)
    assert project.told == (screen, first)
    project = project.with_run(second)
    assert project.told == (screen, first)
    second = replace(second, is_whole=True)
    project = project.with_run(second)
    assert project.runs == project.told == (screen, second)


def test_the_known_set_goes_with_a_project_file(project, tmp_path):
    run = replace(new_run("molecules.space", "Map"), is_whole=True)
    project = project.with_run(run)
    project.rows_path(run).write_bytes(b"")
    project.known_path(run).write_bytes(dump(placed(1, "aspirin", "CC", 1.0, 2.0)) + b"\n")
    save(project)
    pack(project, tmp_path / "work.medmol")
    again = unpack(tmp_path / "work.medmol", tmp_path / "other")
    assert again.runs == read(project.folder).runs == (run,)
    assert read_known(again.known_path(run)).names == ("aspirin",)
