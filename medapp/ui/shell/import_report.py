"""What came of an import: what was not read, and what waits for an answer. Stays beside the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from medapp.ui.shell.waiting_model import by_file, copied, refused_title
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.records import RecordsImport

_SIZE = (290, 165)
"""On the grid: it fits a window of 1280 by 800."""


class ImportReport(QDialog):
    """Does not stop the window behind it; whoever makes it adds the forms that ask."""

    def __init__(self, found: RecordsImport, parent: QWidget | None = None) -> None:
        """Show what was refused."""
        super().__init__(parent)
        look = tokens.current()
        self.setWindowTitle(tr("What came of the import"))
        self.setModal(False)
        self.resize(*(side * tokens.GRID for side in _SIZE))
        self.refused = found.refused
        self.tables = FormList(tr("Tables are read once it is confirmed what their columns mean."))
        self.genomes = FormList(tr("A genome is kept once it is said whose it is."))
        self.pairs = FormColumn(tr("These records carry the same number, and contradict each other."))
        self.tabs = QTabWidget()
        self.files = _refusals(found)
        self._titles: dict[FormList | FormColumn, str] = {
            self.tables: tr("Tables"), self.genomes: tr("Genomes"), self.pairs: tr("Same person?"),
        }  # fmt: skip
        copy = button(
            tr("Copy"), self.copy, name="content-copy", tip=tr("Files are numbered; nothing names a patient")
        )
        refused = QWidget()
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addWidget(self.files, 1)
        foot = row()
        foot.addWidget(copy)
        foot.addStretch()
        inner.addLayout(foot)
        refused.setLayout(inner)
        self._refused = refused
        outer = column(margin=look.gap, gap=look.gap)
        outer.addWidget(self.tabs, 1)
        end = row()
        end.addStretch()
        close = button(tr("Close"), self.close)
        end.addWidget(close)
        outer.addLayout(end)
        self.setLayout(outer)
        self.refresh()

    def refresh(self) -> None:
        """List what there is, with how much of it."""
        current = self.tabs.currentWidget()
        self.tabs.clear()
        for page, title in self._titles.items():
            if page.count:
                self.tabs.addTab(page, f"{title} {page.count}")
        if self.refused:
            self.tabs.addTab(self._refused, refused_title(self.refused))
        if current is not None and self.tabs.indexOf(current) >= 0:
            self.tabs.setCurrentWidget(current)
        if not self.tabs.count():
            self.close()

    def copy(self) -> None:
        """Put what was refused into the clipboard, without what may name a patient."""
        QGuiApplication.clipboard().setText(copied(self.refused))


class FormList(QWidget):
    """Files on the left, the form of the chosen one beside them."""

    def __init__(self, text: str) -> None:
        """Empty."""
        super().__init__()
        look = tokens.current()
        self.names = QListWidget()
        self.names.setAccessibleName(tr("Files"))
        self.stack = QStackedWidget()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.names)
        split.addWidget(self.stack)
        split.setStretchFactor(1, 1)
        split.setSizes([40 * tokens.GRID, 240 * tokens.GRID])
        self.head = row()
        self.head.addWidget(text_label(text, "dim"), 1)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(self.head)
        inner.addWidget(split, 1)
        self.setLayout(inner)
        self.names.currentRowChanged.connect(self.stack.setCurrentIndex)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.names.count()

    @property
    def forms(self) -> list[QWidget]:
        """All forms."""
        found = (self.stack.widget(place) for place in range(self.stack.count()))
        return [form for form in found if form is not None]

    def add(self, name: str, form: QWidget) -> None:
        """Ask for one more."""
        self.stack.addWidget(form)
        self.names.addItem(name)
        if self.names.currentRow() < 0:
            self.names.setCurrentRow(0)

    def remove(self, form: QWidget) -> None:
        """This was answered."""
        place = self.stack.indexOf(form)
        if place >= 0:
            self.stack.removeWidget(form)
            self.names.takeItem(place)
            form.deleteLater()
            self.stack.setCurrentIndex(self.names.currentRow())


class FormColumn(QScrollArea):
    """Forms one below the other."""

    def __init__(self, text: str) -> None:
        """Empty."""
        super().__init__()
        look = tokens.current()
        self._forms: list[QWidget] = []
        self._column = column(margin=look.gap_small, gap=look.gap)
        self._column.addWidget(text_label(text, "dim", wrap=True))
        self._column.addStretch()
        body = QWidget()
        body.setLayout(self._column)
        self.setWidgetResizable(True)
        self.setWidget(body)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._forms)

    @property
    def forms(self) -> list[QWidget]:
        """All forms."""
        return list(self._forms)

    def add(self, form: QWidget) -> None:
        """Ask for one more."""
        self._forms.append(form)
        self._column.insertWidget(self._column.count() - 1, form)

    def remove(self, form: QWidget) -> None:
        """This was answered."""
        self._forms.remove(form)
        form.hide()
        form.deleteLater()


def _refusals(found: RecordsImport) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setColumnCount(2)
    tree.setHeaderLabels([tr("File and place"), tr("Reason")])
    tree.setColumnWidth(0, 80 * tokens.GRID)
    tree.setAccessibleName(tr("Not read"))
    for file, reasons in by_file(found.refused).items():
        item = QTreeWidgetItem([f"{file.rpartition('/')[2]}  {len(reasons)}", ""])
        item.setToolTip(0, file)
        for place, reason in reasons:
            child = QTreeWidgetItem([place, reason])
            child.setToolTip(1, reason)
            item.addChild(child)
        tree.addTopLevelItem(item)
        item.setExpanded(True)
    return tree
