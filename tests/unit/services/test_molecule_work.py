"""Rows as columns, several runs of one molecule, projects that come back, and what is taken out of them."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from medapp.api.codec import dump
from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property, Site
from medapp.domain.patient import Patient
from medapp.services.molecule_export import Place, row_of, write_molecules
from medapp.services.molecule_merging import merged, without_patient
from medapp.services.molecule_pdf import write_sheet
from medapp.services.molecule_project import (
    KEPT,
    ProjectError,
    begin,
    new_run,
    pack,
    read,
    recent,
    save,
    subject_of,
    unpack,
)
from medapp.services.molecule_rows import HARM, METABOLITES, PATTERNS, read_batch, read_row

SCREENED = MoleculeRow(
    1, "CC(=O)Oc1ccccc1C(=O)O", "aspirin", "CC(=O)Oc1ccccc1C(=O)O", notes=("salt or solvent taken off: Na",),
    properties=(
        Property("weight", 180.16, "g/mol"),
        Property("half-life", 3.5, "h", 1.0, 9.0, predicted=True, note="nothing alike was learned from"),
        Property("logp", None, note="cannot be computed"),
    ),
    alerts=(Alert("brenk", "phenol ester", atoms=((1, 1.0), (3, 1.0))),),
)  # fmt: skip
METABOLISED = replace(
    SCREENED, properties=(), alerts=(), sites=(Site(4, "2C9", 0.61, 1), Site(5, "2C9", 0.2, 2)),
    metabolites=(
        Metabolite("O=C(O)c1ccccc1O", SCREENED.smiles, 0.9, "CES", "ester hydrolysis", 1, (1,)),
        Metabolite("O=C(O)c1cc(O)ccc1O", "O=C(O)c1ccccc1O", 0.2, "CYP2C9", "hydroxylation", 2, (4,), "poor"),
    ),
)  # fmt: skip
HARMED = replace(
    SCREENED, properties=(), metabolites=METABOLISED.metabolites[:1],
    alerts=(
        Alert("herg", "hERG: blocks", 0.12, nearest=0.8, note="hardly better than chance"),
        Alert("herg", "hERG: blocks", 0.4, "O=C(O)c1ccccc1O", ((0, 0.3),), 0.5),
    ),
)  # fmt: skip
REFUSED = MoleculeRow(2, "C(C)(C)(C)(C)C", "five", refused="Atom 0 (C) has 5 bonds.")


class Job:
    """Listens."""

    def __init__(self):
        self.said = []

    def progress(self, fraction, message=""):
        self.said.append(fraction)


def written(path, *rows):
    path.write_bytes(b"".join(dump(row) + b"\n" for row in rows))
    return path


# ---- rows as columns ----------------------------------------------------------------------------------
def test_rows_are_read_as_columns_while_they_are_written(tmp_path):
    path = tmp_path / "rows"
    assert len(read_batch(path, 0)) == 0
    written(path, SCREENED, REFUSED)
    with path.open("ab") as file:
        file.write(dump(SCREENED)[:40])
    batch = read_batch(path, 0)
    assert len(batch) == 2
    assert batch.smiles == (SCREENED.smiles, "")
    assert batch.refused == ("", REFUSED.refused)
    assert batch.units["weight"] == "g/mol"
    np.testing.assert_allclose(batch.values["weight"], [180.16, np.nan], rtol=1e-6)
    assert np.isnan(batch.values["logp"]).all()
    assert batch.values[PATTERNS][0] == 1
    assert read_row(path, int(batch.offsets[0])) == SCREENED
    assert read_row(path, int(batch.offsets[1])) == REFUSED
    with path.open("ab") as file:
        file.write(dump(SCREENED)[40:] + b"\n")
    assert len(read_batch(path, batch.end)) == 1


def test_harm_and_metabolites_have_columns_those_of_metabolites_have_none(tmp_path):
    batch = read_batch(written(tmp_path / "rows", HARMED, METABOLISED), 0)
    np.testing.assert_allclose(batch.values[f"{HARM}herg"], [0.12, np.nan], rtol=1e-6)
    assert batch.titles[f"{HARM}herg"] == "hERG: blocks"
    np.testing.assert_array_equal(batch.values[METABOLITES], [np.nan, 2])
    assert PATTERNS not in batch.values


def test_only_so_many_rows_at_once(tmp_path):
    path = written(tmp_path / "rows", *[SCREENED] * 5)
    first = read_batch(path, 0, most=3)
    assert (len(first), len(read_batch(path, first.end, most=3))) == (3, 2)


# ---- several runs -------------------------------------------------------------------------------------
def test_runs_about_one_molecule_become_one_row():
    both = merged([SCREENED, METABOLISED, HARMED])
    assert {one.name for one in both.properties} == {"weight", "half-life", "logp"}
    assert [one.name for one in both.alerts] == ["brenk", "herg", "herg"]
    assert both.sites == METABOLISED.sites
    assert both.metabolites == METABOLISED.metabolites
    assert merged([HARMED]).metabolites == HARMED.metabolites


def test_what_one_run_refused_another_may_know():
    assert not merged([replace(REFUSED, number=1), SCREENED]).refused
    assert merged([REFUSED]).refused == REFUSED.refused
    with pytest.raises(ValueError, match="no row"):
        merged([])


def test_what_is_said_of_a_patient_can_be_left_out():
    assert not any(one.note for one in without_patient(METABOLISED).metabolites)


# ---- projects -----------------------------------------------------------------------------------------
@pytest.fixture
def project(tmp_path):
    made = begin(tmp_path / "home", "two molecules", text="CCO ethanol\nCC\n")
    run = new_run("molecules.screen", "Screening", parameters={"predict": True}, subject=subject_of("p1"))
    written(made.rows_path(run), SCREENED, REFUSED)
    made = made.with_run(replace(run, is_whole=True, places=(0, 1)))
    made = replace(made, view={"chosen": 1}, unknown=(("adalimumab", "no structure"),))
    save(made)
    return made


def test_a_project_comes_back_with_everything(project, tmp_path):
    assert read(project.folder) == project
    out = tmp_path / "work.medmol"
    pack(project, out)
    back = unpack(out, tmp_path / "elsewhere")
    assert replace(back, folder=project.folder) == project
    assert back.source_path.read_text() == "CCO ethanol\nCC\n"
    assert read_row(back.rows_path(back.runs[0]), 0) == SCREENED
    with zipfile.ZipFile(out) as file:
        state = json.loads(file.read("project.json"))
    assert state["warning"] == "Not for diagnostic use"
    assert "p1" not in json.dumps(state["runs"])


def test_a_file_is_copied_with_its_suffix_and_the_latest_are_kept(tmp_path):
    source = tmp_path / "many.smi.gz"
    source.write_bytes(b"\x1f\x8b")
    home = tmp_path / "home"
    made = [begin(home, f"{n}", source) for n in range(KEPT + 3)]
    assert made[-1].source == "molecules.smi.gz"
    assert len(recent(home)) <= KEPT + 1
    assert made[-1].folder in {one.folder for one in recent(home)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "no project"),
        ({"project.json": "{}"}, "no project"),
        ({"project.json": "[]"}, "no project"),
        ({"project.json": '{"version": 9}'}, "version 9"),
        ({"project.json": "{}", "../up": ""}, "holds what no project"),
    ],
)
def test_what_is_no_project_is_refused_and_leaves_nothing(tmp_path, content, words):
    path = tmp_path / "odd.medmol"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in content.items():
            file.writestr(name, text)
    with pytest.raises(ProjectError, match=words):
        unpack(path, tmp_path / "home")
    assert not list((tmp_path / "home").glob("*"))


def test_torn_and_incomplete_project_files_are_refused(project, tmp_path):
    out = tmp_path / "work.medmol"
    out.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(ProjectError, match="torn"):
        unpack(out, tmp_path / "a")
    project.rows_path(project.runs[0]).unlink()
    pack(project, out)
    with pytest.raises(ProjectError, match="lacks rows"):
        unpack(out, tmp_path / "b")
    state = json.loads((project.folder / "project.json").read_text())
    state["source"] = "../secret"
    (project.folder / "project.json").write_text(json.dumps(state))
    with pytest.raises(ProjectError, match="outside"):
        read(project.folder)


# ---- taking out ---------------------------------------------------------------------------------------
@pytest.fixture
def molecules(tmp_path):
    screened = written(tmp_path / "a", SCREENED, REFUSED)
    metabolised = written(tmp_path / "b", METABOLISED)
    second = read_batch(screened, 0).offsets[1]
    return [[Place(screened, 0), Place(metabolised, 0, with_patient=False)], [Place(screened, int(second))]]


def test_smiles_and_csv(molecules, tmp_path):
    job = Job()
    assert write_molecules(molecules, tmp_path / "out.smi", "smiles", job, tmp_path) == 1
    assert (tmp_path / "out.smi").read_text() == f"{SCREENED.smiles} aspirin\n"
    assert job.said == [0, 0.5]
    assert write_molecules(molecules, tmp_path / "out.csv", "csv", job, tmp_path) == 2
    with (tmp_path / "out.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert first["weight (g/mol)"] == "180.16"
    assert first["half-life high"] == "9"
    assert first["warning"] == "Not for diagnostic use"
    assert second["refused"] == REFUSED.refused
    assert not list(tmp_path.glob(".*"))


def test_what_is_hardly_better_than_chance_says_so_beside_its_number_in_every_file(tmp_path):
    from rdkit import Chem

    places = [[Place(written(tmp_path / "a", HARMED), 0)]]
    write_molecules(places, tmp_path / "out.csv", "csv", Job(), tmp_path)
    with (tmp_path / "out.csv").open(newline="") as file:
        (first,) = csv.DictReader(file)
    assert (first["herg"], first["herg note"]) == ("0.12", "hardly better than chance")
    write_molecules(places, tmp_path / "out.sdf", "sdf", Job(), tmp_path)
    (mol,) = Chem.SDMolSupplier(str(tmp_path / "out.sdf"))
    assert mol.GetProp("herg note") == "hardly better than chance"


def test_sdf_is_read_again_with_its_numbers(molecules, tmp_path):
    from rdkit import Chem

    out = tmp_path / "out.sdf"
    write_molecules(molecules, out, "sdf", Job(), tmp_path)
    (mol,) = Chem.SDMolSupplier(str(out))
    assert mol.GetProp("_Name") == "aspirin"
    assert Chem.MolToSmiles(mol) == SCREENED.smiles
    assert mol.GetProp("weight (g/mol)") == "180.16"
    assert mol.GetProp("brenk: phenol ester") == "warned of"
    assert mol.GetProp("WARNING") == "Not for diagnostic use"
    fields = {
        "METABOLITES": "O=C(O)c1ccccc1O\nO=C(O)c1cc(O)ccc1O",
        "METABOLITE PARENT": f"{SCREENED.smiles}\nO=C(O)c1ccccc1O",
        "METABOLITE PROBABILITY": "0.9\n0.2",
        "METABOLITE ENZYME": "CES\nCYP2C9",
        "METABOLITE REACTION": "ester hydrolysis\nhydroxylation",
        "METABOLITE GENERATION": "1\n2",
    }
    assert {name: mol.GetProp(name) for name in fields} == fields
    # What is said of a patient's enzymes stays out.
    assert not mol.HasProp("METABOLITE NOTE")


def test_sdf_carries_harm_with_its_nearness_and_the_other_columns_of_the_users_file(tmp_path):
    from rdkit import Chem

    others = (("ID", "A 1"), ("notes", "mine"), ("herg", "5"), ("<x>", "one\n\n$$$$\n> <y>\ntwo"), ("e", ""))
    unnamed = replace(METABOLISED.metabolites[0], enzyme="", note="slow")
    known = replace(HARMED, others=others, metabolites=(unnamed, *METABOLISED.metabolites[1:]))
    places = [[Place(written(tmp_path / "a", known), 0)]]
    write_molecules(places * 2, tmp_path / "out.sdf", "sdf", Job(), tmp_path)
    first, second = Chem.SDMolSupplier(str(tmp_path / "out.sdf"))
    assert first.GetPropsAsDict() == second.GetPropsAsDict()
    expected = {
        "ID": "A 1", "given notes": "mine", "given herg": "5", "x": "one\n $$$$\n > <y>\ntwo",
        "herg": "0.12", "herg similarity to known": "0.800", "herg of a metabolite": "0.4",
        "herg metabolite": "O=C(O)c1ccccc1O", "herg of a metabolite similarity to known": "0.500",
        "METABOLITE ENZYME": "-\nCYP2C9", "METABOLITE NOTE": "slow\npoor",
    }  # fmt: skip
    assert {name: first.GetProp(name) for name in expected} == expected


def test_other_columns_come_along_when_runs_are_put_together():
    mine = replace(SCREENED, others=(("ID", "7"),))
    assert merged([mine, METABOLISED]).others == merged([METABOLISED, mine]).others == mine.others
    assert merged([replace(REFUSED, others=mine.others), SCREENED]).others == mine.others


def test_a_sheet_says_what_is_known_how_it_came_to_be_and_what_it_is_not_for(molecules, tmp_path):
    from pypdf import PdfReader

    row = merged([row_of(molecules[0]), HARMED])
    run = new_run("molecules.screen", "Screening", provenance={"plugin_version": "0.1.0", "seed": 0})
    write_sheet(tmp_path / "sheet.pdf", row, [run])
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "sheet.pdf").pages)
    text = " ".join(text.split())
    for words in (
        "Not for diagnostic use", "aspirin", "180.2 g/mol", "3.5 h (1 to 9)",
        "nothing alike was learned from", "phenol ester",
        "CYP2C9", "4 (0.61), 5 (0.20)", "ester hydrolysis", "No labels of metabolites",
        "of the metabolite", "0.80; hardly better than chance", "plugin version 0.1.0", "not run to its end",
    ):  # fmt: skip
        assert words in text, words
    assert "poor" not in text
    write_sheet(tmp_path / "his.pdf", merged([SCREENED, METABOLISED]), [run], Patient("77", "Doe^Jane"))
    named = " ".join(page.extract_text() for page in PdfReader(tmp_path / "his.pdf").pages)
    assert "poor" in named
    assert "Doe, Jane" in named
    write_sheet(tmp_path / "nobody.pdf", row, [run], Patient("77", "Doe^Jane"))
    assert "Doe" not in " ".join(page.extract_text() for page in PdfReader(tmp_path / "nobody.pdf").pages)
    images = [image for page in PdfReader(tmp_path / "sheet.pdf").pages for image in page.images]
    assert len(images) == 1
