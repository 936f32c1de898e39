"""The Molecules page: the workspace with its models, files that are asked for, and exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medapp.ui.molecules.comparing import ComparingModel
from medapp.ui.molecules.detail import DetailModel
from medapp.ui.molecules.drawing import DrawingModel
from medapp.ui.molecules.exporting import ExportModel
from medapp.ui.molecules.giving import PROJECT, SUFFIXES, GivingModel
from medapp.ui.molecules.listing import ListingModel
from medapp.ui.molecules.model import MoleculesModel
from medapp.ui.molecules.paste_dialog import PasteDialog
from medapp.ui.molecules.running import RunningModel
from medapp.ui.molecules.seeding import SeedingModel
from medapp.ui.molecules.space import SpaceModel
from medapp.ui.molecules.training import TrainingModel
from medapp.ui.molecules.workspace import Models, MoleculesWorkspace
from medapp.ui.shell.widgets import column
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.training_dialog import TrainingDialog
    from medapp.ui.shell.session import Session

_LONGEST = 20_000


class MoleculesPage(QWidget):
    """Puts the parts together; it needs nobody in focus."""

    entryRequested = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        """In `parent`, with whom `session` has in focus."""
        super().__init__(parent)
        self._session = session
        self.molecules = MoleculesModel(session)
        self.giving = GivingModel(session, self.molecules)
        self.running = RunningModel(session, self.molecules)
        self.detail = DetailModel(session, self.molecules)
        self.drawings = DrawingModel(self.molecules)
        self.exporting = ExportModel(session, self.molecules)
        self.dialog: PasteDialog | None = None
        self.training = TrainingModel(session, self)
        self.training_dialog: TrainingDialog | None = None
        space = SpaceModel(session, self.molecules)
        comparing = ComparingModel(self.detail, self.molecules, space, self.drawings)
        self.listing = ListingModel(session, self.molecules)
        seeding = SeedingModel(session, self.molecules, self.running)
        models = Models(
            self.molecules, self.giving, self.running, self.detail, self.drawings, space, comparing, seeding,
            self.listing,
        )  # fmt: skip
        self.workspace = MoleculesWorkspace(session, models, self)
        inner = column(gap=0)
        inner.addWidget(self.workspace)
        self.setLayout(inner)
        self.workspace.detail.entryRequested.connect(self.entryRequested)
        self.workspace.openRequested.connect(self.ask_file)
        self.workspace.pasteRequested.connect(self.ask_text)
        self.workspace.filesDropped.connect(self.giving.open_files)
        self.workspace.saveRequested.connect(self.ask_project)
        self.workspace.trainRequested.connect(self.show_training)
        self.workspace.given.exportRequested.connect(self.ask_export)

    def close_models(self) -> None:
        """The window closes: keep everything, end what draws."""
        self.running.close()
        self.training.close()
        self.listing.close()
        self.molecules.close()
        self.drawings.close()

    # ---- asking ---------------------------------------------------------------------------------------
    def ask_file(self) -> None:
        """Ask for a file of molecules or a project."""
        shown = " ".join(f"*{suffix} *{suffix}.gz" for suffix in SUFFIXES)
        kinds = tr("Molecules and projects ({names})", names=f"{shown} *{PROJECT}")
        name, _ = QFileDialog.getOpenFileName(self.window(), tr("Open molecules"), "", kinds)
        if name:
            self.giving.open_files([Path(name)])

    def ask_text(self) -> None:
        """Ask for SMILES; what lies on the clipboard is shown to begin with, where it may be some."""
        text = QGuiApplication.clipboard().text()
        self.dialog = PasteDialog(self, text if text.isprintable() or len(text) < _LONGEST else "")
        self.dialog.pasted.connect(self.giving.paste)
        self.dialog.open()

    def show_training(self) -> None:
        """Show what is trained, or can be; it stays as it was left while the window is open."""
        if self.training_dialog is None:
            from medapp.ui.molecules.training_dialog import TrainingDialog

            self.training_dialog = TrainingDialog(self.training, self)
        self.training_dialog.show()
        self.training_dialog.raise_()
        self.training_dialog.activateWindow()

    def ask_project(self) -> None:
        """Ask for a file and write the project into it."""
        project = self.molecules.project
        if project is None:
            return
        kinds = tr("Projects of molecules ({names})", names=f"*{PROJECT}")
        name, _ = QFileDialog.getSaveFileName(
            self.window(), tr("Save the project"), f"{Path(project.name).stem}{PROJECT}", kinds
        )
        if name:
            self.giving.save_as(Path(name))

    def ask_export(self, kind: str) -> None:
        """Ask for a file and write molecules into it."""
        from medapp.services.molecule_export import SUFFIXES as OUT

        suffix = ".pdf" if kind == "pdf" else OUT[kind]  # type: ignore[index]
        name, _ = QFileDialog.getSaveFileName(
            self.window(), tr("Export molecules"), f"molecules{suffix}", f"*{suffix}"
        )
        if not name:
            return
        if kind == "pdf":
            self.exporting.write_sheet(Path(name))
        else:
            self.exporting.write(Path(name), kind)  # type: ignore[arg-type]
