"""Takes the pictures of the documentation from the running window, on made-up patients only.

Run by ``make screenshots``; writes into ``docs/screenshots``, or into the folder that is given.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.ui.demo import Driver
    from medapp.ui.shell.window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1440, 900)

sys.path.insert(0, str(ROOT))


def main(arguments: list[str]) -> int:
    """Take all pictures."""
    out = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.app import application
    from medapp.ui.demo import Driver
    from medapp.ui.shell.window import MainWindow

    qt = application()
    with tempfile.TemporaryDirectory() as home, App.open(AppPaths.under(Path(home)).create()) as app:
        window = MainWindow(app)
        window.resize(*SIZE)
        window.show()
        window.start()
        driver = Driver(window, qt.processEvents)
        try:
            take(window, driver, out, Path(home))
        finally:
            window.close()
    return 0


def take(window: MainWindow, driver: Driver, out: Path, scratch: Path) -> None:
    """One picture a step of the way."""
    from tests.bench.data import ct_series

    def picture(name: str) -> None:
        driver.settle(0.6)
        path = out / f"{name}.png"
        window.grab().save(str(path))
        shrink(path)
        print(path)

    driver.wait(lambda: window.read_page is not None, "the window is ready")
    window.session.open_sample()
    driver.wait(driver.loaded, "the sample patient is opened")
    driver.propose()
    picture("read")
    window.session.import_paths([ct_series(scratch, 30, rows=256, columns=256)])
    driver.wait(lambda: len(window.library_model.patients) > 1, "a second patient is there")
    window.show_library(shown=True)
    driver.settle(1.5)
    tree = window.drawer.tree
    tree.expandAll()
    driver.settle(1.0)
    tree.expandAll()
    picture("library")
    window.show_library(shown=False)
    take_record(window, driver, picture)


def take_record(window: MainWindow, driver: Driver, picture: Callable[[str], None]) -> None:
    """The record of somebody who was never anybody."""
    from tests.unit.ui_record.synthetic import record

    records = window.session.app.library.records
    persons, entries = record(1200)
    records.put("record_1971.json", "fhir", [*persons, *entries])
    window.session.libraryChanged.emit()
    window.session.open_person(records.persons("Doe")[0].key)
    driver.wait(
        lambda: window.record_page is not None and window.record_page.workspace.view is not None,
        "the record is opened",
    )
    workspace = window.record_page.workspace
    workspace.select(workspace.labs.model.rows()[0].entry)
    picture("record")
    take_plan(window, driver, picture)


def take_plan(window: MainWindow, driver: Driver, picture: Callable[[str], None]) -> None:
    """A plan for somebody who was never anybody, made of an option of the model that ships."""
    from medapp.ui.models.model import RunWish
    from tests.unit.planning import pictured

    person = pictured(window.session.app)
    window.session.libraryChanged.emit()
    window.session.open_person(person)
    driver.wait(lambda: person in window.session.patient_key, "the patient is opened")
    driver.wait(lambda: not window.opening.is_on, "the page is there")
    window.show_workspace("plan")
    page = window.workspaces.plan()
    driver.wait(lambda: page.making.loaded and bool(page.proposing.fitting), "the medicines are checked")
    page.proposing.run(RunWish(page.proposing.fitting[0].task.id, {}))
    driver.wait(lambda: bool(page.proposing.options), "the model has proposed")
    page.patient.set_in_focus(page.patient.problems[0], wanted=True)
    page.making.begin_review()
    driver.wait(lambda: page.making.plan is not None and not page.making.busy, "the plan is begun")
    for line, reason in ((1, "interacts with warfarin"), (3, "interacts with simvastatin")):
        page.making.stop(line, reason)
        driver.wait(lambda: not page.making.busy, "a line is decided on")
    page.making.decide("accepted", line=0, reason="INR every other day, ibuprofen ends")
    driver.wait(lambda: not page.making.busy, "a line is decided on")
    window.message_line.hide()
    picture("plan")
    take_molecules(window, driver, picture)


def take_molecules(window: MainWindow, driver: Driver, picture: Callable[[str], None]) -> None:
    """Well-known medicines, followed through the body by the models that ship."""
    from medapp.services.molecule_names import as_smiles, structures
    from medapp.ui.models.model import RunWish

    known = (
        "omeprazole", "diazepam", "warfarin", "ibuprofen", "caffeine", "codeine", "sildenafil", "metoprolol",
        "amitriptyline", "losartan", "simvastatin", "tamoxifen", "imatinib", "fluoxetine", "lidocaine",
    )  # fmt: skip
    window.session.close_patient()
    window.show_workspace("molecules")
    page = window.workspaces.molecules()
    driver.wait(lambda: bool(page.running.fitting), "the tasks are known")
    page.giving.paste(as_smiles(structures()[name] for name in known))
    driver.wait(lambda: page.molecules.project is not None, "the molecules are given")
    for task in ("molecules.screen", "molecules.metabolise"):
        page.running.run(RunWish(task, {}))
        driver.wait(lambda: not page.running.is_busy, "a task has ended")
    driver.wait(lambda: "metabolites" in page.molecules.molecules.columns, "its rows are read")
    driver.settle(1.0)
    workspace = page.workspace
    workspace.detail.tabs.setCurrentWidget(workspace.detail.metabolism)
    workspace.detail.metabolism.show_isoform("2C19")
    driver.wait(lambda: workspace.detail.structure.is_drawn, "the structure is drawn")
    picture("molecules")


def shrink(path: Path) -> None:
    """Write a picture with 256 colours: a third of its size, and nobody sees it."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB").quantize(256)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
