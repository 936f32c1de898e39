"""The Findings page: the workspace with its models, images for heat maps, cards of models, and exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medapp.ui.findings.ask_panel import AskPanel
from medapp.ui.findings.asking import AskingModel
from medapp.ui.findings.exporting import ExportModel
from medapp.ui.findings.workspace import FindingsWorkspace
from medapp.ui.models.own_model import OwnModel
from medapp.ui.shell.card_dialog import show_card
from medapp.ui.shell.message import Message
from medapp.ui.shell.widgets import column
from medapp.ui.text import tr
from medapp.ui.wording import person_name

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.domain.volume import Volume
    from medapp.ui.findings.asking import Answered
    from medapp.ui.findings.model import FindingsModel
    from medapp.ui.models.own_dialog import OwnDialog
    from medapp.ui.shell.session import Session


def _load_charts() -> None:
    import medapp.ui.findings.chart  # noqa: F401


class FindingsPage(QWidget):
    """Puts the parts together for the patient in focus."""

    entryRequested = Signal(str)
    imageRequested = Signal(str, int)
    answerRequested = Signal(str, str)
    """Key of a patient and id of an answer about them that shall be brought into view."""

    def __init__(self, session: Session, model: FindingsModel) -> None:
        """Show the inbox of whom `session` has in focus."""
        super().__init__()
        self._session = session
        self.model = model
        self.asking = AskingModel(session, self.model)
        self.exporting = ExportModel(session, self.model)
        self.own = OwnModel(session)
        self.own.changed.connect(self.asking.refresh)
        self.own_dialog: OwnDialog | None = None
        self.workspace = FindingsWorkspace(self.model, AskPanel(self.asking))
        self.workspace.ask.ownRequested.connect(self.show_own)
        inner = column(gap=0)
        inner.addWidget(self.workspace)
        self.setLayout(inner)
        # The first answer with a chart would wait for it.
        session.background.run(_load_charts, lambda _: None)
        self.workspace.entryRequested.connect(self.entryRequested)
        self.workspace.imageRequested.connect(self.imageRequested)
        self.workspace.cardRequested.connect(self.show_card)
        self.workspace.imagesWanted.connect(self._read_images)
        self.asking.answered.connect(self._tell_answer)
        answer = self.workspace.answer
        answer.exportRequested.connect(self.ask_folder)
        answer.tableRequested.connect(self.ask_file)
        answer.copyRequested.connect(self.copy)

    def _read_images(self, series_key: str) -> None:
        """The image under a heat map: the one in view where it is that, else read from its files."""
        load = self._session.loads.get(series_key)
        if load is not None and load.complete:
            self.workspace.set_volume(series_key, load.volume)
            return
        app = self._session.app

        def work() -> Volume:
            from medapp.formats.dicom.load import load_volume

            return load_volume(app.library.series(series_key))

        self._session.background.run(
            work,
            lambda volume: self.workspace.set_volume(series_key, volume),
            lambda error: self._session.fail(error, tr("The images of this answer cannot be read.")),
        )

    def _tell_answer(self, found: Answered) -> None:
        """What the reader looks at stays in view; whom an answer is about is said, for it may be another."""
        is_here = found.patient == self._session.patient_key
        if is_here and self.isVisible() and not self.model.choice.result:
            self.model.choose(found.result)
            return
        name = person_name(found.name)
        told = tr("{task} has answered about {name}.", task=found.title, name=name)
        self._session.told.emit(
            Message(told, lambda: self.answerRequested.emit(found.patient, found.result), tr("Show"))
        )

    # ---- taking out -----------------------------------------------------------------------------------
    def ask_folder(self) -> None:
        """Ask for a folder and write the answer into it."""
        name = QFileDialog.getExistingDirectory(self.window(), tr("Export the answer into a folder"))
        if name:
            self.exporting.answer(Path(name))

    def ask_file(self, findings: tuple[Finding, ...]) -> None:
        """Ask for a file and write findings into it."""
        name, _ = QFileDialog.getSaveFileName(
            self.window(), tr("Export the table"), self.exporting.file_name, tr("Tables (*.csv)")
        )
        if name:
            self.exporting.table(findings, Path(name))

    def copy(self, findings: tuple[Finding, ...]) -> None:
        """Put findings as CSV on the clipboard."""
        QGuiApplication.clipboard().setText(self.exporting.csv(findings))

    # ---- classifiers of one's own ---------------------------------------------------------------------
    def show_own(self) -> None:
        """Show the list of the user's classifiers, to add to it or take away."""
        from medapp.ui.models.own_dialog import OwnDialog

        if self.own_dialog is None:
            self.own_dialog = OwnDialog(self.own, self.window())
            self.own_dialog.cardRequested.connect(lambda text: self.show_card("", text))
        self.own_dialog.open()

    # ---- cards ----------------------------------------------------------------------------------------
    def show_card(self, name: str, text: str = "") -> None:
        """Show what a model was trained on, how good it is, and its limits."""
        show_card(self._session, name, self.window(), text=text)
