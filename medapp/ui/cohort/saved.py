"""The questions that were kept: asked again by a click, renamed, deleted; and where a name is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLineEdit, QListView, QWidget

from medapp.ui.cohort.model import LONGEST_NAME
from medapp.ui.library.delegate import PICTURE, SUBTITLE, RowDelegate
from medapp.ui.record.words import tip
from medapp.ui.shell.widgets import button, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from medapp.ui.cohort.model import CohortModel

_NAME = Qt.ItemDataRole.UserRole + 20
"""The name that a row is kept under, whatever is being written over it."""


class _List(QListView):
    """Enter opens the current line, on every system; Delete takes it out."""

    opened = Signal(QModelIndex)
    unwanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Delete; all else moves in the list."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.unwanted.emit()
        else:
            super().keyPressEvent(event)


class SavedQuestions(QWidget):
    """The list, buttons for the one that is chosen, and a line to keep the question that was answered."""

    chosen = Signal(str)

    def __init__(self, model: CohortModel) -> None:
        """Show what `model` has kept."""
        super().__init__()
        self._model = model
        self._rows = QStandardItemModel(self)
        self.list = self._list()
        self.nothing = text_label(tr("None yet. Ask for something, then give it a name."), "dim", wrap=True)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name for this question"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.returnPressed.connect(self.keep)
        self.name.textChanged.connect(self._enable)
        self.keep_button = button(tr("Save"), self.keep, name="content-save-outline")
        self.rename_button = icon_button("pencil-outline", tr("Rename (F2)"), self._rename)
        self.delete_button = icon_button("delete-outline", tr("Delete (Del)"), self._delete)
        self._lay_out()
        self._rows.itemChanged.connect(self._renamed)
        self.list.clicked.connect(self._choose)
        self.list.opened.connect(self._choose)
        self.list.unwanted.connect(self._delete)
        self.list.selectionModel().currentChanged.connect(self._enable)
        model.savedChanged.connect(self._fill)
        model.changed.connect(self._enable)
        self._fill()

    def keep(self) -> None:
        """Keep the question under the name that was written."""
        if self._model.can_keep and self.name.text().strip():
            self._model.keep(self.name.text())
            self.name.clear()

    def _list(self) -> _List:
        made = _List()
        made.setModel(self._rows)
        made.setItemDelegate(RowDelegate(made))
        made.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setAccessibleName(tr("Saved questions"))
        return made

    def _lay_out(self) -> None:
        look = tokens.current()
        head = row()
        head.addWidget(text_label(tr("Saved questions"), "heading"), 1)
        head.addWidget(self.rename_button)
        head.addWidget(self.delete_button)
        keeping = row()
        keeping.addWidget(self.name, 1)
        keeping.addWidget(self.keep_button)
        inner = column(gap=look.gap_small)
        inner.addLayout(head)
        inner.addLayout(keeping)
        inner.addWidget(self.nothing)
        inner.addWidget(self.list, 1)
        inner.addStretch(0)
        self.setLayout(inner)

    def _fill(self) -> None:
        current = self.list.currentIndex().data(_NAME)
        self._rows.clear()
        for name, text in self._model.saved:
            item = QStandardItem(name)
            item.setData(text, SUBTITLE)
            item.setData(icon("bookmark-outline"), PICTURE)
            item.setData(name, _NAME)
            item.setToolTip(tip(f"{name}\n{text}"))
            self._rows.appendRow(item)
            if name == current:
                self.list.setCurrentIndex(item.index())
        self.nothing.setVisible(not self._model.saved)
        self.list.setVisible(bool(self._model.saved))
        self._enable()

    def _enable(self) -> None:
        chosen = self.list.currentIndex().isValid()
        self.rename_button.setEnabled(chosen)
        self.delete_button.setEnabled(chosen)
        self.name.setEnabled(self._model.can_keep)
        self.keep_button.setEnabled(self._model.can_keep and bool(self.name.text().strip()))

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(SUBTITLE))

    def _rename(self) -> None:
        self.list.edit(self.list.currentIndex())

    def _renamed(self, item: QStandardItem) -> None:
        name = item.data(_NAME)
        if name is not None and item.text() != name and not self._model.rename(name, item.text()):
            item.setText(name)

    def _delete(self) -> None:
        name = self.list.currentIndex().data(_NAME)
        if name is not None:
            self._model.remove(name)
