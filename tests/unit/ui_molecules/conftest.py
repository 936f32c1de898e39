"""A session on a library of its own, and rows of molecules as runs write them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from medapp.api.codec import dump
from medapp.domain.molecule import Alert, Metabolite, MoleculeRow, Property, Site
from medapp.services.app import App
from medapp.services.molecule_project import begin, new_run, save
from medapp.services.paths import AppPaths
from tests.unit.sessions import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.ui.shell.session import Session


def screened(number, name, smiles, weight, likeness, patterns=0):
    """A row of a screening."""
    alerts = tuple(Alert("brenk", f"pattern {n}", atoms=((0, 1.0),)) for n in range(patterns))
    properties = (Property("weight", weight, "g/mol"), Property("drug-likeness", likeness))
    return MoleculeRow(number, smiles, name, smiles, properties=properties, alerts=alerts)


ROWS = (
    screened(1, "heavy", "CCCCCCCC", 300.0, 0.4),
    screened(2, "light", "CCO", 46.1, 0.9, patterns=2),
    MoleculeRow(3, "C(C", "torn", refused="It is no SMILES."),
    screened(4, "middle", "CCCC", 120.0, 0.5),
)
METABOLISED = MoleculeRow(
    1, "CCCCCCCC", "heavy", "CCCCCCCC", sites=(Site(0, "3A4", 0.9, 1), Site(1, "3A4", 0.3, 2)),
    metabolites=(
        Metabolite("CCCCCCCCO", "CCCCCCCC", 0.7, "CYP3A4", "hydroxylation", 1, (0,), "CYP3A4: ketoconazole"),
        Metabolite("CCCCCCCC=O", "CCCCCCCCO", 0.2, "ADH", "oxidation", 2, (8,)),
    ),
)  # fmt: skip


def put(path, *rows):
    path.write_bytes(b"".join(dump(row) + b"\n" for row in rows))


@pytest.fixture
def app(tmp_path) -> Iterator[App]:
    with App.open(AppPaths.under(tmp_path / "home").create()) as found:
        yield found


@pytest.fixture
def session(qtbot, app) -> Iterator[Session]:
    with started(qtbot, app) as made:
        yield made


@pytest.fixture
def project(app):
    """Four molecules that were screened, one of them metabolised for a patient."""
    made = begin(
        app.paths.data / "molecules", "four", text="CCCCCCCC heavy\nCCO light\nC(C torn\nCCCC middle\n"
    )
    screen = replace(new_run("molecules.screen", "Screening"), is_whole=True)
    metabolise = replace(
        new_run("molecules.metabolise", "Metabolism", places=(0,), subject="somebody"),
        is_whole=True,
        facts={
            "notices": [
                {"code": "patient", "severity": "warning", "message": "CYP3A4: ketoconazole"},
                {"code": "isoform-by-site", "severity": "info", "message": "By the site."},
            ]
        },
    )
    put(made.rows_path(screen), *ROWS)
    put(made.rows_path(metabolise), METABOLISED)
    made = made.with_run(screen).with_run(metabolise)
    save(made)
    return made


@pytest.fixture
def model(session):
    from medapp.ui.molecules.model import MoleculesModel

    made = MoleculesModel(session)
    yield made
    made.close()


@pytest.fixture
def opened(qtbot, model, project):
    """The model with everything read."""
    model.set_project(project)
    qtbot.waitUntil(lambda: len(model.shown) == 4 and "metabolites" in model.molecules.columns, timeout=20000)
    return model
