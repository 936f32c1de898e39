"""The nearest known molecule, drawn beside the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from medapp.ui.molecules.structure_view import StructureView
from medapp.ui.shell.widgets import ElidedLabel, column, icon_button, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.comparing import ComparingModel
    from medapp.ui.molecules.drawing import DrawingModel


class NearestView(QWidget):
    """Hidden where there is none; `switch` stands with the name of the chosen one."""

    def __init__(self, comparing: ComparingModel, drawings: DrawingModel) -> None:
        """Show `comparing`."""
        super().__init__()
        self._comparing = comparing
        self.structure = StructureView(drawings)
        self.structure.setAccessibleName(tr("Structure of the nearest known molecule"))
        self.name = ElidedLabel("", "")
        self.said = text_label("", "dim", wrap=True)
        self.switch: QToolButton = icon_button(
            "compare-horizontal", tr("Show the nearest known molecule beside it"), self._switched
        )
        self.switch.setCheckable(True)
        inner = column(gap=tokens.current().gap_tiny)
        inner.addWidget(self.structure, 1)
        inner.addWidget(self.name)
        inner.addWidget(self.said)
        self.setLayout(inner)
        comparing.changed.connect(self.refresh)
        self.refresh()

    def _switched(self) -> None:
        self._comparing.set_on(self.switch.isChecked())

    def refresh(self) -> None:
        """Show what the chosen one is compared with now."""
        comparing = self._comparing
        self.switch.setVisible(comparing.is_known)
        self.switch.setChecked(comparing.is_on)
        self.setVisible(bool(comparing.nearest))
        self.structure.show_structure(comparing.nearest, comparing.marked, numbers=False)
        self.name.set_full_text(tr("Nearest known: {name}", name=comparing.title))
        self.said.setText(comparing.said)
