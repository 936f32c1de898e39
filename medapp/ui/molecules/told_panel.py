"""What the runs told of all molecules: warnings first to be seen, over the table, until the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QWidget

from medapp.ui.molecules.telling import numbers_of, summary
from medapp.ui.shell.widgets import NoticeBox, column, empty, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from medapp.services.molecule_told import Told
    from medapp.ui.molecules.model import MoleculesModel

_HIGHEST = 44 * tokens.GRID
_FOLDED = "told folded"


class ToldPanel(QFrame):
    """Folded by its head; a run that warns unfolds it."""

    def __init__(self, model: MoleculesModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self._model = model
        self._shown: tuple[Told, ...] = ()
        self._folder: Path | None = None
        self.head = QToolButton()
        self.head.setObjectName("taskhead")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(look.icon, look.icon))
        self.head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.head.clicked.connect(self._keep_fold)
        self.head.toggled.connect(self._fold)
        self._list = column(gap=look.gap_tiny)
        self._body = QWidget()
        self._body.setLayout(self._list)
        self._area = scroll_area(self._body)
        self._body.installEventFilter(self)
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_tiny)
        inner.addWidget(self.head)
        inner.addWidget(self._area)
        self.setLayout(inner)
        model.projectChanged.connect(self.refresh)
        self._fold(is_open=False)
        self.refresh()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written, in its order."""
        found = []
        for told in self._shown:
            found += [told.title, numbers_of(told), *(text for _, text in told.remarks)]
        return tuple(text for text in found if text)

    def refresh(self) -> None:
        """Show what was told as it stands now."""
        told = self._model.told
        self.setVisible(bool(told))
        if told == self._shown:
            return
        known = {one.run for one in self._shown}
        folder = None if self._model.project is None else self._model.project.folder
        is_same, self._folder, self._shown = folder == self._folder, folder, told
        self.head.setText(summary(told))
        self.head.setToolTip(tr("What the latest run of each task told of all molecules"))
        empty(self._list)
        for one in told:
            self._put(one)
        is_new = any(one.run not in known and (one.warns or one.figures) for one in told)
        self.head.setChecked((is_same and is_new) or not self._model.look(_FOLDED))

    def _put(self, told: Told) -> None:
        head = "  ·  ".join(part for part in (told.title, numbers_of(told)) if part)
        self._list.addWidget(text_label(head, wrap=True, selectable=True))
        for severity, text in sorted(told.remarks, key=lambda one: one[0] == "info"):
            if severity == "info":
                self._list.addWidget(text_label(text, "faint", wrap=True, selectable=True))
            else:
                self._list.addWidget(NoticeBox(text, "error" if severity == "error" else "warning"))

    # ---- room -----------------------------------------------------------------------------------------
    def _keep_fold(self) -> None:
        self._model.keep_look(_FOLDED, not self.head.isChecked())

    def _fold(self, is_open: bool) -> None:
        self.head.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        self._area.setVisible(is_open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Texts take other lines."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Texts that were put there count from when they are laid out."""
        if watched is self._body and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As high as the texts are, to a limit from which on they scroll."""
        wide = self._area.width()
        high = self._list.heightForWidth(max(1, wide))
        if high > _HIGHEST:
            bar = self._area.verticalScrollBar().sizeHint().width()
            high = self._list.heightForWidth(max(1, wide - bar))
        # Else it is taken to be as high as its texts are at their narrowest.
        self._body.setMinimumHeight(max(high, 1))
        self._area.setFixedHeight(min(max(high, 1), _HIGHEST))
