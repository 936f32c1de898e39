"""The nearest known molecule, drawn beside the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from medapp.ui.molecules.structure_view import StructureView
from medapp.ui.shell.widgets import column, icon_button, text_label
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.comparing import ComparingModel
    from medapp.ui.molecules.drawing import DrawingModel


class NearestView(QWidget):
    """Hidden where there is none; `switch` and `caption` stand where the panel wants them."""

    def __init__(self, comparing: ComparingModel, drawings: DrawingModel) -> None:
        """Show `comparing`."""
        super().__init__()
        self._comparing = comparing
        self.structure = StructureView(drawings)
        self.structure.setAccessibleName(tr("Structure of the nearest known molecule"))
        self.caption = text_label("", "dim", wrap=True)
        self.switch: QToolButton = icon_button(
            "compare-horizontal", tr("Show the nearest known molecule beside it"), self._switched
        )
        self.switch.setCheckable(True)
        inner = column(gap=0)
        inner.addWidget(self.structure)
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
        self.caption.setText(tr("Beside it: {name}, the nearest known", name=comparing.title))
        if comparing.said:
            self.caption.setText(f"{self.caption.text()} · {comparing.said}")
        self.caption.setVisible(bool(comparing.nearest))
