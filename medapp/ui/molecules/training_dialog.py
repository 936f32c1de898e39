"""Training of the generator beside the page: what is trained at the left, its curves at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QSplitter

from medapp.ui.molecules.training_form import TrainingForm
from medapp.ui.molecules.training_plots import CurvesPanel
from medapp.ui.shell.widgets import column
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medapp.ui.molecules.training import TrainingModel

_SIZE: Final = (300 * tokens.GRID, 190 * tokens.GRID)
_FORM: Final = 80 * tokens.GRID


class TrainingDialog(QDialog):
    """The window stays usable; closing it ends nothing."""

    def __init__(self, model: TrainingModel, parent: QWidget) -> None:
        """Show `model`."""
        super().__init__(parent)
        self.model = model
        self.setWindowTitle(tr("Train the generator of molecules"))
        self.form = TrainingForm(model)
        self.curves = CurvesPanel(model)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.form)
        splitter.addWidget(self.curves)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_FORM, _SIZE[0] - _FORM])
        inner = column(gap=0)
        inner.addWidget(splitter)
        self.setLayout(inner)
        room = self.screen().availableGeometry().size()
        self.resize(min(_SIZE[0], room.width()), min(_SIZE[1], room.height()))
        model.refresh()
